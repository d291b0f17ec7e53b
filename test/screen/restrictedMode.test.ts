import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeFolder } from "../harness/removeFolder.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { assertIgnored, hostileSettings, startTrap, type Trap } from "./hostile.ts";
import { settingsFor, startSite, type Site } from "./people.ts";
import { fileSystemScheme, writeFileSystem } from "./virtualFiles.ts";

describe("a folder that is not trusted, or not on a disk @oldest", function () {
  this.timeout(120_000);
  let site: Site;
  let trap: Trap;
  let folder: string;
  before(async () => {
    site = await startSite("Site A");
    trap = await startTrap();
    folder = await mkdtemp(path.join(tmpdir(), "pe-virtual-"));
  });
  after(async () => {
    await site?.sandbox.close();
    await trap?.close();
    await removeFolder(folder);
  });

  /** The report that is shown, copied with its names. */
  async function report(workbench: Workbench): Promise<string> {
    await workbench.runCommand("Procore: Diagnose Connection");
    const lenses = workbench.page.locator(".codelens-decoration a:visible", { hasText: "Copy for a Bug Report" });
    const copy = async (): Promise<string> => {
      // Where it rests, the hover of the new tab may cover the links.
      await workbench.page.mouse.move(900, 600);
      await lenses.click();
      return await workbench.clipboard();
    };
    return await until("a whole report", copy, (text) => text.includes("## Versions: OK"));
  }

  it("is worked in: signing in, the Companies view and the report, with none of its settings", async () => {
    const files = { ".vscode/settings.json": JSON.stringify(hostileSettings(trap)) };
    const workbench = await openWorkbench({
      settings: { ...settingsFor(site), "security.workspace.trust.startupPrompt": "always" },
      files,
      workspaceTrust: "on",
    });
    try {
      await workbench.untilDialog(/trust the authors/u);
      await workbench.page.getByRole("button", { name: /^No, I don't trust the authors/u }).click();
      const restricted = workbench.page.locator(".part.statusbar [id='status.workspaceTrust']");
      await until(
        "Restricted Mode",
        () => restricted.count(),
        (count) => count === 1,
      );
      await assertIgnored(workbench, site, trap);
      assert.match(await report(workbench), /^- Workspace: a folder on disk; Restricted Mode/mu);
      assert.deepEqual(trap.hits(), []);
    } finally {
      await workbench.dispose();
    }
  });

  it("is worked in where another extension makes up its files, with none of its settings", async () => {
    const provider = await writeFileSystem(folder, { "/.vscode/settings.json": JSON.stringify(hostileSettings(trap)) });
    const workbench = await openWorkbench({ settings: settingsFor(site), otherExtensions: [provider] });
    try {
      const { origin } = new URL(workbench.page.url());
      const query = new URLSearchParams({ folder: `${fileSystemScheme}:/` });
      await workbench.reloadBy(() => workbench.page.goto(`${origin}/?${query.toString()}`));
      await assertIgnored(workbench, site, trap);
      assert.match(await report(workbench), /^- Workspace: a virtual workspace/mu);
      assert.deepEqual(trap.hits(), []);
    } finally {
      await workbench.dispose();
    }
  });
});
