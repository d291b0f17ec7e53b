import assert from "node:assert/strict";
import { createSecretStorageHome, sessionKey, type SessionHome } from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs, minuteMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import {
  asked,
  createWindow,
  createWorld,
  id,
  openWindow,
  rejectsWith,
  sessionOf,
  type Window,
} from "./sessionWindows.ts";

const secret = new Secret("app-secret");
const cancel = (window: Window) => window.sessions.end(id, AbortSignal.abort());

/** Two windows of one machine, signed in: access-1. */
async function createTwo(homes: { readonly second?: SessionHome } = {}) {
  const world = createWorld();
  const first = await openWindow(world);
  await first.sessions.begin(asked, world.endpoint.issue(), secret);
  const second = await openWindow(world, homes.second === undefined ? {} : { home: homes.second });
  return { world, first, second };
}

/** Somebody signs out in `window`, and cancels, right after the other one's next store of a session. */
function cancelAfterStore({ world, second }: Awaited<ReturnType<typeof createTwo>>): void {
  const store = world.secrets.store.bind(world.secrets);
  world.secrets.store = async (key, value) => {
    await store(key, value);
    if (key !== sessionKey(id)) return;
    world.secrets.store = store;
    assert.equal((await cancel(second)).kind, "notWaited");
  };
}

async function assertSignedOut({ world, first, second }: Awaited<ReturnType<typeof createTwo>>): Promise<void> {
  await world.clock.advance(0);
  assert.equal(world.secrets.values.has(sessionKey(id)), false);
  assert.equal(world.ledger.entries.get(id)?.state, "signedOut");
  for (const window of [first, second]) {
    await window.connections.load();
    assert.deepEqual(sessionOf(window), { kind: "signedOut" });
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
  }
}

describe("a sign-out that was cancelled while another window has the lock", () => {
  it("takes nothing from a sign-in between its store and its ledger", async () => {
    const two = await createTwo();
    cancelAfterStore(two);
    await two.first.sessions.begin(asked, two.world.endpoint.issue(), secret);
    await two.world.clock.advance(0);
    assert.deepEqual(two.world.endpoint.revoked, ["access-1"]);
    for (const window of [two.first, await openWindow(two.world)]) {
      assert.equal(sessionOf(window)?.kind, "active");
      assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    }
    assert.equal(two.world.ledger.entries.get(id)?.state, "stored");
  });

  it("is seen by a renewal between its store and its ledger, which ends what it got", async () => {
    const two = await createTwo();
    cancelAfterStore(two);
    await rejectsWith(two.first.sessions.renewNow(asked), "signedOut");
    assert.deepEqual(two.world.endpoint.revoked, ["access-2"]);
    await assertSignedOut(two);
  });

  it("is seen by a renewal that took so long that its tokens have ended: those are renewed, then ended", async () => {
    const two = await createTwo();
    const change = two.first.connections.change.bind(two.first.connections);
    two.first.connections.change = async (...parameters) => {
      await two.second.connections.change(id, { session: { kind: "signedOut" } });
      await two.world.clock.advance(2 * hourMs);
      return await change(...parameters);
    };
    await rejectsWith(two.first.sessions.renewNow(asked), "signedOut");
    assert.deepEqual(two.world.endpoint.calls, ["refresh refresh-1", "refresh refresh-2", "revoke access-3"]);
  });

  it("is seen by a renewal that waits for its turn before it: nothing is sent", async () => {
    const two = await createTwo();
    const open = two.world.endpoint.hold();
    const retiring = two.world.locks.hold(`sessions/${id}`, () =>
      two.first.sessions.discard(asked, issued(two), secret),
    );
    const renewing = two.first.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await two.world.clock.advance(0);
    assert.equal((await cancel(two.second)).kind, "notWaited");
    open();
    await retiring;
    await rejectsWith(renewing, "signedOut");
    await assertSignedOut(two);
    assert.deepEqual(two.world.endpoint.calls, ["revoke access-2", "revoke access-1"]);
  });

  it("says so at once, and deletes and revokes in its turn", async () => {
    const two = await createTwo();
    let free = (): void => undefined;
    const holding = two.world.locks.hold(`sessions/${id}`, () => new Promise<void>((resolve) => (free = resolve)));
    assert.equal((await cancel(two.second)).kind, "notWaited");
    assert.deepEqual(sessionOf(two.second), { kind: "signedOut" });
    assert.equal(two.world.secrets.values.has(sessionKey(id)), true);
    free();
    await holding;
    await assertSignedOut(two);
    assert.deepEqual(two.world.endpoint.revoked, ["access-1"]);
  });

  it("removes the connection at once, and what is kept of it in its turn", async () => {
    const two = await createTwo();
    let free = (): void => undefined;
    const holding = two.world.locks.hold(`sessions/${id}`, () => new Promise<void>((resolve) => (free = resolve)));
    assert.equal((await two.second.sessions.remove(id, AbortSignal.abort())).kind, "notWaited");
    assert.deepEqual(two.second.connections.current.connections, []);
    free();
    await holding;
    await two.world.clock.advance(0);
    assert.deepEqual(two.world.endpoint.revoked, ["access-1"]);
    assert.deepEqual([...two.world.secrets.values.keys()], []);
    assert.equal(two.world.ledger.entries.has(id), false);
  });

  it("asks for its turn again while a window hangs", async () => {
    const two = await createTwo();
    const hold = two.world.locks.hold.bind(two.world.locks);
    let tries = 0;
    two.world.locks.hold = async () => {
      tries += 1;
      throw new ProcoreError({ kind: "sessionBusy" });
    };
    assert.equal((await two.second.sessions.end(id)).kind, "notTold");
    assert.deepEqual(sessionOf(two.second), { kind: "signedOut" });
    await two.world.clock.advance(5 * minuteMs);
    assert.equal(tries, 2);
    two.world.locks.hold = hold;
    await two.world.clock.advance(5 * minuteMs);
    await assertSignedOut(two);
    assert.deepEqual(two.world.endpoint.revoked, ["access-1"]);
  });

  it("writes no secret behind the person where each window has a copy of them", async () => {
    const values = createSecretValues(createWorld().secrets);
    const extents: string[] = [];
    const home: SessionHome = {
      ...createSecretStorageHome(values),
      deleteSession: async (_, extent) => void extents.push(extent),
    };
    const { second } = await createTwo({ second: home });
    await cancel(second);
    await second.clock.advance(0);
    assert.deepEqual(extents, ["tokens"]);
    await second.sessions.end(id);
    assert.deepEqual(extents, ["tokens", "all"]);
  });
});

