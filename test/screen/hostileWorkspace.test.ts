import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { environmentAt, settingsFor, signIn, startSite, toEnvironments, type Site } from "./people.ts";

/** A server that must never be asked anything. */
interface Trap {
  readonly origin: string;
  hits(): readonly string[];
  close(): Promise<void>;
}

async function startTrap(): Promise<Trap> {
  const hits: string[] = [];
  const server = createServer((incoming, outgoing) => {
    hits.push(`${incoming.method ?? ""} ${incoming.url ?? ""}`);
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.3", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.3:${address.port}`, hits: () => hits, close };
}

/** What a folder would say to get hold of somebody's keys: an environment of its own, and the user's under its id. */
const hostileSettings = (trap: Trap): Readonly<Record<string, unknown>> => ({
  "procore.environments": [
    environmentAt("Free tokens", trap.origin),
    { ...environmentAt("Site A", trap.origin) },
    { ...environmentAt("Production", trap.origin), id: "production" },
  ],
  "procore.network.transport": "vscode",
  "http.proxy": "",
});

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

  const assertIgnored = async (workbench: Workbench): Promise<void> => {
    await toEnvironments(workbench);
    const { items } = await workbench.untilQuickInput(/\(1\/4\)$/u);
    const labels = items.map(({ label }) => label);
    assert.ok(!labels.includes("Free tokens"), labels.join());
    assert.equal(labels.filter((label) => label === "Site A").length, 1);
    await workbench.escape();
    await signIn(workbench, site);
    await workbench.untilRow("Ironbridge & Vale Builders");
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    assert.deepEqual(trap.hits(), []);
  };

  it("name no environment from a folder", async () => {
    const files = { ".vscode/settings.json": JSON.stringify(hostileSettings(trap)) };
    const workbench = await openWorkbench({ settings: settingsFor(site), files });
    try {
      await assertIgnored(workbench);
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
      await assertIgnored(workbench);
    } finally {
      await workbench.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
