import assert from "node:assert/strict";
import type { LedgerEntry } from "../../../src/auth/ledger.ts";
import { sessionKey } from "../../../src/auth/sessionHome.ts";
import { hourMs } from "../../../src/core/clock.ts";
import type { Failure } from "../../../src/core/errors.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import type { OAuthApp } from "../../../src/core/oauth/tokenEndpoint.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { Connection, Grant } from "../../../src/core/session.ts";
import type { StillHeld } from "../../../src/platform/locks.ts";
import { FakeTokenEndpoint } from "../../fakes/fakeTokenEndpoint.ts";
import { MemoryLedger } from "../../fakes/memoryLedger.ts";
import { MemoryLocks } from "../../fakes/memoryLocks.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { replaceMember } from "../../fakes/replaceMember.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { openSessionWindow, openSignedIn, type Machine } from "../../fakes/sessionWindows.ts";

const id = "connection-1";
const grants: Readonly<Record<string, Grant>> = {
  "a person": { kind: "authorizationCode" },
  "a service account": { kind: "clientCredentials", companyId: companyId(12), companyName: undefined },
};
const offline: Failure = { kind: "network", cause: "hostNotFound", host: "login-sandbox.procore.com" };

/** Notes what happens to ledger, server, secrets and list, in its order, and what of it without the lock. */
function watch(machine: Machine): { readonly machine: Machine; readonly events: readonly string[] } {
  const { ledger, endpoint, secrets, file, locks } = machine;
  const events: string[] = [];
  let held = 0;
  const note = (what: string): void => void events.push(held > 0 ? what : `${what} without the lock`);
  replaceMember(ledger, "write", async (of: string, entry: LedgerEntry) => {
    note(`ledger ${entry.state}`);
    await MemoryLedger.prototype.write.call(ledger, of, entry);
  });
  replaceMember(secrets, "delete", async (key: string) => {
    note(`delete ${key.replace(/\.[^.]+$/u, "")}`);
    await MemorySecretStore.prototype.delete.call(secrets, key);
  });
  replaceMember(endpoint, "refresh", async (app: OAuthApp, token: Secret) => {
    note("refresh");
    return await FakeTokenEndpoint.prototype.refresh.call(endpoint, app, token);
  });
  replaceMember(endpoint, "revoke", async (app: OAuthApp, token: Secret) => {
    note(`revoke ${token.reveal()}`);
    await FakeTokenEndpoint.prototype.revoke.call(endpoint, app, token);
  });
  const watched: Machine = {
    ...machine,
    file: {
      ...file,
      async update(change) {
        note("list");
        return await file.update(change);
      },
    },
  };
  replaceMember(locks, "hold", async (name: string, work: (stillHeld: StillHeld) => Promise<unknown>) => {
    assert.equal(name, `sessions/${id}`);
    return await MemoryLocks.prototype.hold.call(locks, name, async (stillHeld) => {
      held += 1;
      return await work(stillHeld).finally(() => (held -= 1));
    });
  });
  return { machine: watched, events };
}

