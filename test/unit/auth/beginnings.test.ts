import assert from "node:assert/strict";
import {
  createSecretStorageHome,
  createSealedHome,
  sessionKey,
  type SessionHome,
} from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { parseStoredTokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { Connection } from "../../../src/core/session.ts";
import { LateSecrets } from "../../fakes/lateSecrets.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { MemoryTextFiles } from "../../fakes/memoryTextFiles.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import type { Machine } from "../../fakes/sessionWindows.ts";
import { asked, createWindow, createWorld, id, openWindow, rejectsWith, type Window } from "./sessionWindows.ts";

const secret = new Secret("app-secret");
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** The connection as a dialogue of this window sees it. */
const seenIn = ({ connections }: Window): Connection => connections.get(id) ?? assert.fail("It is not listed");
const signIn = (window: Window, connection: Connection): Promise<string | undefined> =>
  window.sessions.begin(connection, window.endpoint.issue(), secret);
const tokenIn = async ({ connections, sessions }: Window, own: string): Promise<string> => {
  await connections.load();
  return (await sessions.accessToken(connections.get(own) ?? assert.fail("It is not listed"))).reveal();
};

/** A window with its own copy of the browser's secrets. */
async function openInBrowser(world: Machine, files: MemoryTextFiles, copy?: MemorySecretStore) {
  const secrets = new MemorySecretStore();
  for (const [key, value] of copy?.values ?? []) secrets.values.set(key, value);
  const home = createSealedHome({ values: createSecretValues(secrets), folder: "/sessions", files });
  return await openWindow({ ...world, secrets }, { home });
}

describe("a sign-in to a connection that another window removes meanwhile", () => {
  it("becomes a connection of its own, whatever windows of a desktop still see of the old one", async () => {
    const world = createWorld();
    const secrets = new LateSecrets();
    const open = (): Promise<Window> =>
      openWindow(world, { home: createSecretStorageHome(createSecretValues(secrets.open()), settle) });
    const [first, second, third] = [await open(), await open(), await open()];
    await signIn(first, asked);
    await first.sessions.renewNow(asked);
    secrets.tell();
    await second.connections.load();
    const seen = seenIn(second);
    await first.sessions.remove(id);
    const own = (await signIn(second, seen)) ?? assert.fail("It was not kept");
    assert.notEqual(own, id);
    assert.deepEqual(
      (await world.file.read()).connections.map((each) => each.id),
      [own],
    );
    assert.equal(await tokenIn(second, own), "access-3");
    secrets.tell();
    assert.equal(await tokenIn(third, own), "access-3");
    await world.clock.advance(2 * hourMs);
    assert.equal(await tokenIn(third, own), "access-4");
  });

  it("ends what only this window had of the old one", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await signIn(first, asked);
    await second.connections.load();
    world.secrets.fail("store");
    await second.sessions.renewNow(asked);
    world.secrets.fail();
    const seen = seenIn(second);
    await first.sessions.remove(id);
    await signIn(second, seen);
    await settle();
    assert.ok(world.endpoint.revoked.includes("access-2"), world.endpoint.calls.join(", "));
    assert.ok(!world.endpoint.revoked.includes("access-3"), world.endpoint.calls.join(", "));
  });
});

describe("a sign-in whose connection is removed in its turn by somebody who does not wait", () => {
  it("becomes a connection of its own, and what it replaced is ended", async () => {
    const world = createWorld();
    const home = createSecretStorageHome(createSecretValues(world.secrets));
    const second = await openWindow(world);
    let removing: Promise<unknown> | undefined;
    const putSession: SessionHome["putSession"] = async (...put) => {
      const stored = await home.putSession(...put);
      if (put[1].generation > 1) removing ??= second.sessions.remove(id, AbortSignal.abort());
      await removing;
      return stored;
    };
    const first = await openWindow(world, { home: { ...home, putSession } });
    await signIn(first, asked);
    await second.connections.load();
    const own = (await signIn(first, seenIn(first))) ?? assert.fail("It was not kept");
    await settle();
    assert.notEqual(own, id);
    assert.deepEqual(
      (await world.file.read()).connections.map((each) => each.id),
      [own],
    );
    assert.deepEqual(world.endpoint.revoked, ["access-1"]);
    assert.equal(await tokenIn(second, own), "access-2");
    assert.equal(world.secrets.values.has(sessionKey(id)), false);
  });
});

