import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Marks } from "../fakes/marks.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { timeWords } from "../harness/timeWords.ts";
import { until } from "../harness/until.ts";
import { settingsFor, signIn, startSite, type Site } from "./people.ts";

describe("a session's terminal and text", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A");
    workbench = await openWorkbench({ settings: settingsFor(site) });
    await signIn(workbench, site);
    await workbench.untilRow("Ironbridge & Vale Builders");
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const newest = (): string => site.sandbox.state().tokens.at(-1)?.accessToken ?? "";
  const tabs = (): Promise<string> =>
    workbench.page
      .locator(".part.panel")
      .innerText()
      .catch(() => "");
  const editorText = async (): Promise<string> =>
    (await workbench.page.locator(".editor-instance .view-lines").allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  const isAlive = async (pid: number): Promise<boolean> => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it("is told in an editor, of which a reload leaves nothing @oldest", async () => {
    await workbench.runCommand("Procore: Show Session");
    const lenses = workbench.page.locator(".codelens-decoration");
    await until("the text", editorText, (text) => text.includes("Procore session: Site A"));
    await until(
      "its actions",
      async () => (await lenses.allInnerTexts()).join(),
      (text) => /Refresh Session Now.*Copy Access Token.*Open Signed-in Terminal.*Sign Out.*Show Log/su.test(text),
    );
    await until("what the service says", editorText, (text) => /Asked:/u.test(text));
    const asked = (): number =>
      site.sandbox.control.requests().filter(({ path: where }) => where === "/oauth/token/info").length;
    assert.equal(asked(), 1);
    assert.ok(!(await editorText()).includes(newest()));
    await workbench.reload();
    await workbench.untilRow("Ironbridge & Vale Builders");
    assert.equal(await editorText(), "");
    assert.equal(asked(), 1);
  });

  // Not in the oldest: as an npm package, its server comes without the native part of node-pty, and starts no shell.
  it("has token, API and company in its environment, and is gone after a reload with all of it", async () => {
    await workbench.runCommand("Procore: Open Signed-in Terminal");
    await workbench.chooseItem("Ironbridge & Vale Builders");
    await until("the terminal", tabs, (text) => new RegExp(`Procore Site A until ${timeWords}`, "u").test(text));
    const token = newest();
    const file = path.join(workbench.workspaceFolder, "seen.txt");
    const seen = async (): Promise<readonly string[]> =>
      (await readFile(file, "utf8").catch(() => "")).trim().split(" ");
    await workbench.page.locator(".terminal.xterm").click();
    await workbench.page.keyboard.type("echo $$ $PROCORE_API $PROCORE_COMPANY_ID ${#PROCORE_TOKEN} > seen.txt");
    await workbench.page.keyboard.press("Enter");
    const [pid, api, company, length] = await until("what the shell sees", seen, (words) => words.length === 4);
    assert.equal(api, site.sandbox.baseUrl);
    assert.equal(company, site.sandbox.control.companies()[0]?.id);
    assert.equal(Number(length), token.length);
    assert.equal(await isAlive(Number(pid)), true);

    await workbench.reload();
    await workbench.untilRow("Ironbridge & Vale Builders");
    await until(
      "the shell's end",
      () => isAlive(Number(pid)),
      (alive) => !alive,
    );
    assert.doesNotMatch(await tabs(), /Procore/u);
    const marks = new Marks();
    marks.add("the access token", token);
    assert.deepEqual(await marks.findBelow(workbench.dataFolder), []);
  });
});
