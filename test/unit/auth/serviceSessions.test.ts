import assert from "node:assert/strict";
import { sessionKey } from "../../../src/auth/sessionHome.ts";
import { hourMs, minuteMs } from "../../../src/core/clock.ts";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { Secret } from "../../../src/core/secret.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { openSignedIn, type SessionWindow } from "../../fakes/sessionWindows.ts";

const id = "service-1";
const asked = sampleConnection({
  id,
  grant: { kind: "clientCredentials", companyId: companyId(12), companyName: "Acme" },
});
const openWindows = async (count: number) => await openSignedIn(asked, count);

const sessionOf = ({ connections }: SessionWindow) => connections.get(id)?.session;
const tokenOf = async ({ sessions }: SessionWindow): Promise<string> => (await sessions.accessToken(asked)).reveal();
const rejectsWith = async (work: Promise<unknown>, kind: Failure["kind"]): Promise<void> =>
  await assert.rejects(work, (error) => error instanceof ProcoreError && error.failure.kind === kind);
const offline: Failure = { kind: "network", cause: "hostNotFound", host: "login-sandbox.procore.com" };

describe("the session of a service account", () => {
  it("uses its token as long as it is good, and then asks for a new one with the app's keys", async () => {
    const { clock, endpoint, secrets, ledger, first } = await openWindows(1);
    await clock.advance(88 * minuteMs);
    assert.equal(await tokenOf(first), "access-1");
    await clock.advance(2 * hourMs);
    assert.equal(await tokenOf(first), "access-2");
    assert.deepEqual(endpoint.calls, ["client credentials"]);
    assert.match(secrets.values.get(sessionKey(id)) ?? "", /access-2/);
    assert.doesNotMatch(secrets.values.get(sessionKey(id)) ?? "", /refreshToken/);
    assert.deepEqual(sessionOf(first), { kind: "active", expiresAt: clock.now() + 90 * minuteMs, renewable: true });
    assert.deepEqual(ledger.states, ["stored", "spending", "stored"]);
  });

  it("is renewed after a 401 of its newest token, and when a person asks", async () => {
    const { endpoint, first } = await openWindows(1);
    assert.equal((await first.sessions.replaceToken(asked, new Secret("access-1"))).reveal(), "access-2");
    await first.sessions.renewNow(asked);
    assert.deepEqual(endpoint.calls, ["client credentials", "client credentials"]);
  });

  it("is renewed once for all windows and all their requests", async () => {
    const { clock, endpoint, windows } = await openWindows(4);
    await clock.advance(2 * hourMs);
    const open = endpoint.hold();
    const all = Promise.all(windows.flatMap((window) => [1, 2, 3, 4, 5].map(() => tokenOf(window))));
    await clock.advance(0);
    open();
    assert.deepEqual(new Set(await all), new Set(["access-2"]));
    assert.deepEqual(endpoint.calls, ["client credentials"]);
  });

  it("loses nothing to a lost answer: the next need asks again", async () => {
    const { clock, endpoint, first } = await openWindows(1);
    await clock.advance(2 * hourMs);
    for (const failure of [
      { kind: "network", cause: "reset", host: "h" },
      { kind: "unexpectedReply", host: "h", expected: "JSON" },
      { kind: "oauth", error: "invalid_grant", description: "", status: 400 },
      { kind: "serviceAccountMissing", environment: "Production", host: "h" },
    ] as const) {
      endpoint.fail(failure);
      await rejectsWith(tokenOf(first), failure.kind);
      assert.equal(sessionOf(first)?.kind, "active");
      assert.notEqual(first.connections.get(id)?.lastFailure, undefined);
    }
    endpoint.fail(undefined);
    assert.equal(await tokenOf(first), "access-2");
    assert.equal(first.connections.get(id)?.lastFailure, undefined);
  });

  it("waits for mended keys when they are refused, and then goes on", async () => {
    const { clock, endpoint, first } = await openWindows(1);
    await clock.advance(2 * hourMs);
    endpoint.fail({ kind: "credentialsRejected", environment: "Development Sandbox", host: "h" });
    await rejectsWith(tokenOf(first), "credentialsRejected");
    await rejectsWith(tokenOf(first), "credentialsRejected");
    assert.equal(endpoint.calls.length, 1);
    assert.deepEqual(sessionOf(first), { kind: "broken", reason: "credentialsRejected" });
    endpoint.fail(undefined);
    await first.sessions.changeSecret(id, new Secret("app-secret"));
    assert.equal(await tokenOf(first), "access-2");
  });

  it("goes on with mended keys also when its tokens are gone", async () => {
    const { clock, endpoint, secrets, first } = await openWindows(1);
    await clock.advance(2 * hourMs);
    endpoint.fail({ kind: "credentialsRejected", environment: "Development Sandbox", host: "h" });
    await rejectsWith(tokenOf(first), "credentialsRejected");
    endpoint.fail(undefined);
    secrets.values.delete(sessionKey(id));
    first.sessions.forgetCached(id);
    await first.sessions.changeSecret(id, new Secret("app-secret"));
    assert.deepEqual(sessionOf(first), { kind: "active", expiresAt: 0, renewable: true });
    assert.equal(await tokenOf(first), "access-2");
  });

  it("needs nobody when the store forgot its token, as long as the keys are there", async () => {
    const { endpoint, ledger, secrets, first } = await openWindows(1);
    first.sessions.forgetCached(id);
    secrets.values.delete(sessionKey(id));
    assert.equal((await first.sessions.replaceToken(asked, new Secret("access-1"))).reveal(), "access-2");
    assert.deepEqual(endpoint.calls, ["client credentials"]);
    assert.deepEqual(ledger.entries.get(id), { generation: 1, rotation: 1, state: "stored" });
    assert.equal(sessionOf(first)?.kind, "active");
  });

  it("asks for a sign-in when the keys are gone as well", async () => {
    const { endpoint, secrets, first } = await openWindows(1);
    first.sessions.forgetCached(id);
    secrets.values.clear();
    await rejectsWith(tokenOf(first), "signedOut");
    assert.deepEqual(sessionOf(first), { kind: "broken", reason: "notKept" });
    assert.deepEqual(endpoint.calls, []);
  });

  it("replaces an older copy that was put back, and never uses it", async () => {
    const { clock, secrets, ledger, first } = await openWindows(1);
    const copy = secrets.values.get(sessionKey(id)) ?? "";
    await clock.advance(89 * minuteMs + 10);
    await tokenOf(first);
    secrets.values.set(sessionKey(id), copy);
    first.sessions.forgetCached(id);
    assert.equal(await tokenOf(first), "access-3");
    assert.deepEqual(ledger.entries.get(id), { generation: 1, rotation: 2, state: "stored" });
  });

  it("gets a token of its own while another window has the newest in memory only, and adopts none that is not there", async () => {
    const { clock, secrets, windows, endpoint } = await openWindows(2);
    const [one, two] = windows;
    assert.ok(one && two);
    assert.equal(await tokenOf(two), "access-1");
    await clock.advance(2 * hourMs);
    secrets.fail("store");
    assert.equal(await tokenOf(one), "access-2");
    secrets.fail();
    assert.equal(await tokenOf(two), "access-3");
    assert.equal(await tokenOf(two), "access-3");
    assert.deepEqual(endpoint.calls, ["client credentials", "client credentials"]);
  });

  describe("at sign-out", () => {
    it("revokes the token and forgets it, and stays signed out although the keys are there", async () => {
      const { endpoint, secrets, first } = await openWindows(1);
      assert.deepEqual(await first.sessions.end(id), { kind: "revoked" });
      assert.deepEqual(endpoint.calls, ["revoke access-1"]);
      assert.equal(secrets.values.has(sessionKey(id)), false);
      assert.deepEqual(sessionOf(first), { kind: "signedOut" });
      await rejectsWith(tokenOf(first), "signedOut");
      await rejectsWith(first.sessions.replaceToken(asked, new Secret("access-1")), "signedOut");
    });

    it("asks for no new token when the old one has ended, and needs no server then", async () => {
      const { clock, endpoint, first } = await openWindows(1);
      await clock.advance(2 * hourMs);
      endpoint.fail(offline);
      assert.deepEqual(await first.sessions.end(id), { kind: "nothingToRevoke" });
      assert.deepEqual(endpoint.calls, ["revoke access-1"]);
      assert.deepEqual(sessionOf(first), { kind: "signedOut" });
    });

    it("works offline, and tells that the server was not told of a token that lives", async () => {
      const { endpoint, secrets, first } = await openWindows(1);
      endpoint.fail(offline);
      assert.equal((await first.sessions.end(id)).kind, "notTold");
      assert.equal(secrets.values.has(sessionKey(id)), false);
    });

    it("signs the other windows out too, also one that was renewing", async () => {
      const { clock, endpoint, windows, secrets } = await openWindows(2);
      const [one, two] = windows;
      assert.ok(one && two);
      await clock.advance(2 * hourMs);
      const open = endpoint.hold();
      const renewing = tokenOf(two);
      renewing.catch(() => undefined);
      await clock.advance(0);
      const stop = new AbortController();
      const ending = one.sessions.end(id, stop.signal);
      await clock.advance(0);
      stop.abort();
      await ending;
      open();
      await rejectsWith(renewing, "signedOut");
      assert.ok(endpoint.revoked.includes("access-2"));
      assert.equal(secrets.values.has(sessionKey(id)), false);
    });
  });
});