describe("a sign-in to a connection that somebody signed in to since the dialogue saw it", () => {
  it("keeps nothing and ends nothing: whose session that is has to be seen first", async () => {
    const window = await createWindow();
    const seen = seenIn(window);
    await signIn(window, seen);
    const [kept, listed] = [new Map(window.secrets.values), await window.file.read()];
    assert.equal(await signIn(window, seen), undefined);
    await settle();
    assert.deepEqual(window.secrets.values, kept);
    assert.deepEqual(await window.file.read(), listed);
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
    assert.equal(await signIn(window, seenIn(window)), id);
  });

  it("replaces what was only renewed since, and what was signed out of", async () => {
    const window = await createWindow();
    const seen = seenIn(window);
    await window.sessions.renewNow(asked);
    assert.equal(await signIn(window, seen), id);
    await window.sessions.end(id);
    assert.equal(await signIn(window, seen), id);
    assert.equal(await tokenIn(window, id), "access-4");
  });
});

describe("a sign-in whose window is killed between its store and the record", () => {
  async function killed(window: Window): Promise<void> {
    const { ledger, locks } = window;
    const write = ledger.write.bind(ledger);
    ledger.write = () => new Promise(() => undefined);
    void signIn(window, asked);
    await settle();
    ledger.write = write;
    locks.kill("window");
  }

  it("gives its number to nobody else, also where what it stored is not seen yet", async () => {
    const world = createWorld();
    await killed(await openWindow(world));
    world.secrets.values.delete(sessionKey(id));
    await signIn(await openWindow(world), asked);
    const stored = parseStoredTokenSet(world.secrets.values.get(sessionKey(id)) ?? "");
    assert.deepEqual([stored.generation, world.ledger.entries.get(id)?.generation], [2, 2]);
    const before = world.secrets.values.get(sessionKey(id)) ?? "";
    await killed(await openWindow(world));
    world.secrets.values.set(sessionKey(id), before);
    await (await openWindow(world)).sessions.end(id);
    assert.equal(world.ledger.entries.get(id)?.generation, 4);
  });

  it("is no newest session for a window that has its key only, after somebody signed in elsewhere", async () => {
    const [world, files] = [createWorld(), new MemoryTextFiles()];
    const first = await openInBrowser(world, files);
    await killed(first);
    await signIn(await openInBrowser(world, files), asked);
    const third = await openInBrowser(world, files, first.secrets);
    await rejectsWith(third.sessions.accessToken(asked), "signedOut");
    assert.equal((await third.sessions.end(id)).kind, "notTold");
    assert.deepEqual(world.endpoint.calls, []);
  });
});

describe("a sign-in that a person takes over after it was stored", () => {
  it("ends its own pair, which the sign-in after that replaced unseen", async () => {
    const world = createWorld();
    const secrets = new LateSecrets();
    const tell = async (): Promise<void> => secrets.tell();
    const open = (change: (home: SessionHome) => Partial<SessionHome> = () => ({})): Promise<Window> => {
      const home = createSecretStorageHome(createSecretValues(secrets.open()), tell);
      return openWindow(world, { home: { ...home, ...change(home) } });
    };
    const second = await open();
    const first = await open((home) => ({
      putSession: async (...put) => {
        const stored = await home.putSession(...put);
        await world.locks.takeOver(`sessions/${id}`);
        await signIn(second, asked);
        return stored;
      },
    }));
    assert.equal(await signIn(first, asked), id);
    await settle();
    assert.deepEqual(world.endpoint.revoked, ["access-1"]);
    assert.equal(await tokenIn(first, id), "access-2");
    assert.equal(await tokenIn(second, id), "access-2");
  });
});

