import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { secondMs } from "../../src/core/clock.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { countOf, settingsFor, signIn, startSite, untilCount, type Site } from "./people.ts";
import { sessionsFolder } from "./storage.ts";

const company = "Ironbridge & Vale Builders";
const tokenCall = "POST /oauth/token";
const shortLifeSeconds = 2;
/** How long a window waits for one that does not answer, and some more. */
const waitMs = 200 * secondMs;

/** The process that holds a lock in this folder, by the lock's own file. */
async function lockHolder(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => /\.lock[/\\]\d+$/u.test(one))) {
    const [state, json] = (await readFile(path.join(folder, name), "utf8")).split("\n");
    if (state !== "held") continue;
    const owner: unknown = JSON.parse(json ?? "");
    if (typeof owner === "object" && owner !== null && "pid" in owner && typeof owner.pid === "number")
      return owner.pid;
  }
  throw new Error("Nobody holds a lock");
}

/** Is this one of the processes that this one started, or that those started? */
async function isOurs(pid: number): Promise<boolean> {
  for (let at = pid; at > 1;) {
    if (at === process.pid) return true;
    const status = await readFile(`/proc/${at}/status`, "utf8");
    at = Number(/^PPid:\s+(\d+)$/mu.exec(status)?.[1]);
  }
  return false;
}

const isProject = ({ level, icon }: { readonly level: number; readonly icon: string }): boolean =>
  level === 2 && icon === "project";

/** A process is stopped, and its parents are found, in the way of this system. */
const canStop = process.platform === "linux";

describe("a window that hangs while it renews", function () {
  this.timeout(300_000);
  let site: Site;
  let first: Workbench;
  let second: Workbench;
  let stopped: number | undefined;

  before(async () => {
    site = await startSite("North");
    first = await openWorkbench({ settings: settingsFor(site) });
    await signIn(first, site);
    await first.untilRow(company);
    second = await first.openWindow("same");
    await second.runCommand("View: Show Procore");
    await second.untilRow(company);
  });
  after(async () => {
    wake();
    await first?.dispose();
    await site?.sandbox.close();
  });

  function wake(): void {
    if (stopped !== undefined) process.kill(stopped, "SIGCONT");
    stopped = undefined;
  }

  /** The next token call brings a token that its window believes to be good for two seconds only; they pass. */
  async function endToken(): Promise<void> {
    const change = async (answer: Response): Promise<Response> => {
      const body: unknown = await answer.json();
      return Response.json({ ...(body as object), expires_in: shortLifeSeconds });
    };
    const calls = countOf(site, tokenCall);
    site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "changed", change } });
    await first.toFront();
    await first.runCommand("Procore: Refresh Session Now");
    await untilCount(site, tokenCall, calls + 1);
    const end = Date.now() + shortLifeSeconds * secondMs;
    await until(
      "the token's end",
      async () => Date.now(),
      (now) => now > end,
    );
  }

  if (canStop)
    it("loses the session to another one by a person's Take Over, and nothing of it is lost", async () => {
      await endToken();
      const calls = countOf(site, tokenCall);
      site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "hang" } });
      await first.clickRow(company);
      await untilCount(site, tokenCall, calls + 1);
      const pid = await lockHolder(sessionsFolder(first));
      assert.ok(await isOurs(pid), `${pid} is a process of this test`);
      process.kill(pid, "SIGSTOP");
      stopped = pid;

      await second.toFront();
      await second.clickRow(company);
      const busy = "Another window is busy";
      const seesBusy = (rows: readonly { readonly label: string }[]): boolean =>
        rows.some(({ label }) => label === busy);
      await until("a row about the other window", () => second.treeRows(), seesBusy, waitMs);
      assert.equal(countOf(site, tokenCall), calls + 1, "nothing is sent without a person's word");
      await second.clickRow(busy);
      const { buttons } = await second.untilNotification(/does not answer/u);
      assert.deepEqual(buttons, ["Take Over", "Wait"]);
      await second.clickNotificationButton("Take Over");
      await second.untilRow(isProject);
      await second.untilStatus(/^North 1h 2\dm$/u);
      assert.equal(countOf(site, tokenCall), calls + 2);

      wake();
      await first.toFront();
      await first.reload();
      await first.untilStatus(/^North 1h 2\dm$/u);
      await first.untilRow(company);
      assert.equal(countOf(site, tokenCall), calls + 2, "the window that woke up sends no refresh token again");
    });
});
