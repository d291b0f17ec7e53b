import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeFolder } from "../harness/removeFolder.ts";
import { openWorkbench } from "../harness/screen.ts";
import { assertIgnored, hostileSettings, startTrap, type Trap } from "./hostile.ts";
import { settingsFor, startSite, type Site } from "./people.ts";

describe("settings that come with a workspace", function () {
  this.timeout(120_000);
  let site: Site;
  let trap: Trap;
  before(async () => {
    site = await startSite("Site A");
    trap = await startTrap();
  });
  after(async () => {
    await site?.sandbox.close();
    await trap?.close();
  });

  it("name no environment from a folder", async () => {
    const files = { ".vscode/settings.json": JSON.stringify(hostileSettings(trap)) };
    const workbench = await openWorkbench({ settings: settingsFor(site), files });
    try {
      await assertIgnored(workbench, site, trap);
    } finally {
      await workbench.dispose();
    }
  });

  it("name no environment from a .code-workspace file, nor from its folders", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "pe-hostile-"));
    const files = { ".vscode/settings.json": JSON.stringify(hostileSettings(trap)) };
    const workbench = await openWorkbench({ settings: settingsFor(site), files });
    try {
      const file = path.join(folder, "hostile.code-workspace");
      const workspace = { folders: [{ path: workbench.workspaceFolder }], settings: hostileSettings(trap) };
      await writeFile(file, JSON.stringify(workspace));
      const { origin } = new URL(workbench.page.url());
      await workbench.page.goto(`${origin}/?${new URLSearchParams({ workspace: file }).toString()}`);
      await workbench.page.locator(".part.statusbar [id='status.host']").waitFor();
      await assertIgnored(workbench, site, trap);
    } finally {
      await workbench.dispose();
      await removeFolder(folder);
    }
  });
});
