import assert from "node:assert/strict";
import type { Ledger } from "../../../src/auth/ledger.ts";
import { createSecretStorageHome, sessionKey, type SessionHome } from "../../../src/auth/sessionHome.ts";
import { failureOf, keptMs } from "../../../src/auth/sessionStates.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs, minuteMs, secondMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { serializeTokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { tokenCallTimeoutMs } from "../../../src/core/oauth/tokenEndpoint.ts";
import { Secret } from "../../../src/core/secret.ts";
import { defaultLeaseMs } from "../../../src/platform/connectionLock/index.ts";
import type { MemoryLedger } from "../../fakes/memoryLedger.ts";
import { MemoryReloads } from "../../fakes/memoryReloads.ts";
import { asked, createWindow, createWorld, id, openWindow, rejectsWith, sessionOf } from "./sessionWindows.ts";

/** An access token whose renewal the server refuses, because a window on another machine was quicker. */
async function refusedIn(sharing: "lock" | "secretsOnly") {
  const window = await createWindow({ sharing });
  await window.clock.advance(2 * hourMs);
  const tokens = window.endpoint.issue();
  const work = window.sessions.accessToken(asked);
  work.catch(() => undefined);
  await window.clock.advance(0);
  const store = (): void =>
    void window.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
  return { window, work, store };
}

const reasonOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof ProcoreError) || error.failure.kind !== "signedOut") return String(error);
    return error.failure.reason ?? "asked";
  }
};

describe("a refresh token that was spent elsewhere", () => {
  it("ends the session at once where all windows share the lock", async () => {
    const { window, work } = await refusedIn("lock");
    await rejectsWith(work, "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "refreshTokenSpent" });
    assert.equal(window.clock.sleeperCount, 0);
  });

  it("waits for the pair of a window on another machine, and adopts it", async () => {
    const { window, work, store } = await refusedIn("secretsOnly");
    await window.clock.advance(4 * secondMs);
    store();
    await window.clock.advance(1 * secondMs);
    assert.equal((await work).reveal(), "access-2");
    assert.equal(sessionOf(window)?.kind, "active");
    assert.equal(window.endpoint.calls.length, 1);
  });

  it("ends the session after five seconds without one", async () => {
    const { window, work } = await refusedIn("secretsOnly");
    await window.clock.advance(4_900);
    assert.equal(sessionOf(window)?.kind, "active");
    await window.clock.advance(100);
    await rejectsWith(work, "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "refreshTokenSpent" });
  });

  it("is decided before half a lease of the lock is over, with the call's own deadline", () => {
    assert.ok(tokenCallTimeoutMs + 5 * secondMs < defaultLeaseMs / 2);
  });
});

describe("a renewal that is overtaken before it sends", () => {
  it("begins anew and adopts what its successor stored", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    await world.clock.advance(2 * hourMs);
    const write = world.ledger.write.bind(world.ledger);
    world.ledger.write = async (connectionId, entry) => {
      await write(connectionId, entry);
      if (entry.state !== "spending") return;
      world.ledger.write = write;
      await world.locks.takeOver(`sessions/${id}`);
      const tokens = world.endpoint.issue();
      world.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
    };
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.deepEqual(world.endpoint.calls, []);
  });
});

describe("a renewal that waits while its connection is removed", () => {
  it("sends no refresh and leaves nothing behind", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    await second.connections.load();
    const open = world.endpoint.hold();
    const removing = first.sessions.remove(id);
    await world.clock.advance(0);
    const renewing = second.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await world.clock.advance(0);
    open();
    assert.deepEqual(await removing, { kind: "revoked" });
    await rejectsWith(renewing, "signedOut");
    assert.deepEqual(world.endpoint.calls, ["revoke access-1"]);
    assert.deepEqual([...world.secrets.values.keys()], []);
    assert.equal(world.ledger.entries.has(id), false);
  });
});