describe("a sign-out that was cancelled or taken over", () => {
  it("has the tokens forgotten at once while Procore is told, and the call goes on", async () => {
    const two = await createTwo();
    const open = two.world.endpoint.hold();
    const cancelled = new AbortController();
    const ending = two.second.sessions.end(id, cancelled.signal);
    await two.world.clock.advance(0);
    cancelled.abort();
    assert.equal((await ending).kind, "notWaited");
    await two.world.clock.advance(0);
    assert.equal(two.world.secrets.values.has(sessionKey(id)), false);
    assert.deepEqual(two.world.endpoint.revoked, []);
    open();
    await assertSignedOut(two);
    assert.deepEqual(two.world.endpoint.revoked, ["access-1"]);
  });

  it("is not undone by a renewal that is just storing what it got", async () => {
    const window = await createWindow();
    const store = window.secrets.store.bind(window.secrets);
    window.secrets.store = async (key, value) => {
      window.secrets.store = store;
      await cancel(window);
      await store(key, value);
    };
    await rejectsWith(window.sessions.renewNow(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "signedOut" });
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
    assert.equal(window.ledger.entries.get(id)?.state, "signedOut");
    assert.deepEqual(window.endpoint.revoked, ["access-2"]);
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
  });

  it("does nothing to a session that is begun before its turn at the lock comes", async () => {
    const window = await createWindow();
    window.locks.chooseNext = (waiters) => waiters - 1;
    const open = window.endpoint.hold();
    const renewing = window.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await window.clock.advance(0);
    const cancelled = new AbortController();
    const ending = window.sessions.end(id, cancelled.signal);
    await window.clock.advance(0);
    cancelled.abort();
    assert.equal((await ending).kind, "notWaited");
    const beginning = window.sessions.begin(asked, window.endpoint.issue(), secret);
    await window.clock.advance(0);
    open();
    await beginning;
    await window.clock.advance(0);
    assert.equal(sessionOf(window)?.kind, "active");
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.ok(!window.endpoint.revoked.includes("access-2"));
  });

  it("does nothing to a session that is begun after its lock was taken over", async () => {
    const window = await createWindow();
    const open = window.endpoint.hold();
    const ending = window.sessions.end(id);
    await window.clock.advance(0);
    await window.sessions.takeOver(id);
    await window.sessions.begin(asked, window.endpoint.issue(), secret);
    open();
    await ending;
    await window.clock.advance(0);
    assert.equal(sessionOf(window)?.kind, "active");
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });
});

describe("a session that only this window's memory has", () => {
  it("is ended when the connection was removed while its window renewed, also after a take over", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    world.secrets.fail("store");
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    await second.connections.load();
    const open = world.endpoint.hold();
    const renewing = first.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await world.clock.advance(0);
    await second.sessions.takeOver(id);
    // The other window's record of what it was about to do comes after the removal has forgotten it.
    const entry = world.ledger.entries.get(id);
    assert.equal((await second.sessions.remove(id)).kind, "notTold");
    if (entry !== undefined) await world.ledger.write(id, entry);
    open();
    await rejectsWith(renewing, "signedOut");
    assert.deepEqual(world.endpoint.revoked, ["access-2"]);
  });
});

const issued = ({ world }: Awaited<ReturnType<typeof createTwo>>) => {
  const { live } = world.endpoint;
  const tokens = world.endpoint.issue();
  world.endpoint.live = live;
  return tokens;
};
