import assert from "node:assert/strict";
import fsPromises, { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HomeKind } from "../../src/auth/sessionHome.ts";
import { minuteMs } from "../../src/core/clock.ts";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { replaceMember } from "../fakes/replaceMember.ts";
import { closeSites, openSite, signIn, type Site } from "../fakes/site.ts";

const saved = "Your sign-in could not be saved. The log has the reason.";

describe("storage trouble", () => {
  let window: ExtensionWindow;
  let site: Site;

  afterEach(async () => {
    await closeWindow();
    await closeSites();
  });

  it("a store that throws at sign-in leaves a session in memory, and one plain message", async () => {
    window = await openWindow();
    site = await openSite(window);
    window.secrets.fail("store");
    await signIn(window, site);
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.equal((await window.rows()).length, 3);
    assert.deepEqual(
      window.person.messages.map(({ text }) => text),
      ["The client secret could not be saved. The log has the reason."],
    );
  });

  for (const home of ["secretStorage", "sealedFile"] as const)
    it(`a store that throws at a renewal costs nobody the session, and is said once (${home})`, async () => {
      window = await openWindow({ home });
      site = await openSite(window);
      await signIn(window, site);
      const [before] = await window.connections();
      const rows = await window.rows();
      const [first] = rows;
      const storing = failToStore(home);
      try {
        for (let round = 0; round < 3; round += 1) {
          window.controls.advanceClock(2 * 60 * minuteMs);
          await window.run("procore.refreshExplorer", first?.node);
          assert.ok((await window.rows(first)).length > 1);
          assert.match(window.status.text, /^\$\(key\) Test Site 1h (29|30)m$/u);
        }
      } finally {
        storing.mend();
      }
      assert.deepEqual(
        window.person.messages.map(({ text, buttons }) => [text, ...buttons]),
        [[saved, "Show Log"]],
      );
      assert.deepEqual(
        (await window.connections()).map(({ id }) => id),
        [before?.["id"]],
      );
      assert.deepEqual(
        (await window.rows()).map(({ node }) => node),
        rows.map(({ node }) => node),
      );
      window.controls.advanceClock(2 * 60 * minuteMs);
      await window.run("procore.refreshExplorer", first?.node);
      assert.ok((await window.rows(first)).length > 1);
      assert.equal(window.person.messages.length, 1);
      await window.close({ folder: "keep" });
      window = await openWindow({ folder: window.folder, home });
      assert.equal((await window.rows()).length, 3);
      assert.deepEqual(window.person.messages, []);
    });

  /** Where sessions are kept takes nothing more: a locked keyring, a full disk. */
  function failToStore(home: HomeKind): { mend(): void } {
    if (home === "secretStorage") {
      window.secrets.fail("store");
      return window.secrets;
    }
    const { rename } = fsPromises;
    const full = replaceMember(fsPromises, "rename", async (from: string, to: string) => {
      if (to.endsWith(".sealed")) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      await rename(from, to);
    });
    return { mend: () => full.dispose() };
  }

  it("a keyring that is locked is no trouble to renewals where a sealed file has the session", async () => {
    window = await openWindow({ home: "sealedFile" });
    site = await openSite(window);
    await signIn(window, site);
    const [first] = await window.rows();
    window.secrets.fail("store");
    for (let round = 0; round < 2; round += 1) {
      window.controls.advanceClock(2 * 60 * minuteMs);
      await window.run("procore.refreshExplorer", first?.node);
      assert.ok((await window.rows(first)).length > 1);
    }
    assert.deepEqual(window.person.messages, []);
    await window.close({ folder: "keep" });
    window = await openWindow({ folder: window.folder, home: "sealedFile" });
    assert.equal((await window.rows()).length, 3);
  });

  it("a store that cannot be read is told in the row, and read again at the next need", async () => {
    window = await openWindow();
    site = await openSite(window);
    await signIn(window, site);
    await window.close({ folder: "keep" });
    window = await openWindow({ folder: window.folder });
    window.secrets.fail("get");
    const [row] = await window.rows();
    assert.equal(row?.label, "Storage not readable");
    assert.equal(row?.item.description, "Show Log · Your sign-in could not be read. The log has the reason.");
    window.secrets.mend();
    await window.run("procore.refreshExplorer");
    assert.equal((await window.rows()).length, 3);
  });

  it("leaves a list of connections of a newer version byte for byte, and says so", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "pe-window-"));
    const file = path.join(folder, "connections.json");
    const newer = `{ "v": 2,\n  "connections": [{"id": "x", "kind": "of tomorrow"}]\n}\r\n`;
    await writeFile(file, newer);
    window = await openWindow({ folder });
    site = await openSite(window);
    assert.equal(window.contextKeys.get("procore.state"), "newerVersion");
    assert.match(window.logLines.join("\n"), /a newer version of Procore Explorer wrote it/u);
    window.person.absent = true;
    for (const command of ["signIn", "signOut", "removeConnection", "switchConnection", "refreshSession"]) {
      await window.run(`procore.${command}`);
    }
    assert.equal(await readFile(file, "utf8"), newer);
    assert.match(
      window.person.messages[0]?.text ?? "",
      /^The list of your connections \(connections\.json\) cannot be read: a newer version of Procore Explorer wrote it/u,
    );
  });
});