describe("a renewal that comes behind a sign-out", () => {
  it("ends its pair at the server before it forgets it: a window that is killed in between leaves it to the next", async () => {
    const window = await createWindow();
    let open = window.endpoint.hold();
    const renewing = window.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await window.clock.advance(0);
    await window.sessions.end(id, AbortSignal.abort());
    open();
    open = window.endpoint.hold();
    await window.clock.advance(0);
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1", "revoke access-2"]);
    assert.match(window.secrets.values.get(sessionKey(id)) ?? "", /refresh-2/u);
    open();
    await rejectsWith(renewing, "signedOut");
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
  });
});

describe("a renewal whose window reads an older state of things beside it", () => {
  it("sends what is newest by the record, not what that brought into memory", async () => {
    const world = createWorld();
    const other = await openWindow(world);
    await other.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    const home = createSecretStorageHome(createSecretValues(world.secrets));
    let held: (() => void) | undefined;
    let reads = 0;
    const session: SessionHome["session"] = async (connectionId) => {
      const found = await home.session(connectionId);
      reads += 1;
      // The first reads before an edit in another window, and ends while the renewal after it reads.
      if (reads === 1) await new Promise<void>((resolve) => (held = resolve));
      else held?.();
      await world.clock.advance(0);
      return found;
    };
    const window = await openWindow(world, { home: { ...home, session } });
    await world.clock.advance(2 * hourMs);
    const reading = window.sessions.presentToken(asked);
    await world.clock.advance(0);
    await other.sessions.changeSecret(id, new Secret("new-secret"));
    await window.connections.load();
    await window.sessions.renewNow(asked);
    await reading;
    assert.deepEqual(world.endpoint.revoked, []);
    assert.equal(sessionOf(window)?.kind, "active");
    assert.equal((await other.sessions.accessToken(asked)).reveal(), "access-2");
  });
});

describe("a window that reads its session while another one renews it", () => {
  it("does not take what it read for an older copy", async () => {
    const world = createWorld();
    const other = await openWindow(world);
    await other.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    let reads = 0;
    const renewingAfterTheFirst = async <T>(found: T): Promise<T> => {
      reads += 1;
      if (reads === 1) await other.sessions.renewNow(asked);
      return found;
    };
    const { ledger } = world;
    const read: Ledger["read"] = async (connectionId) => await renewingAfterTheFirst(await ledger.read(connectionId));
    const home = createSecretStorageHome(createSecretValues(world.secrets));
    const session: SessionHome["session"] = async (connectionId) =>
      await renewingAfterTheFirst(await home.session(connectionId));
    const parts = { ...world, ledger: Object.assign(Object.create(ledger) as MemoryLedger, { read }) };
    const window = await openWindow(parts, { home: { ...home, session } });
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(sessionOf(window)?.kind, "active");
  });
});

describe("a newer pair of another window", () => {
  async function adoptable(leftMs: number) {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const tokens = { ...window.endpoint.issue(), expiresAt: window.clock.now() + leftMs };
    const hold = window.locks.hold.bind(window.locks);
    // Stored while this one waits for its turn.
    window.locks.hold = async (...turn) => {
      window.locks.hold = hold;
      window.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
      return await hold(...turn);
    };
    return window;
  }

  it("is renewed when it has come to its end as well", async () => {
    const window = await adoptable(-1);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-3");
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-2"]);
  });

  it("is renewed when it has less left than whoever gives it out of hand wants", async () => {
    const window = await adoptable(5 * minuteMs);
    assert.equal((await window.sessions.longLivedToken(asked, 10 * minuteMs)).accessToken.reveal(), "access-3");
  });

  it("is used when it is good", async () => {
    const window = await adoptable(5 * minuteMs);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.deepEqual(window.endpoint.calls, []);
  });
});

describe("a renewal that waits while its connection moves to other addresses", () => {
  it("sends nothing", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    await second.connections.load();
    const moved = { ...asked, origins: { ...asked.origins, login: "https://login.elsewhere.test" } };
    const beginning = first.sessions.begin(moved, world.endpoint.issue(), new Secret("app-secret"));
    await rejectsWith(second.sessions.renewNow(asked), "addressesChanged");
    await beginning;
    await world.clock.advance(0);
    assert.deepEqual(world.endpoint.calls, []);
    await rejectsWith(second.sessions.accessToken(asked), "addressesChanged");
  });
});

