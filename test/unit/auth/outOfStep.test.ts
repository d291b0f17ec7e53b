import assert from "node:assert/strict";
import { Connections } from "../../../src/auth/connections.ts";
import { createSealedHome, sessionKey } from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { StillHeld } from "../../../src/platform/locks.ts";
import { MemoryTextFiles } from "../../fakes/memoryTextFiles.ts";
import { replaceMember } from "../../fakes/replaceMember.ts";
import { asked, createWindow, createWorld, id, openWindow, rejectsWith, sessionOf } from "./sessionWindows.ts";

const secret = new Secret("app-secret");
const storedIn = ({ secrets }: { readonly secrets: { readonly values: ReadonlyMap<string, string> } }) =>
  secrets.values.get(sessionKey(id));

describe("a sign-out whose store does not answer", () => {
  it("says that the sign-in could not be deleted, when the keyring locks between revoking and that", async () => {
    const window = await createWindow();
    const open = window.endpoint.hold();
    const ending = window.sessions.end(id);
    ending.catch(() => undefined);
    await window.clock.advance(0);
    window.secrets.fail("get", "store", "delete");
    open();
    await rejectsWith(ending, "storage");
    assert.deepEqual(window.endpoint.revoked, ["access-1"]);
  });

  it("says so, too, of a session that only this window's memory has", async () => {
    const window = await createWindow();
    window.secrets.fail("store");
    await window.sessions.renewNow(asked);
    window.secrets.fail("get", "store", "delete");
    await rejectsWith(window.sessions.end(id), "storage");
  });

  it("deletes what is damaged, beside a session that only this window's memory has", async () => {
    const window = await createWindow();
    window.secrets.fail("store");
    await window.sessions.renewNow(asked);
    window.secrets.fail();
    window.secrets.values.set(sessionKey(id), "{damaged refresh-1");
    await window.sessions.end(id);
    assert.equal(storedIn(window), undefined);
  });
});

describe("a sign-in while another window hangs", () => {
  it("gives back at the server what it could not keep", async () => {
    const window = await createWindow();
    replaceMember(window.locks, "hold", async () => {
      throw new ProcoreError({ kind: "sessionBusy" });
    });
    await rejectsWith(window.sessions.begin(asked, window.endpoint.issue(), secret), "sessionBusy");
    assert.deepEqual(window.endpoint.calls, ["revoke access-2"]);
    assert.match(storedIn(window) ?? "", /access-1/u);
  });
});

describe("a sealed session that only this window's memory has", () => {
  it("is stored again by a renewal, over a file that is damaged", async () => {
    const [world, files] = [createWorld(), new MemoryTextFiles()];
    const home = createSealedHome({ values: createSecretValues(world.secrets), folder: "/sessions", files });
    const window = await openWindow(world, { home });
    await window.sessions.begin(asked, world.endpoint.issue(), secret);
    const write = files.write.bind(files);
    files.write = async () => {
      throw new Error("The disk is full");
    };
    await window.sessions.renewNow(asked);
    assert.equal((await window.sessions.keeping(id)).unsaved, "thisWindow");
    files.write = write;
    for (const file of files.texts.keys()) files.texts.set(file, "{}");
    await window.sessions.renewNow(asked);
    assert.equal((await window.sessions.keeping(id)).unsaved, "no");
  });
});

describe("a session beside a record that could not be read at its sign-in", () => {
  it("goes on although another window renewed what was there before", async () => {
    const world = createWorld();
    const [first, second] = [await openWindow(world), await openWindow(world)];
    await first.sessions.begin(asked, world.endpoint.issue(), secret);
    const read = world.ledger.read.bind(world.ledger);
    world.ledger.read = async () => {
      throw new ProcoreError({ kind: "storage", what: "The record of your session", doing: "read" });
    };
    const own = world.endpoint.issue();
    await second.sessions.begin(asked, own, secret);
    world.ledger.read = read;
    world.endpoint.live = "refresh-1";
    await first.connections.load();
    await first.sessions.renewNow(asked);
    await second.connections.load();
    world.endpoint.live = own.refreshToken?.reveal() ?? "";
    await world.clock.advance(2 * hourMs);
    assert.equal((await second.sessions.accessToken(asked)).reveal(), "access-4");
    assert.deepEqual(world.endpoint.revoked, []);
  });
});

describe("an older copy that only the list knows to be one", () => {
  async function createRestored() {
    const window = await createWindow();
    const copy = storedIn(window) ?? "";
    await window.sessions.renewNow(asked);
    window.secrets.values.set(sessionKey(id), copy);
    window.ledger.entries.delete(id);
    return await openWindow(window);
  }

  it("is not used, and not made the newest one by an edit of the client secret", async () => {
    const window = await createRestored();
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(window), { kind: "broken", reason: "olderCopy" });
    await window.sessions.changeSecret(id, new Secret("new-secret"));
    await rejectsWith(window.sessions.accessToken(asked), "signedOut");
  });

  it("is not spent by a sign-out", async () => {
    const window = await createRestored();
    await window.clock.advance(2 * hourMs);
    const sent = window.endpoint.calls.length;
    assert.equal((await window.sessions.end(id)).kind, "notTold");
    assert.equal(window.endpoint.calls.length, sent);
  });

  it("is told as one where the record says signed out, from before the sign-in", async () => {
    const window = await createWindow();
    const copy = storedIn(window) ?? "";
    await window.sessions.end(id);
    const record = window.ledger.entries.get(id) ?? assert.fail("There is no record");
    await window.sessions.begin(asked, window.endpoint.issue(), secret);
    await window.sessions.renewNow(asked);
    window.ledger.entries.set(id, record);
    window.secrets.values.set(sessionKey(id), copy);
    const restored = await openWindow(window);
    await rejectsWith(restored.sessions.accessToken(asked), "signedOut");
    assert.deepEqual(sessionOf(restored), { kind: "broken", reason: "olderCopy" });
  });
});

describe("an edit of the client secret that loses its lock", () => {
  const loses = (times: number) => async () => {
    const window = await createWindow();
    const hold = window.locks.hold.bind(window.locks);
    let turns = 0;
    window.locks.hold = (name, work, signal) => {
      turns += 1;
      const lost: StillHeld = async () => "lost";
      return hold(name, (stillHeld) => work(turns <= times ? lost : stillHeld), signal);
    };
    return { window, edit: () => window.sessions.changeSecret(id, new Secret("new-secret")) };
  };

  it("begins anew, as after a keyring that asked for a password for long", async () => {
    const { window, edit } = await loses(1)();
    assert.equal(await edit(), "stored");
    assert.match(window.secrets.values.get(`procore.client.${id}`) ?? "", /new-secret/u);
  });

  it("keeps nothing and says so when it loses it again", async () => {
    const { window, edit } = await loses(2)();
    await rejectsWith(edit(), "sessionOvertaken");
    assert.match(window.secrets.values.get(`procore.client.${id}`) ?? "", /app-secret/u);
  });
});

describe("a change in the list that is made again", () => {
  it("tells that the connection is gone when it was removed between", async () => {
    const { file } = createWorld();
    const connections = new Connections(
      {
        ...file,
        async update(change) {
          change(await file.read());
          await file.update((stored) => ({ ...stored, connections: [] }));
          return await file.update(change);
        },
      },
      { get: () => undefined, set: async () => undefined },
    );
    await connections.load();
    assert.equal(await connections.change(id, { label: "Renamed" }), undefined);
  });
});
