import assert from "node:assert/strict";
import { createSecretStorageHome, sessionKey, type SessionHome } from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs, minuteMs, secondMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { serializeTokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../../src/core/secret.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { asked, createWindow, createWorld, id, openWindow, rejectsWith, sessionOf } from "./sessionWindows.ts";

describe("Sessions", () => {
  it("uses the token as long as it is good, without a call", async () => {
    const window = await createWindow();
    await window.clock.advance(88 * minuteMs);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-1");
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("renews when less than a minute is left, and stores before it uses", async () => {
    const window = await createWindow();
    await window.clock.advance(89 * minuteMs + 1 * secondMs);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
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
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });

  it("sends one refresh for many requests at once", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const all = Promise.all(Array.from({ length: 20 }, () => window.sessions.accessToken(asked)));
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
    const waiting = window.sessions.accessToken(asked, stop.signal);
    await window.clock.advance(0);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    open();
    await window.clock.advance(0);
    assert.match(window.secrets.values.get(sessionKey(id)) ?? "", /refresh-2/);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });

  it("renews a token before it is given out of hand when less than that is left, and only then", async () => {
    const window = await createWindow();
    const tenMinutes = 10 * minuteMs;
    await window.clock.advance(80 * minuteMs);
    assert.equal((await window.sessions.longLivedToken(asked, tenMinutes)).accessToken.reveal(), "access-1");
    assert.deepEqual(window.endpoint.calls, []);
    await window.clock.advance(1);
    const given = await window.sessions.longLivedToken(asked, tenMinutes);
    assert.equal(given.accessToken.reveal(), "access-2");
    assert.equal(given.expiresAt, window.clock.now() + 90 * minuteMs);
  });

  it("gives no token out of hand when its renewal fails, though the present one is still good", async () => {
    const window = await createWindow();
    await window.clock.advance(85 * minuteMs);
    window.endpoint.fail({ kind: "network", cause: "reset", host: "login-sandbox.procore.com" });
    await rejectsWith(window.sessions.longLivedToken(asked, 10 * minuteMs), "network");
  });

  it("shows a token past its end without a call", async () => {
    const window = await createWindow();
    await window.clock.advance(3 * hourMs);
    assert.equal((await window.sessions.presentToken(asked)).accessToken.reveal(), "access-1");
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("notes which window renewed, and how often", async () => {
    const window = await createWindow();
    assert.equal(window.connections.get(id)?.lastRefreshBy, undefined);
    await window.sessions.renewNow(asked);
    await window.sessions.renewNow(asked);
    assert.equal(window.connections.get(id)?.lastRefreshBy, "window-1");
    assert.deepEqual(await window.sessions.keeping(id), { home: "secretStorage", unsaved: "no", renewals: 2 });
  });

  it("tells in whose memory tokens are that could not be saved", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    const other = await openWindow(world, { windowId: "window-2" });
    window.secrets.fail("store");
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    assert.equal((await window.sessions.keeping(id)).unsaved, "thisWindow");
    assert.equal((await other.sessions.keeping(id)).unsaved, "otherWindow");
  });

  it("has seen that the store keeps tokens when a window reads them that was opened after they were saved", async () => {
    const world = createWorld();
    const first = await openWindow(world);
    await first.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    first.sessions.forgetCached(id);
    await first.sessions.accessToken(asked);
    assert.equal(first.connections.get(id)?.readBackAt, undefined, "the window that saved them proves nothing");
    await world.clock.advance(minuteMs);
    const later = await openWindow(world, { windowId: "window-2" });
    const at = world.clock.now();
    await later.sessions.accessToken(asked);
    assert.equal(later.connections.get(id)?.readBackAt, at);
    const listed = later.connections.get(id);
    assert.ok(listed);
    await later.sessions.begin(listed, world.endpoint.issue(), new Secret("app-secret"));
    assert.equal(later.connections.get(id)?.readBackAt, undefined, "a new sign-in is another session");
  });

  it("adopts what another window renewed, without a call", async () => {
    const window = await createWindow();
    const tokens = window.endpoint.issue();
    window.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
    assert.equal((await window.sessions.replaceToken(asked, new Secret("access-1"))).reveal(), "access-2");
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("renews, after a 401, what another window renewed when that has come to its end too", async () => {
    const window = await createWindow();
    const tokens = { ...window.endpoint.issue(), expiresAt: window.clock.now() };
    window.secrets.values.set(sessionKey(id), serializeTokenSet({ generation: 1, rotation: 1, tokens }));
    assert.equal((await window.sessions.replaceToken(asked, new Secret("access-1"))).reveal(), "access-3");
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-2"]);
  });

  it("renews once after a 401 of the newest token", async () => {
    const window = await createWindow();
    assert.equal((await window.sessions.replaceToken(asked, new Secret("access-1"))).reveal(), "access-2");
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1"]);
  });

  it("keeps the session when the answer never came, says why, and tries again at the next need", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.endpoint.fail({ kind: "network", cause: "timeout", host: "login-sandbox.procore.com" });
    await rejectsWith(window.sessions.accessToken(asked), "network");
    assert.equal(sessionOf(window)?.kind, "active");
    assert.match(window.connections.get(id)?.lastFailure?.message ?? "", /did not answer in time/);
    window.endpoint.fail(undefined);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(window.connections.get(id)?.lastFailure, undefined);
  });

  it("uses a token that is about to end when its renewal meets trouble on the way", async () => {
    const window = await createWindow();
    await window.clock.advance(89 * minuteMs + 30 * secondMs);
    window.endpoint.fail({ kind: "network", cause: "reset", host: "login-sandbox.procore.com" });
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-1");
  });

  it("breaks, and keeps no token, only when the newest refresh token is refused", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.endpoint.live = "somebody-else's";
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "refreshTokenSpent" });
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.equal(window.endpoint.calls.length, 1);
  });

  it("adopts the pair of the window that was quicker, when its own refresh is refused", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const waiting = window.sessions.accessToken(asked);
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
    await rejectsWith(window.sessions.accessToken(asked), "credentialsRejected");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "credentialsRejected" });
    await rejectsWith(window.sessions.accessToken(asked), "credentialsRejected");
    assert.equal(window.endpoint.calls.length, 1);
    window.endpoint.fail(undefined);
    assert.equal(await window.sessions.changeSecret(id, new Secret("mended")), "stored");
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });

  it("goes on in memory when the keyring does not take a renewed session, and says so once", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.secrets.fail("store");
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(window.troubles.length, 1);
    window.sessions.forgetCached(id);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
  });

  it("stores the client secret as well when the keyring takes a renewed session again", async () => {
    const world = createWorld();
    const window = await openWindow(world);
    window.secrets.fail("store");
    await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
    window.secrets.fail();
    await window.sessions.renewNow(asked);
    await window.sessions.renewNow(asked);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-3");
    assert.match(window.secrets.values.get(`procore.client.${id}`) ?? "", /app-secret/u);
  });

  it("says that the sign-in was not kept when the store forgot it", async () => {
    const window = await createWindow();
    window.sessions.forgetCached(id);
    window.secrets.values.clear();
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "notKept" });
  });

  it("leaves a session of a newer version as it is, also at a new sign-in", async () => {
    const window = await createWindow();
    window.sessions.forgetCached(id);
    window.secrets.values.set(sessionKey(id), `{"v":2,"what":"ever"}`);
    await rejectsWith(window.sessions.accessToken(asked), "newerVersion");
    await window.sessions.begin(sampleConnection({ id }), window.endpoint.issue(), new Secret("app-secret"));
    assert.equal(window.secrets.values.get(sessionKey(id)), `{"v":2,"what":"ever"}`);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(window.troubles.length, 1);
  });

  it("sends nothing for a connection whose addresses changed", async () => {
    const window = await createWindow();
    window.refuseAddresses({
      kind: "addressesChanged",
      environment: "Mine",
      was: "https://a.test",
      now: "https://b.test",
    });
    await rejectsWith(window.sessions.accessToken(asked), "addressesChanged");
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
      await rejectsWith(window.sessions.accessToken(asked), "signedOut");
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

    it("revokes what a refresh brings that was on its way, and keeps nothing of it", async () => {
      const window = await createWindow();
      await window.clock.advance(2 * hourMs);
      const open = window.endpoint.hold();
      const refreshing = window.sessions.accessToken(asked);
      refreshing.catch(() => undefined);
      await window.clock.advance(0);
      const ending = window.sessions.end(id);
      await window.clock.advance(0);
      open();
      await ending;
      assert.equal((await refreshing).reveal(), "access-2");
      assert.deepEqual(window.endpoint.revoked, ["access-2"]);
      assert.equal(window.secrets.values.has(sessionKey(id)), false);
    });
  });

  describe("with another window", () => {
    /** Two windows; the first one signed in. */
    async function createTwo() {
      const world = createWorld();
      const [first, second] = [await openWindow(world), await openWindow(world)];
      await first.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
      await second.connections.load();
      return { ...world, first, second };
    }

    /** A refresh of the second window that the server holds back. */
    async function heldRefresh({ clock, endpoint, second }: Awaited<ReturnType<typeof createTwo>>) {
      await clock.advance(2 * hourMs);
      const open = endpoint.hold();
      const refreshing = second.sessions.accessToken(asked);
      refreshing.catch(() => undefined);
      await clock.advance(0);
      return { open, refreshing };
    }

    it("renews although it saw an earlier sign-in and sign-out of its own", async () => {
      const world = createWorld();
      const [first, second] = [await openWindow(world), await openWindow(world)];
      await first.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
      await first.sessions.end(id);
      await second.connections.load();
      await second.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
      await first.connections.load();
      await world.clock.advance(2 * hourMs);
      assert.equal((await first.sessions.accessToken(asked)).reveal(), "access-3");
      assert.equal(sessionOf(first)?.kind, "active");
    });

    it("waits for the other one's refresh, and adopts what it brought", async () => {
      const two = await createTwo();
      const { open, refreshing } = await heldRefresh(two);
      const other = two.first.sessions.accessToken(asked);
      await two.clock.advance(0);
      open();
      assert.equal((await refreshing).reveal(), "access-2");
      assert.equal((await other).reveal(), "access-2");
      assert.deepEqual(two.endpoint.calls, ["refresh refresh-1"]);
    });

    it("signs out after the other one's refresh, and revokes what that brought", async () => {
      const two = await createTwo();
      const { open } = await heldRefresh(two);
      const ending = two.first.sessions.end(id);
      await two.clock.advance(0);
      open();
      assert.deepEqual(await ending, { kind: "revoked" });
      assert.deepEqual(two.endpoint.revoked, ["access-2"]);
      assert.equal(two.secrets.values.has(sessionKey(id)), false);
      // The other window still has the revoked token in memory; the 401 it gets leads to the truth.
      await rejectsWith(two.second.sessions.replaceToken(asked, new Secret("access-2")), "signedOut");
      assert.deepEqual(sessionOf(two.second), { kind: "signedOut" });
    });

    it("stores nothing when the other one stopped waiting and signed out, and revokes what came", async () => {
      const two = await createTwo();
      const { open, refreshing } = await heldRefresh(two);
      const stop = new AbortController();
      const ending = two.first.sessions.end(id, stop.signal);
      await two.clock.advance(0);
      stop.abort();
      assert.equal((await ending).kind, "notWaited");
      open();
      await rejectsWith(refreshing, "signedOut");
      assert.ok(two.endpoint.revoked.includes("access-2"));
      assert.equal(two.secrets.values.has(sessionKey(id)), false);
      assert.deepEqual(sessionOf(two.first), { kind: "signedOut" });
    });

    it("says signed out, not forgotten, when the store's news come before the list's", async () => {
      const two = await createTwo();
      two.second.sessions.forgetCached(id);
      two.secrets.values.delete(sessionKey(id));
      await two.first.connections.change(id, { session: { kind: "signedOut" } });
      await rejectsWith(two.second.sessions.accessToken(asked), "signedOut");
      assert.deepEqual(sessionOf(two.second), { kind: "signedOut" });
    });

    it("keeps its own loss to itself where each window has its own secrets", async () => {
      const world = createWorld();
      const home: SessionHome = { ...createSecretStorageHome(createSecretValues(world.secrets)), kind: "sealedFile" };
      const window = await openWindow(world, { home });
      await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
      window.sessions.forgetCached(id);
      window.secrets.values.clear();
      await assert.rejects(
        window.sessions.accessToken(asked),
        (error) =>
          error instanceof ProcoreError &&
          error.failure.kind === "signedOut" &&
          error.failure.reason === "storeReplaced",
      );
      assert.equal(sessionOf(window)?.kind, "active");
    });

    it("asks for a sign-in of its own while another window has the session in memory only", async () => {
      const two = await createTwo();
      await two.clock.advance(2 * hourMs);
      two.secrets.fail("store");
      assert.equal((await two.first.sessions.accessToken(asked)).reveal(), "access-2");
      await rejectsWith(two.second.sessions.accessToken(asked), "signedOut");
      assert.equal(sessionOf(two.first)?.kind, "active");
      assert.deepEqual(two.endpoint.calls, ["refresh refresh-1"]);
    });

    it("does not spend what only its memory has, nor write it over a sign-in of the other one", async () => {
      const two = await createTwo();
      await two.clock.advance(2 * hourMs);
      two.secrets.fail("store");
      await two.first.sessions.accessToken(asked);
      two.secrets.fail();
      await two.second.sessions.begin(asked, two.endpoint.issue(), new Secret("app-secret"));
      const calls = [...two.endpoint.calls];
      await two.first.sessions.renewNow(asked);
      assert.equal((await two.first.sessions.accessToken(asked)).reveal(), "access-3");
      // The pair that only its memory had is ended at the server: nobody else knows of it.
      assert.deepEqual(two.endpoint.calls, [...calls, "revoke access-2"]);
      assert.equal(two.ledger.entries.get(id)?.generation, 2);
    });

    it("keeps what it got when a window that was overtaken set the ledger back", async () => {
      const two = await createTwo();
      const { open, refreshing } = await heldRefresh(two);
      await two.ledger.write(id, { generation: 0, rotation: 7, state: "spending" });
      open();
      await refreshing;
      assert.equal((await two.second.sessions.accessToken(asked)).reveal(), "access-2");
      assert.deepEqual(two.endpoint.revoked, []);
    });

    it("stores nothing for a connection that was removed meanwhile, and revokes what came", async () => {
      const two = await createTwo();
      const { open, refreshing } = await heldRefresh(two);
      const stop = new AbortController();
      const removing = two.first.sessions.remove(id, stop.signal);
      await two.clock.advance(0);
      stop.abort();
      assert.equal((await removing).kind, "notWaited");
      open();
      await rejectsWith(refreshing, "signedOut");
      assert.deepEqual(two.endpoint.revoked, ["access-2"]);
      assert.equal(two.secrets.values.has(sessionKey(id)), false);
    });
  });

  it("writes what it is about to do before it sends, and what it did after it stored", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    await window.sessions.accessToken(asked);
    assert.deepEqual(window.ledger.states, ["stored", "spending", "stored"]);
    assert.deepEqual(window.ledger.entries.get(id), { generation: 1, rotation: 1, state: "stored" });
  });

  it("sends nothing when it lost the lock meanwhile", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    window.locks.lose();
    await rejectsWith(window.sessions.accessToken(asked), "sessionOvertaken");
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("keeps its hands off when it was overtaken while it sent", async () => {
    const window = await createWindow();
    await window.clock.advance(2 * hourMs);
    const open = window.endpoint.hold();
    const waiting = window.sessions.accessToken(asked);
    waiting.catch(() => undefined);
    await window.clock.advance(0);
    window.endpoint.live = "somebody-else's";
    window.locks.lose();
    open();
    await rejectsWith(waiting, "sessionOvertaken");
    assert.equal(sessionOf(window)?.kind, "active");
    assert.ok(window.secrets.values.has(sessionKey(id)));
  });

  it("never spends an older copy that was put back", async () => {
    const window = await createWindow();
    const copy = window.secrets.values.get(sessionKey(id)) ?? "";
    await window.clock.advance(2 * hourMs);
    await window.sessions.accessToken(asked);
    window.secrets.values.set(sessionKey(id), copy);
    window.sessions.forgetCached(id);
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "olderCopy" });
    assert.deepEqual(window.endpoint.calls, ["refresh refresh-1"]);
    assert.equal(window.secrets.values.get(sessionKey(id)), copy);
  });

  it("gives no token to who still knows the old addresses", async () => {
    const window = await createWindow();
    const old = { ...asked, origins: { ...asked.origins, api: "https://old.example.com" } };
    await rejectsWith(window.sessions.accessToken(old), "addressesChanged");
    await rejectsWith(window.sessions.replaceToken(old, new Secret("access-1")), "addressesChanged");
  });

  it("leaves a session without a refresh token alone as long as it lives", async () => {
    const window = await createWindow();
    const tokens = { ...window.endpoint.issue(), refreshToken: undefined };
    await window.sessions.begin(asked, tokens, new Secret("app-secret"));
    await rejectsWith(window.sessions.renewNow(asked), "signedOut");
    assert.equal(sessionOf(window)?.kind, "active");
    await window.clock.advance(89 * minuteMs + 50 * secondMs);
    assert.equal((await window.sessions.accessToken(asked)).reveal(), "access-2");
    await window.clock.advance(1 * minuteMs);
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "noRefreshToken" });
  });

  it("revokes the pair that a new sign-in replaces", async () => {
    const window = await createWindow();
    await window.sessions.begin(asked, window.endpoint.issue(), new Secret("app-secret"));
    await window.clock.advance(0);
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
  });
});