for (const [name, grant] of Object.entries(grants)) {
  const connection: Connection = sampleConnection({ id, grant });
  const isPerson = grant.kind === "authorizationCode";

  describe(`signing out ${name}`, () => {
    it("takes the lock, says so in ledger and list, revokes, deletes, in this order", async () => {
      const { machine, events } = watch(await openSignedIn(connection, 1));
      const { sessions } = await openSessionWindow(machine);
      assert.deepEqual(await sessions.end(id), { kind: "revoked" });
      assert.deepEqual(events, ["ledger signedOut", "list", "revoke access-1", "delete procore.session", "list"]);
      assert.ok((machine.ledger.entries.get(id)?.generation ?? 0) > 1, "the generation went up");
    });

    it("with an ended access token: revokes what lives", async () => {
      const signedIn = await openSignedIn(connection, 1);
      await signedIn.clock.advance(2 * hourMs);
      const { machine, events } = watch(signedIn);
      await (await openSessionWindow(machine)).sessions.end(id);
      assert.deepEqual(events.slice(0, 4), [
        "ledger signedOut",
        "list",
        ...(isPerson ? ["refresh", "revoke access-2"] : ["revoke access-1", "delete procore.session"]),
      ]);
    });

    it("is followed by the other windows, which send nothing more", async () => {
      const { windows, first, endpoint, clock } = await openSignedIn(connection, 3);
      await first.sessions.end(id);
      const calls = endpoint.calls.length;
      await clock.advance(2 * hourMs);
      for (const { sessions, connections } of windows.slice(1)) {
        await assert.rejects(sessions.replaceToken(connection, new Secret("access-1")), /You are not signed in/u);
        await connections.load();
        assert.deepEqual(connections.get(id)?.session, { kind: "signedOut" });
        await assert.rejects(sessions.accessToken(connection), /You are not signed in/u);
      }
      assert.equal(endpoint.calls.length, calls);
    });

    it("is followed by another window that has the token in memory, while the server is still being told", async () => {
      const { windows, endpoint, clock } = await openSignedIn(connection, 2);
      const [first, second] = windows;
      assert.ok(first && second);
      await second.sessions.accessToken(connection);
      endpoint.hold();
      void first.sessions.end(id);
      await clock.advance(0);
      await second.connections.load();
      await assert.rejects(second.sessions.accessToken(connection), /You are not signed in/u);
      assert.deepEqual(endpoint.calls, ["revoke access-1"]);
    });

    it("holds also when this window did not live to the end of it", async () => {
      const machine = await openSignedIn(connection, 2);
      const [first, second] = machine.windows;
      assert.ok(first && second);
      machine.endpoint.hold();
      void first.sessions.end(id);
      await machine.clock.advance(0);
      // The lock of a dead window is taken over.
      const third = await openSessionWindow({ ...machine, locks: new MemoryLocks() });
      await assert.rejects(third.sessions.accessToken(connection), /You are not signed in/u);
      assert.deepEqual(third.connections.get(id)?.session, { kind: "signedOut" });
      assert.deepEqual(machine.endpoint.calls, ["revoke access-1"]);
    });

    it("is brought to its end by the next window, when this one closed while the server was being told", async () => {
      const machine = await openSignedIn(connection, 1);
      machine.endpoint.hold();
      void machine.first.sessions.end(id);
      await machine.clock.advance(0);
      assert.equal(machine.secrets.values.has(sessionKey(id)), true);
      const endpoint = new FakeTokenEndpoint(machine.clock);
      const next = await openSessionWindow({ ...machine, endpoint, locks: new MemoryLocks() });
      await next.sessions.finishSignOuts();
      assert.deepEqual(endpoint.calls, ["revoke access-1"]);
      assert.equal(machine.secrets.values.has(sessionKey(id)), false);
      assert.deepEqual(next.connections.get(id)?.session, { kind: "signedOut" });
      await next.sessions.finishSignOuts();
      assert.deepEqual(endpoint.calls, ["revoke access-1"]);
    });

    it("that another window is at is left to it, and a sign-in since then as well", async () => {
      const machine = await openSignedIn(connection, 1);
      const release = machine.endpoint.hold();
      const ending = machine.first.sessions.end(id);
      await machine.clock.advance(0);
      const next = await openSessionWindow(machine);
      const finishing = next.sessions.finishSignOuts();
      await machine.clock.advance(0);
      release();
      assert.equal((await ending).kind, "revoked");
      await finishing;
      assert.deepEqual(machine.endpoint.calls, ["revoke access-1"]);
      const tokens = machine.endpoint.issue();
      await next.sessions.begin(connection, tokens, new Secret("app-secret"));
      await next.sessions.finishSignOuts();
      assert.equal(next.connections.get(id)?.session.kind, "active");
    });

    it("works offline, and says that the server could not be told", async () => {
      const { first, endpoint, secrets, ledger } = await openSignedIn(connection, 1);
      endpoint.fail(offline);
      assert.equal((await first.sessions.end(id)).kind, "notTold");
      assert.equal(secrets.values.has(sessionKey(id)), false);
      assert.equal(ledger.entries.get(id)?.state, "signedOut");
      assert.deepEqual(first.connections.get(id)?.session, { kind: "signedOut" });
    });

    it("sends nothing to addresses that changed, and says that the server was not told", async () => {
      const { first, endpoint } = await openSignedIn(connection, 1);
      first.refuseAddresses({
        kind: "addressesChanged",
        environment: "Mine",
        was: "https://a.test",
        now: "https://b.test",
      });
      assert.equal((await first.sessions.end(id)).kind, "notTold");
      assert.deepEqual(endpoint.calls, []);
      assert.deepEqual(first.connections.get(id)?.session, { kind: "signedOut" });
    });
  });
}
