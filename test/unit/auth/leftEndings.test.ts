import assert from "node:assert/strict";
import {
  createSealedHome,
  createSecretStorageHome,
  sessionKey,
  type SessionHome,
} from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs, minuteMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { MemoryTextFiles } from "../../fakes/memoryTextFiles.ts";
import { MemoryLocks } from "../../fakes/memoryLocks.ts";
import { asked, createWindow, createWorld, id, openWindow, rejectsWith, sessionOf } from "./sessionWindows.ts";

const secret = new Secret("app-secret");
const clientKey = `procore.client.${id}`;
const busy = async (): Promise<never> => {
  throw new ProcoreError({ kind: "sessionBusy" });
};

/** Signed in: access-1. The second window's turn at a lock never comes. */
async function createTwo() {
  const world = createWorld();
  const first = await openWindow(world);
  await first.sessions.begin(asked, world.endpoint.issue(), secret);
  const locks = new MemoryLocks();
  void locks.hold(`sessions/${id}`, () => new Promise<void>(() => undefined));
  return { world, first, second: await openWindow({ ...world, locks }) };
}

describe("a sign-out whose window closed before its turn", () => {
  it("is finished when sessions are used in the next window, in its turn there", async () => {
    const { world, second } = await createTwo();
    await second.sessions.end(id, AbortSignal.abort());
    const third = await openWindow(world);
    assert.deepEqual(world.endpoint.calls, []);
    let free = (): void => undefined;
    const holding = world.locks.hold(`sessions/${id}`, () => new Promise<void>((resolve) => (free = resolve)));
    const finishing = third.sessions.finishSignOuts();
    await world.clock.advance(0);
    assert.deepEqual(world.endpoint.calls, []);
    free();
    await Promise.all([holding, finishing]);
    assert.deepEqual(world.endpoint.revoked, ["access-1"]);
    assert.equal(world.secrets.values.has(sessionKey(id)), false);
    assert.equal(world.secrets.values.has(clientKey), true);
    assert.equal(world.ledger.entries.get(id)?.state, "signedOut");
    assert.deepEqual(sessionOf(third), { kind: "signedOut" });
  });

  it("takes nothing from whoever signed in since, also while the next window waits for its turn", async () => {
    const { world, first, second } = await createTwo();
    await second.sessions.end(id, AbortSignal.abort());
    const third = await openWindow(world);
    const beginning = first.sessions.begin(asked, world.endpoint.issue(), secret);
    await Promise.all([beginning, third.sessions.finishSignOuts()]);
    assert.equal(sessionOf(first)?.kind, "active");
    assert.equal((await first.sessions.accessToken(asked)).reveal(), "access-2");
    assert.ok(!world.endpoint.revoked.includes("access-2"));
  });

  it("is not gone over again: a session that is signed out or active is left alone", async () => {
    const window = await createWindow();
    const before = JSON.stringify([...window.ledger.entries]);
    await window.sessions.finishSignOuts();
    assert.equal(JSON.stringify([...window.ledger.entries]), before);
    await window.sessions.end(id);
    const [calls, after] = [window.endpoint.calls.length, JSON.stringify([...window.ledger.entries])];
    await window.sessions.finishSignOuts();
    assert.equal(JSON.stringify([...window.ledger.entries]), after);
    assert.equal(window.endpoint.calls.length, calls);
  });

  it("sends nothing of what a sign-in had replaced and ended that no store took", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    await world.clock.advance(2 * hourMs);
    world.secrets.fail("store");
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    await world.clock.advance(0);
    await second.connections.load();
    // Killed after the ledger said so.
    await second.connections.change(id, { session: { kind: "signedOut" } });
    await world.ledger.write(id, { generation: 3, rotation: 0, state: "signedOut" });
    const sent = [...world.endpoint.calls];
    assert.ok(sent.includes("refresh refresh-1"), sent.join(", "));
    await (await openWindow(world)).sessions.finishSignOuts();
    assert.deepEqual(world.endpoint.calls, sent);
    assert.equal(world.secrets.values.has(sessionKey(id)), false);
  });

  it("is over: a copy that is put back later is sent nowhere", async () => {
    const window = await createWindow();
    const copy = window.secrets.values.get(sessionKey(id)) ?? "";
    await window.clock.advance(2 * hourMs);
    await window.sessions.end(id);
    const sent = [...window.endpoint.calls];
    window.secrets.values.set(sessionKey(id), copy);
    const fresh = await openWindow(window);
    await fresh.sessions.finishSignOuts();
    assert.equal((await fresh.sessions.end(id)).kind, "nothingToRevoke");
    assert.deepEqual(window.endpoint.calls, sent);
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
  });

  for (const [failing, words] of [
    [["delete"], "deleted"],
    [["get", "delete"], "seen"],
  ] as const) {
    it(`is still to be brought to its end where the tokens could not be ${words}`, async () => {
      const window = await createWindow();
      const revoke = window.endpoint.revoke.bind(window.endpoint);
      window.endpoint.revoke = () => Promise.reject(new Error("offline"));
      window.sessions.forgetCached(id);
      window.secrets.fail(...failing);
      await rejectsWith(window.sessions.end(id), "storage");
      window.secrets.fail();
      window.endpoint.revoke = revoke;
      await (await openWindow(window)).sessions.finishSignOuts();
      assert.equal(window.secrets.values.has(sessionKey(id)), false);
      assert.deepEqual(window.endpoint.revoked, ["access-1"]);
    });
  }

  it("is none where only the record of a sign-in could not be written", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    const write = world.ledger.write.bind(world.ledger);
    world.ledger.write = () => Promise.reject(new Error("The disk is full"));
    await window.sessions.begin(asked, world.endpoint.issue(), secret);
    world.ledger.write = write;
    const next = await openWindow(world);
    await next.sessions.finishSignOuts();
    assert.equal((await next.sessions.accessToken(asked)).reveal(), "access-1");
    assert.equal(sessionOf(next)?.kind, "active");
    assert.deepEqual(world.endpoint.calls, []);
  });

  it("ends also what a sign-in after it stored, whose window was killed before it could say so", async () => {
    const window = await createWindow();
    await window.sessions.end(id);
    const listed = await window.file.read();
    await window.sessions.begin(asked, window.endpoint.issue(), secret);
    window.ledger.entries.set(id, { generation: 2, rotation: 0, state: "signedOut", begun: 3 });
    await window.file.update(() => listed);
    await (await openWindow(window)).sessions.finishSignOuts();
    assert.deepEqual(window.endpoint.revoked, ["access-1", "access-2"]);
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
  });

  it("asks for its turn no longer when the window goes", async () => {
    const closing = new AbortController();
    const window = await createWindow({ closed: closing.signal });
    window.locks.hold = busy;
    const revocation = await window.sessions.end(id);
    assert.equal(revocation.kind, "notTold");
    await window.clock.advance(0);
    assert.equal(window.clock.sleeperCount, 1);
    closing.abort();
    await window.clock.advance(5 * minuteMs);
    assert.equal(window.clock.sleeperCount, 0);
  });
});

