import assert from "node:assert/strict";
import { sessionKey } from "../../../src/auth/sessionHome.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { Secret } from "../../../src/core/secret.ts";
import { asked, createWindow, createWorld, id, openWindow } from "./sessionWindows.ts";

const moved = {
  ...asked,
  origins: { ...asked.origins, login: "https://login.elsewhere.test", api: "https://api.elsewhere.test" },
};
const secret = new Secret("app-secret");

describe("tokens of a connection whose addresses changed", () => {
  for (const [what, elapsedMs] of [
    ["living", 0],
    ["ended", 2 * hourMs],
  ] as const) {
    it(`are not sent to the new login host by the sign-in that replaces them (${what})`, async () => {
      const window = await createWindow();
      await window.clock.advance(elapsedMs);
      await window.sessions.begin(moved, window.endpoint.issue(), secret);
      await window.clock.advance(0);
      assert.deepEqual(window.endpoint.sentTo, []);
    });
  }

  it("are not sent there either when only this window's memory had them", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    world.secrets.fail("store");
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    world.secrets.fail();
    await second.sessions.begin(moved, world.endpoint.issue(), secret);
    await first.connections.load();
    await first.sessions.renewNow(moved);
    await first.sessions.begin(moved, world.endpoint.issue(), secret);
    await world.clock.advance(0);
    assert.equal(world.endpoint.calls.length, world.endpoint.sentTo.length);
    assert.ok(!world.endpoint.calls.some((call) => call.endsWith("-1")), world.endpoint.calls.join());
  });

  it("are not ended at the new login host by a sign-out that waited for its turn", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    await second.connections.load();
    const open = world.endpoint.hold();
    const renewing = second.sessions.renewNow(asked);
    renewing.catch(() => undefined);
    await world.clock.advance(0);
    const beginning = second.sessions.begin(moved, world.endpoint.issue(), secret);
    await world.clock.advance(0);
    const ending = first.sessions.end(id);
    await world.clock.advance(0);
    open();
    await Promise.all([beginning, ending]);
    await world.clock.advance(0);
    const sentTo = world.endpoint.calls.map((call, index) => `${call} ${world.endpoint.sentTo[index] ?? ""}`);
    assert.deepEqual(
      sentTo.filter((call) => call.startsWith("revoke access-2")),
      [`revoke access-2 ${moved.origins.login}`],
    );
  });
});

describe("tokens that no server knows any longer", () => {
  it("are forgotten without a call", async () => {
    const window = await createWindow();
    await window.sessions.forget(asked);
    assert.equal(window.secrets.values.has(sessionKey(id)), false);
    assert.deepEqual(window.endpoint.calls, []);
  });

  it("are left alone when another window signed in to another server, also if that is just going on", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    const beginning = second.sessions.begin(moved, world.endpoint.issue(), secret);
    await world.clock.advance(0);
    await first.sessions.forget(asked);
    await beginning;
    assert.equal((await second.sessions.accessToken(moved)).reveal(), "access-2");
    assert.ok(world.secrets.values.has(sessionKey(id)));
  });
});