describe("a session beside a record of a newer version", () => {
  it("is renewed in memory and leaves that record as it is", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    const written: unknown[] = [];
    world.ledger.read = async () => {
      throw new ProcoreError({ kind: "newerVersion", what: "The record of your session" });
    };
    world.ledger.write = async (...entry) => void written.push(entry);
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    await window.sessions.renewNow(asked);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.deepEqual(written, []);
    assert.equal(world.secrets.values.has(sessionKey(id)), false);
  });

  it("ends with a sign-out, and so does what a renewal brings after that", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    world.ledger.read = async () => {
      throw new ProcoreError({ kind: "newerVersion", what: "The record of your session" });
    };
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    const open = world.endpoint.hold();
    const renewing = window.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await world.clock.advance(0);
    assert.equal((await window.sessions.end(id, AbortSignal.abort())).kind, "notWaited");
    open();
    await rejectsWith(renewing, "signedOut");
    assert.deepEqual(world.endpoint.revoked, ["access-2"]);
  });
});

describe("an edited client secret", () => {
  it("is a generation of its own, with the tokens that were there", async () => {
    const window = await createWindow();
    assert.equal(await window.sessions.changeSecret(id, new Secret("new-secret")), "stored");
    assert.deepEqual(window.ledger.entries.get(id), { generation: 2, rotation: 0, state: "stored" });
    assert.match(window.secrets.values.get(sessionKey(id)) ?? "", /"generation":2.*refresh-1/u);
    assert.match(window.secrets.values.get(`procore.client.${id}`) ?? "", /new-secret/u);
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("waits for a renewal that is on its way", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const renewing = window.sessions.accessToken(asked);
    await window.clock.advance(0);
    const editing = window.sessions.changeSecret(id, new Secret("new-secret"));
    await window.clock.advance(0);
    assert.equal(window.ledger.entries.get(id)?.generation, 1);
    open();
    await editing;
    assert.equal((await renewing).reveal(), "access-2");
    assert.deepEqual(window.ledger.entries.get(id), { generation: 2, rotation: 1, state: "stored" });
  });

  it("changes nothing when the store does not take it", async () => {
    const window = await createWindow();
    const before = new Map(window.secrets.values);
    window.secrets.fail("store");
    await rejectsWith(window.sessions.changeSecret(id, new Secret("new-secret")), "storage");
    assert.deepEqual(window.secrets.values, before);
    assert.deepEqual(window.ledger.entries.get(id), { generation: 1, rotation: 0, state: "stored" });
  });
});

describe("a pair that another sign-in replaces", () => {
  it("is renewed first when its access token has ended, because revoking that would leave it alive", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const live = window.endpoint.live;
    const next = window.endpoint.issue();
    window.endpoint.live = live;
    await window.sessions.begin(asked, next, new Secret("app-secret"));
    await window.clock.advance(0);
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1", "revoke access-3"]);
  });
});

describe("a session that is not the newest one here", () => {
  it("is not spent by a sign-out either, which says that the server was not told", async () => {
    const window = await createWindow();
    const copy = window.secrets.values.get(sessionKey(id)) ?? "";
    await window.clock.advance(2 * hourMs);
    await window.sessions.accessToken(asked);
    window.secrets.values.set(sessionKey(id), copy);
    await window.clock.advance(2 * hourMs);
    assert.equal((await window.sessions.end(id)).kind, "notTold");
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1"]);
    assert.deepEqual(sessionOf(window), { kind: "signedOut" });
  });

  it("is told as in another window's memory, also after that one's renewal failed", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    world.secrets.fail("store");
    await first.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    await second.connections.load();
    await world.clock.advance(2 * hourMs);
    world.endpoint.fail({ kind: "network", cause: "timeout", host: "login-sandbox.procore.com" });
    await rejectsWith(first.sessions.accessToken(asked), "network");
    assert.equal(world.ledger.entries.get(id)?.state, "memoryOnly");
    assert.equal(await reasonOf(second.sessions.accessToken(asked)), "inAnotherWindow");
    assert.equal(sessionOf(second)?.kind, "active");
  });

  it("is what a window kept while it read the older one", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    const read = world.ledger.read.bind(world.ledger);
    window.sessions.forgetCached(id);
    world.ledger.read = async (connectionId) => {
      const entry = await read(connectionId);
      world.ledger.read = read;
      world.secrets.fail("store");
      await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
      return entry;
    };
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });
});