describe("a removal whose window closed before its turn", () => {
  it("leaves a trace in the ledger, by which the next window forgets tokens and client secret", async () => {
    const { world, second } = await createTwo();
    await second.sessions.remove(id, AbortSignal.abort());
    const third = await openWindow(world);
    assert.deepEqual([...world.secrets.values.keys()].toSorted(), [clientKey, sessionKey(id)]);
    assert.ok(world.ledger.entries.has(id));
    assert.equal(await third.sessions.forgetUnlisted(id), "forgotten");
    assert.deepEqual([...world.secrets.values.keys()], []);
    assert.equal(world.ledger.entries.has(id), false);
  });

  it("takes nothing from a connection that was put into the list meanwhile", async () => {
    const { world, first, second } = await createTwo();
    await second.sessions.remove(id, AbortSignal.abort());
    const third = await openWindow(world);
    const store = world.secrets.store.bind(world.secrets);
    let forgetting: Promise<unknown> = Promise.resolve();
    world.secrets.store = async (key, value) => {
      await store(key, value);
      // Stored, and in no list yet.
      if (key === sessionKey(id)) forgetting = third.sessions.forgetUnlisted(id);
      await world.clock.advance(0);
    };
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    assert.equal(await forgetting, "kept");
    assert.equal((await first.sessions.accessToken(asked)).reveal(), "access-2");
  });

  it("keeps its trace while the keyring does not delete", async () => {
    const { world, second } = await createTwo();
    await second.sessions.remove(id, AbortSignal.abort());
    const third = await openWindow(world);
    world.secrets.fail("delete");
    await rejectsWith(third.sessions.forgetUnlisted(id), "storage");
    assert.equal(world.ledger.entries.get(id)?.state, "signedOut");
    world.secrets.fail();
    assert.equal(await third.sessions.forgetUnlisted(id), "forgotten");
    assert.deepEqual([...world.secrets.values.keys()], []);
  });
});

describe("a removal that the list does not take", () => {
  it("leaves a trace that the session is over, and says why", async () => {
    const window = await createWindow();
    const removeFromList = window.connections.remove.bind(window.connections);
    window.connections.remove = busy;
    await rejectsWith(window.sessions.remove(id), "sessionBusy");
    assert.equal(window.ledger.entries.get(id)?.state, "signedOut");
    assert.deepEqual([...window.secrets.values.keys()], []);
    window.connections.remove = removeFromList;
    await window.sessions.remove(id);
    assert.equal(window.ledger.entries.has(id), false);
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
  });
});

