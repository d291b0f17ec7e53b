import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../harness/browser.ts";
import { startChild, type Child } from "../harness/children.ts";
import { signInToLocalSandbox } from "../harness/localSandboxSignIn.ts";
import { repositoryFolder } from "../harness/paths.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { driversOf, untilReady } from "../harness/screen/drivers.ts";
import { until } from "../harness/until.ts";

interface Started {
  readonly child: Child;
  readonly lines: readonly string[];
  readonly address: string;
}

const startupMs = 90_000;

describe("npm start, without a desktop", () => {
  let folder: string;
  let browser: Browser;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-"));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await removeFolder(folder);
  });

  async function start(): Promise<Started> {
    const lines: string[] = [];
    const args = [path.join(repositoryFolder, "test/start.ts"), "--host", "server", "--port", "0", "--data", folder];
    const child = await startChild(process.execPath, args, { output: (line) => void lines.push(line) });
    const address = (): string | undefined =>
      lines.map((line) => /^Open (http:\/\/127\.0\.0\.1:\d+\/)$/u.exec(line)?.[1]).find((found) => found !== undefined);
    const seen = async (): Promise<string> => address() ?? lines.join("\n");
    try {
      const found = await until("its address", seen, () => address() !== undefined, startupMs);
      await until("Ctrl+C", seen, () => lines.some((line) => line.includes("Ctrl+C")));
      return { child, lines, address: found };
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** What Ctrl+C does to the process. */
  async function interrupt({ child, address }: Started): Promise<number> {
    process.kill(child.pid, "SIGINT");
    const code = await child.exited;
    await assert.rejects(fetch(address), "The server is still there");
    return code;
  }

  it("says what to do next, and stops everything on Ctrl+C", async () => {
    const started = await start();
    const text = started.lines.join("\n");
    assert.match(text, /Sign In, then Local Sandbox\. You need no Procore account/u);
    assert.match(text, /Press Ctrl\+C to stop\./u);
    assert.equal(await interrupt(started), 0);
    assert.equal(started.lines.at(-1), "Stopped.");
  });

  it("runs again at once, and its Local Sandbox works through code-server's own proxy", async () => {
    const started = await start();
    try {
      assert.ok(started.lines.includes("The extension is built: nothing changed since."), started.lines.join("\n"));
      assert.ok(!started.lines.some((line) => line.startsWith("Installing VS Code")), started.lines.join("\n"));
      const page = await browser.newPage({ locale: "en-US" });
      await page.goto(started.address);
      await untilReady(page);
      const workbench = { ...driversOf(page), page };
      await workbench.runCommand("Procore: Focus on Companies View");
      await signInToLocalSandbox(workbench);
      await workbench.untilRow((row) => row.icon === "organization");
    } finally {
      assert.equal(await interrupt(started), 0);
    }
  });
});