describe("a sign-in that the list of connections does not take", () => {
  it("goes on and is told, and what it replaced is ended all the same", async () => {
    const window = await createWindow();
    const put = window.connections.put.bind(window.connections);
    window.connections.put = async () => {
      throw new Error("The disk is full");
    };
    await assert.rejects(signIn(window, seenIn(window)), /The disk is full/u);
    window.connections.put = put;
    await settle();
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
    assert.equal(await tokenIn(window, id), "access-2");
  });

  it("is given back where the connection is signed out", async () => {
    const window = await createWindow();
    await window.sessions.end(id);
    const seen = seenIn(window);
    window.connections.put = async () => {
      throw new Error("The disk is full");
    };
    await assert.rejects(signIn(window, seen), /The disk is full/u);
    assert.deepEqual(window.endpoint.revoked, ["access-1", "access-2"]);
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
    assert.equal(window.ledger.entries.get(id)?.state, "signedOut");
  });

  it("is given back where nothing of the connection was listed before", async () => {
    const window = await openWindow(createWorld());
    await window.connections.remove(id);
    window.connections.put = async () => {
      throw new Error("The disk is full");
    };
    await assert.rejects(signIn(window, asked), /The disk is full/u);
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
    assert.deepEqual([...window.secrets.values.keys()], []);
  });
});

describe("a sign-in beside what went wrong before", () => {
  it("ends what a sign-out left that was not brought to its end", async () => {
    const window = await createWindow();
    // Killed before its revocation was sent.
    await window.ledger.write(id, { generation: 2, rotation: 0, state: "signedOut" });
    await window.connections.change(id, { session: { kind: "signedOut" } });
    await signIn(window, seenIn(window));
    await settle();
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
  });

  it("ends what only this window had when a person takes it over", async () => {
    const world = createWorld();
    const home = createSecretStorageHome(createSecretValues(world.secrets));
    let isFirst = false;
    const second = await openWindow(world);
    const putSession: SessionHome["putSession"] = async (...put) => {
      const stored = await home.putSession(...put);
      if (isFirst) {
        isFirst = false;
        await world.locks.takeOver(`sessions/${id}`);
        await second.sessions.end(id);
      }
      return stored;
    };
    const first = await openWindow(world, { home: { ...home, putSession } });
    world.secrets.fail("store");
    await signIn(first, asked);
    world.secrets.fail();
    isFirst = true;
    await signIn(first, seenIn(first));
    await settle();
    assert.ok(world.endpoint.revoked.includes("access-1"), world.endpoint.calls.join(", "));
  });

  it("is given back when its lock cannot be looked at, and nothing changes", async () => {
    const window = await createWindow();
    const [kept, listed] = [new Map(window.secrets.values), await window.file.read()];
    const hold = window.locks.hold.bind(window.locks);
    window.locks.hold = (name, work, signal) =>
      hold(name, () => work(() => Promise.reject(new Error("The disk does not answer"))), signal);
    await assert.rejects(signIn(window, seenIn(window)), /does not answer/u);
    assert.deepEqual(window.endpoint.revoked, ["access-2"]);
    assert.deepEqual(window.secrets.values, kept);
    assert.deepEqual(await window.file.read(), listed);
  });

  it("writes no secret where another window stored something while this one waited for its turn", async () => {
    const [world, files] = [createWorld(), new MemoryTextFiles()];
    const [first, second] = [await openInBrowser(world, files), await openInBrowser(world, files)];
    let free = (): void => undefined;
    void world.locks.hold(`sessions/${id}`, () => new Promise<void>((resolve) => (free = resolve)));
    const signingIn = signIn(first, asked);
    signingIn.catch(() => undefined);
    const other = sampleConnection({ id: "connection-2" });
    await second.sessions.begin(other, world.endpoint.issue(), secret);
    free();
    await rejectsWith(signingIn, "signedOut");
    assert.deepEqual(world.endpoint.revoked, ["access-1"]);
    assert.deepEqual([...first.secrets.values.keys()], []);
  });
});
