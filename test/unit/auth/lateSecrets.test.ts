import assert from "node:assert/strict";
import { createSecretStorageHome } from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { Secret } from "../../../src/core/secret.ts";
import { LateSecrets } from "../../fakes/lateSecrets.ts";
import { asked, createWorld, id, openWindow, rejectsWith, sessionOf, type Window } from "./sessionWindows.ts";

describe("windows of a desktop, each with a copy of the secrets that hears of the others' changes late", () => {
  /** Of each window: how often it paused for what may come, and after how many pauses it came. */
  const openTwo = async ({ toldAfter }: { readonly toldAfter: number }) => {
    const world = createWorld();
    const secrets = new LateSecrets();
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      if (pauses === toldAfter) secrets.tell();
    };
    const open = (): Promise<Window> => {
      const home = createSecretStorageHome(createSecretValues(secrets.open()), pause);
      return openWindow(world, { home });
    };
    const [first, second] = [await open(), await open()];
    const count = (): number => pauses;
    return { world, secrets, first, second, count };
  };
  const begin = (window: Window): Promise<unknown> =>
    window.sessions.begin(asked, window.endpoint.issue(), new Secret("app-secret"));
  /** Both know the session of the first, whose access token has ended. */
  const openPastEnd: typeof openTwo = async (options) => {
    const two = await openTwo(options);
    await begin(two.first);
    two.secrets.tell();
    await two.second.connections.load();
    await two.world.clock.advance(2 * hourMs);
    return two;
  };

  it("follow a sign-in whose tokens are not there yet", async () => {
    const { first, second, count } = await openTwo({ toldAfter: 3 });
    await begin(first);
    await second.connections.load();
    assert.equal((await second.sessions.accessToken(asked)).reveal(), "access-1");
    assert.equal(count(), 3);
    assert.equal(sessionOf(second)?.kind, "active");
  });

  it("take the pair of a renewal that ended just now, and spend nothing", async () => {
    const { world, first, second } = await openPastEnd({ toldAfter: 2 });
    const tokens = await Promise.all([first, second].map(({ sessions }) => sessions.accessToken(asked)));
    assert.deepEqual(
      tokens.map((token) => token.reveal()),
      ["access-2", "access-2"],
    );
    assert.deepEqual(world.endpoint.calls, ["refresh refresh-1"]);
    assert.equal(sessionOf(second)?.kind, "active");
  });

  it("revoke the newest token when they sign out right after another one renewed", async () => {
    const { world, first, second } = await openPastEnd({ toldAfter: 2 });
    await first.sessions.accessToken(asked);
    assert.equal((await second.sessions.end(id)).kind, "revoked");
    assert.deepEqual(world.endpoint.revoked, ["access-2"]);
  });

  it("send nothing of what another one signed out of just now", async () => {
    const { world, first, second } = await openPastEnd({ toldAfter: 2 });
    await first.sessions.end(id);
    assert.equal((await second.sessions.end(id)).kind, "nothingToRevoke");
    assert.deepEqual(world.endpoint.calls.slice(0, 2), ["refresh refresh-1", "revoke access-2"]);
    assert.equal(world.endpoint.calls.length, 2);
  });

  for (const [act, words] of [
    [begin, "sign in anew"],
    [({ sessions }: Window) => sessions.end(id), "sign out"],
  ] as const) {
    it(`send nothing of what another one found spent, when they ${words}`, async () => {
      const { world, first, second } = await openPastEnd({ toldAfter: 0 });
      world.endpoint.live = "refresh-elsewhere";
      await rejectsWith(first.sessions.accessToken(asked), "signedOut");
      await act(second);
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(world.endpoint.calls, ["refresh refresh-1"]);
    });
  }

  for (const [act, words, calls] of [
    [({ sessions }: Window) => sessions.accessToken(asked), "go on with", ["refresh refresh-1"]],
    [({ sessions }: Window) => sessions.end(id), "end", ["refresh refresh-1", "revoke access-2"]],
    [begin, "replace", ["refresh refresh-1", "revoke access-2"]],
  ] as const) {
    it(`${words} what a window stored that was killed before it could say so`, async () => {
      const { world, first, second } = await openPastEnd({ toldAfter: 2 });
      const listed = await world.file.read();
      await first.sessions.accessToken(asked);
      await world.ledger.write(id, { generation: 1, rotation: 0, state: "spending" });
      await world.file.update(() => listed);
      await act(second);
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(world.endpoint.calls, calls);
    });
  }

  it("go on with a sign-in that was stored by a window that was killed before it could say so", async () => {
    const { world, first, second } = await openPastEnd({ toldAfter: 2 });
    const [entry, listed] = [world.ledger.entries.get(id), await world.file.read()];
    await begin(first);
    assert.ok(entry !== undefined);
    world.ledger.entries.set(id, { ...entry, begun: 2 });
    await world.file.update(() => listed);
    const sent = world.endpoint.calls.length;
    assert.equal((await second.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(world.endpoint.calls.length, sent);
  });

  it("wait a moment only for what a killed window may have stored, and renew", async () => {
    const { world, second, count } = await openPastEnd({ toldAfter: 0 });
    await world.ledger.write(id, { generation: 1, rotation: 0, state: "spending" });
    assert.equal((await second.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(count(), 3);
  });

  it("say that a copy is an older one when nothing newer comes, once, and keep nobody waiting for long", async () => {
    const { secrets, first, second, count } = await openPastEnd({ toldAfter: 0 });
    await first.sessions.accessToken(asked);
    await rejectsWith(second.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(second), { kind: "broken", reason: "olderCopy" });
    assert.equal(count(), 20);
    await rejectsWith(second.sessions.accessToken(asked), "signedOut");
    assert.equal(count(), 20);
    // It comes after all.
    secrets.tell();
    assert.equal((await second.sessions.accessToken(asked)).reveal(), "access-2");
    assert.equal(sessionOf(second)?.kind, "active");
  });
});
