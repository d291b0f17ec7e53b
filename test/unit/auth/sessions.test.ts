import assert from "node:assert/strict";
import { Connections } from "../../../src/auth/connections.ts";
import type { ConnectionsFile, StoredConnections } from "../../../src/auth/connectionsFile.ts";
import { Sessions } from "../../../src/auth/sessions.ts";
import { createVault, sessionKey } from "../../../src/auth/vault.ts";
import { hourMs, minuteMs, secondMs } from "../../../src/core/clock.ts";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { serializeTokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../../src/core/secret.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { FakeTokenEndpoint } from "../../fakes/fakeTokenEndpoint.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

const id = "connection-1";

/** A window with one connection that has just signed in: access-1, refresh-1, good for 90 minutes. */
async function createWindow(secrets = new MemorySecretStore(), clock = new FakeClock()) {
  const endpoint = new FakeTokenEndpoint(clock);
  const troubles: unknown[] = [];
  let addressProblem: Failure | undefined;
  let stored: StoredConnections = { connections: [sampleConnection({ id })], lastUsed: id };
  const file: ConnectionsFile = {
    read: async () => stored,
    update: async (change) => (stored = change(stored)),
  };
  const connections = new Connections(file, { get: () => undefined, set: async () => undefined });
  await connections.load();
  const sessions = new Sessions({
    connections,
    vault: createVault(secrets),
    tokenEndpoint: endpoint,
    clock,
    checkAddresses: () => {
      if (addressProblem !== undefined) throw new ProcoreError(addressProblem);
    },
    onTrouble: (error) => troubles.push(error),
  });
  await sessions.begin(sampleConnection({ id }), endpoint.issue(), new Secret("app-secret"));
  const setAddressProblem = (problem: Failure): void => {
    addressProblem = problem;
  };
  return { clock, endpoint, secrets, connections, sessions, troubles, setAddressProblem };
}

type Window = Awaited<ReturnType<typeof createWindow>>;

const sessionOf = ({ connections }: Window) => connections.get(id)?.session;
const rejectsWith = async (work: Promise<unknown>, kind: Failure["kind"]): Promise<void> =>
  await assert.rejects(work, (error) => error instanceof ProcoreError && error.failure.kind === kind);

describe("Sessions", () => {
  it("uses the token as long as it is good, without a call", async () => {
    const window = await createWindow();
    window.clock.advance(88 * minuteMs);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-1");
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("renews when less than a minute is left, and stores before it uses", async () => {
    const window = await createWindow();
    await window.clock.advance(89 * minuteMs + 1 * secondMs);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
    assert.match(window.secrets.values.get(sessionKey(id)) ?? "", /access-2.*refresh-2/);
    assert.deepEqual(window.connections.get(id)?.session, {
      kind: "active",
      expiresAt: window.clock.now() + 90 * minuteMs,
      renewable: true,
    });
  });

  it("renews long after the end, when a request needs it", async () => {
    const window = await createWindow();
    await window.clock.advance(20 * hourMs);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
  });

  it("sends one refresh for many requests at once", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const all = Promise.all(Array.from({ length: 20 }, () => window.sessions.accessToken(id)));
    await window.clock.advance(0);
    open();
    assert.deepEqual(new Set((await all).map((token) => token.reveal())), new Set(["access-2"]));
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1"]);
  });

  it("goes on with a refresh whose caller stopped waiting", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const stop = new AbortController();
    const waiting = window.sessions.accessToken(id, stop.signal);
    await window.clock.advance(0);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    open();
    await window.clock.advance(0);
    assert.match(window.secrets.values.get(sessionKey(id)) ?? "", /refresh-2/);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
  });

  it("adopts what another window renewed, without a call", async () => {
    const window = await createWindow();
    const tokens = window.endpoint.issue();
    window.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
    assert.equal((await window.sessions.replaceToken(id, new Secret("access-1"))).reveal(), "access-2");
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("renews once after a 401 of the newest token", async () => {
    const window = await createWindow();
    assert.equal((await window.sessions.replaceToken(id, new Secret("access-1"))).reveal(), "access-2");
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1"]);
  });

  it("keeps the session when the answer never came, says why, and tries again at the next need", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.endpoint.fail({ kind: "network", cause: "timeout", host: "login-sandbox.procore.com" });
    await rejectsWith(window.sessions.accessToken(id), "network");
    assert.equal(sessionOf(window)?.kind, "active");
    assert.match(window.connections.get(id)?.lastFailure?.message ?? "", /did not answer in time/);
    window.endpoint.fail(undefined);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
    assert.equal(window.connections.get(id)?.lastFailure, undefined);
  });

  it("uses a token that is about to end when its renewal meets trouble on the way", async () => {
    const window = await createWindow();
    await window.clock.advance(89 * minuteMs + 30 * secondMs);
    window.endpoint.fail({ kind: "network", cause: "reset", host: "login-sandbox.procore.com" });
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-1");
  });

  it("breaks, and keeps no token, only when the newest refresh token is refused", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.endpoint.live = "somebody-else's";
    await rejectsWith(window.sessions.accessToken(id), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "refreshTokenSpent" });
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
    await rejectsWith(window.sessions.accessToken(id), "signedOut");
    assert.equal(window.endpoint.calls.length, 1);
  });

  it("adopts the pair of the window that was quicker, when its own refresh is refused", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const waiting = window.sessions.accessToken(id);
    await window.clock.advance(0);
    const tokens = window.endpoint.issue();
    window.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
    open();
    assert.equal((await waiting).reveal(), "access-2");
    assert.equal(sessionOf(window)?.kind, "active");
  });

  it("keeps the refresh token when the app's keys are refused, asks nobody again, and goes on when they are mended", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.endpoint.fail({ kind: "credentialsRejected", environment: "Development Sandbox", host: "h" });
    await rejectsWith(window.sessions.accessToken(id), "credentialsRejected");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "credentialsRejected" });
    await rejectsWith(window.sessions.accessToken(id), "credentialsRejected");
    assert.equal(window.endpoint.calls.length, 1);
    window.endpoint.fail(undefined);
    await window.sessions.resume(id);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
  });

  it("goes on in memory when the keyring does not take a renewed session, and says so once", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.secrets.fail("store");
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
    assert.equal(window.troubles.length, 1);
    window.sessions.forgetCached(id);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
  });

  it("says that the sign-in was not kept when the store forgot it", async () => {
    const window = await createWindow();
    window.sessions.forgetCached(id);
    window.secrets.values.clear();
    await rejectsWith(window.sessions.accessToken(id), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "notKept" });
  });

  it("leaves a session of a newer version as it is, also at a new sign-in", async () => {
    const window = await createWindow();
    window.sessions.forgetCached(id);
    window.secrets.values.set(sessionKey(id), `{"v":2,"what":"ever"}`);
    await rejectsWith(window.sessions.accessToken(id), "newerVersion");
    await window.sessions.begin(sampleConnection({ id }), window.endpoint.issue(), new Secret("app-secret"));
    assert.equal(window.secrets.values.get(sessionKey(id)), `{"v":2,"what":"ever"}`);
    assert.equal((await window.sessions.accessToken(id)).reveal(), "access-2");
    assert.equal(window.troubles.length, 1);
  });

  it("sends nothing for a connection whose addresses changed", async () => {
    const window = await createWindow();
    window.setAddressProblem({
      kind: "addressesChanged",
      environment: "Mine",
      was: "https://a.test",
      now: "https://b.test",
    });
    await rejectsWith(window.sessions.accessToken(id), "addressesChanged");
    await window.sessions.end(id);
    assert.deepEqual(window.endpoint.calls, []);
  });

  describe("end", () => {
    it("revokes and forgets", async () => {
      const window = await createWindow();
      assert.deepEqual(await window.sessions.end(id), { kind: "revoked" });
      assert.deepEqual(window.endpoint.revoked, ["access-1"]);
      assert.equal(window.secrets.values.has(sessionKey(id)), false);
      assert.deepEqual(sessionOf(window), { kind: "signedOut" });
      await rejectsWith(window.sessions.accessToken(id), "signedOut");
    });

    it("renews a dead access token first, because revoking it would leave the refresh token alive", async () => {
      const window = await createWindow();
      await window.clock.advance(2 * hourMs);
      assert.deepEqual(await window.sessions.end(id), { kind: "revoked" });
      assert.deepEqual(window.endpoint.calls, ["refresh refresh-1", "revoke access-2"]);
    });

    it("works offline, and tells that the server was not told", async () => {
      const window = await createWindow();
      window.endpoint.fail({ kind: "network", cause: "hostNotFound", host: "login-sandbox.procore.com" });
      assert.equal((await window.sessions.end(id)).kind, "notTold");
      assert.equal(window.secrets.values.has(sessionKey(id)), false);
      assert.deepEqual(sessionOf(window), { kind: "signedOut" });
    });

    it("revokes what a refresh brings that was on its way, and stores nothing of it", async () => {
      const window = await createWindow();
      await window.clock.advance(2 * hourMs);
      const open = window.endpoint.hold();
      const refreshing = window.sessions.accessToken(id);
      refreshing.catch(() => undefined);
      await window.clock.advance(0);
      const ending = window.sessions.end(id);
      await window.clock.advance(0);
      open();
      await ending;
      await rejectsWith(refreshing, "signedOut");
      assert.ok(window.endpoint.revoked.includes("access-2"));
      assert.equal(window.secrets.values.has(sessionKey(id)), false);
    });
  });
});