describe("a browser window whose secrets are an old copy", () => {
  /** Two windows, each with a copy of its own; the second signed in. */
  async function createOld() {
    const [world, files] = [createWorld(), new MemoryTextFiles()];
    const open = async (secrets: MemorySecretStore) => {
      const home = createSealedHome({ values: createSecretValues(secrets), folder: "/sessions", files });
      return await openWindow({ ...world, secrets }, { home });
    };
    const [first, second] = [await open(new MemorySecretStore()), await open(new MemorySecretStore())];
    await second.sessions.begin(asked, world.endpoint.issue(), secret);
    await first.connections.load();
    first.secrets.values.set(clientKey, "from before");
    return { world, first, again: () => open(second.secrets) };
  }

  it("writes none of them when it removes a connection, and leaves a trace", async () => {
    const { world, first } = await createOld();
    await first.sessions.remove(id);
    assert.equal(first.secrets.values.get(clientKey), "from before");
    assert.equal(world.ledger.entries.get(id)?.state, "signedOut");
  });

  it("leaves a sign-out to be brought to its end to the next window that has the key", async () => {
    const { world, first, again } = await createOld();
    assert.equal((await first.sessions.end(id)).kind, "notTold");
    assert.deepEqual(world.endpoint.calls, []);
    await (await again()).sessions.finishSignOuts();
    assert.deepEqual(world.endpoint.revoked, ["access-1"]);
  });
});

describe("a removal that nobody waits for", () => {
  it("writes no secret where each window has a copy of them, and leaves a trace", async () => {
    const world = createWorld();
    const extents: string[] = [];
    const home: SessionHome = {
      ...createSecretStorageHome(createSecretValues(world.secrets)),
      kind: "sealedFile",
      deleteSession: async (_, extent) => void extents.push(extent),
    };
    const window = await openWindow(world, { home });
    await window.sessions.begin(asked, world.endpoint.issue(), secret);
    await window.sessions.remove(id, AbortSignal.abort());
    await world.clock.advance(0);
    assert.deepEqual(extents, ["tokens"]);
    assert.equal(world.secrets.values.has(clientKey), true);
    assert.equal(world.ledger.entries.get(id)?.state, "signedOut");
  });
});

describe("a sign-out beside what went wrong before", () => {
  it("ends the session of now, and tells of a pair that could not be given back then", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    const open = world.endpoint.hold();
    const renewing = first.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await world.clock.advance(0);
    await world.locks.takeOver(`sessions/${id}`);
    const beginning = second.sessions.begin(asked, world.endpoint.issue(), secret);
    await world.clock.advance(0);
    world.endpoint.live = "refresh-1";
    const revoke = world.endpoint.revoke.bind(world.endpoint);
    world.endpoint.revoke = async () => {
      throw new ProcoreError({ kind: "network", cause: "timeout", host: "login.test" });
    };
    open();
    await beginning;
    await rejectsWith(renewing, "signedOut");
    world.endpoint.revoke = revoke;
    assert.equal((await first.sessions.end(id)).kind, "notTold");
    assert.ok(world.endpoint.revoked.includes("access-2"), world.endpoint.calls.join(", "));
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    assert.equal((await first.sessions.end(id)).kind, "revoked", "it is no news after the next sign-in");
  });

  it("ends the newest pair although somebody brought an older one into memory beside it", async () => {
    const world = createWorld();
    const other = await openWindow(world);
    await other.sessions.begin(asked, world.endpoint.issue(), secret);
    const home = createSecretStorageHome(createSecretValues(world.secrets));
    let give = (): void => undefined;
    let reads = 0;
    // The first read begins before another window renews, and ends in the sign-out after that.
    const session: SessionHome["session"] = async (connectionId) => {
      const found = await home.session(connectionId);
      reads += 1;
      if (reads === 1) await new Promise<void>((resolve) => (give = resolve));
      return found;
    };
    const window = await openWindow(world, { home: { ...home, session } });
    const reading = window.sessions.presentToken(asked);
    await world.clock.advance(0);
    await other.sessions.renewNow(asked);
    const read = world.ledger.read.bind(world.ledger);
    world.ledger.read = async (connectionId) => {
      give();
      await reading;
      return await read(connectionId);
    };
    assert.deepEqual(await window.sessions.end(id), { kind: "revoked" });
    assert.deepEqual(world.endpoint.revoked, ["access-2"]);
  });
});

describe("a connection that is listed as active behind a sign-out", () => {
  it("is signed out again as soon as somebody wants its tokens", async () => {
    const window = await createWindow();
    const listed = await window.file.read();
    await window.sessions.end(id);
    await window.file.update(() => listed);
    await window.connections.load();
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "signedOut" });
  });
});

describe("the answer to a sign-out", () => {
  it("is the failure when the tokens could not be forgotten because the list was busy", async () => {
    const window = await createWindow();
    window.connections.change = busy;
    await rejectsWith(window.sessions.end(id), "sessionBusy");
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
  });

  it("tells when the work that goes on is over", async () => {
    const window = await createWindow();
    const open = window.endpoint.hold();
    const revocation = await window.sessions.remove(id, AbortSignal.abort());
    assert.ok(revocation.kind === "notWaited");
    let isOver = false;
    void revocation.later.then(() => (isOver = true));
    await window.clock.advance(0);
    assert.deepEqual([isOver, window.endpoint.revoked], [false, []]);
    open();
    await window.clock.advance(0);
    assert.deepEqual([isOver, window.endpoint.revoked], [true, ["access-1"]]);
  });
});