describe("a window of a browser without the key", () => {
  async function createStranger() {
    const world = createWorld();
    const home: SessionHome = { ...createSecretStorageHome(createSecretValues(world.secrets)), kind: "sealedFile" };
    const reloads = new MemoryReloads();
    const window = await openWindow(world, { home, reloads });
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    window.sessions.forgetCached(id);
    world.secrets.values.delete(sessionKey(id));
    return { world, home, reloads, window };
  }

  it("asks for a reload once, then for a sign-in here, and leaves the session to the others", async () => {
    const { world, home, reloads, window } = await createStranger();
    assert.equal(await reasonOf(window.sessions.accessToken(asked)), "storeReplaced");
    assert.equal(await reasonOf(window.sessions.accessToken(asked)), "storeReplaced");
    const reloaded = await openWindow(world, { home, reloads });
    assert.equal(await reasonOf(reloaded.sessions.accessToken(asked)), "keyLost");
    assert.equal(sessionOf(reloaded)?.kind, "active");
  });

  it("writes no secret before it was reloaded, and gives back the pair of a sign-in", async () => {
    const { world, home, reloads, window } = await createStranger();
    const before = new Map(world.secrets.values);
    assert.equal(await reasonOf(window.sessions.assertMayStore()), "storeReplaced");
    const next = world.endpoint.issue();
    assert.equal(await reasonOf(window.sessions.begin(asked, next, new Secret("app-secret"))), "storeReplaced");
    assert.equal(await reasonOf(window.sessions.changeSecret(id, new Secret("x"))), "storeReplaced");
    assert.deepEqual(world.secrets.values, before);
    assert.deepEqual(world.endpoint.revoked, ["access-2"]);
    const reloaded = await openWindow(world, { home, reloads });
    await reloaded.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    assert.equal((await reloaded.sessions.accessToken(asked)).reveal(), "access-3");
  });

  it("says that nobody used the session for 30 days, and is in no sign-in's way", async () => {
    const { world, window } = await createStranger();
    await world.clock.advance(keptMs);
    await window.sessions.assertMayStore();
    assert.equal(await reasonOf(window.sessions.accessToken(asked)), "unused");
    assert.deepEqual(sessionOf(window), { kind: "signedOut" });
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });

  it("tells a sign-out, too, why the server cannot be told of an unused session", async () => {
    const { world, window } = await createStranger();
    await world.clock.advance(keptMs);
    const revocation = await window.sessions.end(id);
    assert.deepEqual(revocation.kind === "notTold" ? failureOf(revocation.error) : revocation, {
      kind: "signedOut",
      reason: "unused",
    });
  });

  it("is not one whose sealed file is damaged: that is in no sign-in's way", async () => {
    const { home, window } = await createStranger();
    Object.assign(home, {
      session: async () => {
        throw new ProcoreError({ kind: "damaged", what: "Your sign-in" });
      },
    });
    await window.sessions.assertMayStore();
  });

  it("says at sign-out that the server was not told, and is silent about keys after one", async () => {
    const { window } = await createStranger();
    const { kind } = await window.sessions.end(id);
    assert.equal(kind, "notTold");
    assert.deepEqual(sessionOf(window), { kind: "signedOut" });
    assert.equal(await reasonOf(window.sessions.accessToken(asked)), "asked");
  });
});
