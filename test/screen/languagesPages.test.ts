import assert from "node:assert/strict";
import type { Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { files, messageOf, readEnglish } from "../harness/words.ts";
import { openHelp } from "./companiesView.ts";
import { openMarkedWindow, reportWords, sentences, type MarkedWindow, type Unmarked } from "./markedWords.ts";
import { settingsFor } from "./people.ts";

const big = "Ironbridge & Vale Builders";

/** Lines of a step that are what was sent, as it was sent. */
const sentLines: readonly Unmarked[] = [
  { why: "the line of a request", text: /^ {2}(?:GET|POST) \S+$/gmu },
  {
    why: "a parameter or a header, and its value",
    text: /^ {2}[a-z][\w[\]-]*: (?:Bearer )?(?:[^⟦⟧[\n]*|⟦[^⟧\n]*⟧)$/gmu,
  },
  { why: "a field that is explained", text: /^ {2}[a-z_]+$/gmu },
  { why: "an answer: JSON", text: /^ {2} *(?:[{}[\]],?|"\w+": (?!"\[hidden).*|"[^⟦⟧"\n]*",?|\d+,?)$/gmu },
];

/** What VS Code adds to a walkthrough. */
const walkthroughWords: readonly Unmarked[] = [
  { why: "its button at the end", text: /^Mark Done$/gu },
  { why: "its hint below a command with keys", text: /^Tip: Use keyboard shortcut\b/gu },
];

/** What VS Code writes of a setting by itself. */
const settingsWords: readonly Unmarked[] = [
  {
    why: "the name that it makes of a setting's key",
    text: /^Procore(?: › (?:Network|Explorer))?: ?(?:Environments|Transport|Projects|Share Production Sessions)\b/gu,
  },
  { why: "what it says of each setting", text: /\(Applies to all profiles\)|^Edit in settings\.json$/gu },
  { why: "values, as settings.json has them", text: /\b(?:auto|undici|vscode|active|all)\b/gu },
];

describe("in a language that marks every word: pages and documents", function () {
  this.timeout(240_000);
  let marked: MarkedWindow;
  let workbench: Workbench;
  before(async () => {
    marked = await openMarkedWindow({
      sandbox: { companies: 4 },
      // Where the settings lie over the window, the palette cannot be opened any more.
      settings: (site) => ({ ...settingsFor(site), "workbench.editor.useModal": "off" }),
      size: { width: 1600, height: 1400 },
    });
    ({ workbench } = marked);
  });
  after(() => marked?.close());

  const walkthrough = ".gettingStartedSlideDetails:visible .gettingStartedDetailsContent";
  const texts = (selector: string): Promise<string[]> => workbench.page.locator(selector).allInnerTexts();

  it("Get Started: its head, and each step with its buttons and its picture", async () => {
    await marked.run("Get Started");
    await workbench.untilStepOpen("noAccount");
    marked.look("the walkthrough", await texts(walkthrough), walkthroughWords);
    const steps = await workbench.walkthroughSteps();
    assert.equal(steps.length, 11);
    const english = await readEnglish(files.manifest());
    for (const { id } of steps) {
      await workbench.page.locator(`[data-step-id$="#${id}"] .step-title:visible`).click();
      await workbench.untilStepOpen(id);
      marked.look(id, await texts(".getting-started-step.expanded"), walkthroughWords);
      const picture = messageOf(english[`walkthrough.${id}.picture`] ?? "");
      const shown = await until(
        id,
        () => workbench.stepPicture(),
        (title) => title.includes(picture),
      );
      marked.look(`${id}: picture`, [shown]);
    }
  });

  it("Get Started, as it comes back after the window was loaded again", async () => {
    await workbench.reloadBy(() => workbench.runCommand("Developer: Reload Window"));
    await workbench.untilStepOpen("serviceAccount");
    marked.look("the walkthrough again", await texts(walkthrough), walkthroughWords);
  });

  it("the help of the view", async () => {
    await openHelp(workbench, "⟦Procore⟧: Focus on ⟦Companies⟧ View");
    const help = await marked.documentText("Ctrl+Alt+P");
    marked.look("the help", [...sentences(help), ...(await texts(".tab.active .label-name"))]);
  });

  it("the settings, and what their values mean", async () => {
    const { page } = workbench;
    await workbench.runCommand("Preferences: Open Settings (UI)");
    await page.locator(".settings-editor .settings-header .monaco-editor").click();
    await page.keyboard.type("@ext:procore-explorer.procore-explorer");
    const rows = page.locator(".settings-tree-container .monaco-list-row:visible");
    const isOurs = (text: string): boolean => text.includes("⟦");
    const found = (shown: readonly string[]): boolean => shown.length >= 4 && shown.every(isOurs);
    marked.look("a setting", await until("the settings", () => rows.allInnerTexts(), found), settingsWords);
    for (const { words, values } of [
      { words: "Which projects", values: 2 },
      { words: "What carries the requests", values: 3 },
    ]) {
      await rows.filter({ hasText: words }).locator("select").click();
      const meaning = page.locator(".select-box-details-pane:visible");
      const seen = new Set<string>();
      for (let value = 0; value < values; value += 1) {
        const read = async (): Promise<string> => (await meaning.allInnerTexts()).join();
        const shown = await until("what it means", read, (text) => text !== "" && !seen.has(text));
        seen.add(shown);
        await page.keyboard.press("ArrowDown");
      }
      marked.look(words, [...seen], settingsWords);
      await page.keyboard.press("Escape");
    }
  });

  it("the parts of an environment, in settings.json", async () => {
    await workbench.runCommand("Preferences: Open User Settings (JSON)");
    for (const part of ["id", "label", "loginUrl", "apiUrl", "webUrl"]) {
      const key = workbench.page.locator(".editor-instance .view-line span", {
        hasText: new RegExp(`^"${part}"$`, "u"),
      });
      const point = async (): Promise<string[]> => {
        await workbench.page.mouse.move(0, 0);
        await key.last().hover();
        return await until(
          part,
          () => texts(".monaco-hover:visible"),
          (shown) => shown.join("") !== "",
          3_000,
        ).catch(() => []);
      };
      marked.look(part, await until(`what ${part} is`, point, (shown) => shown.join("").includes("⟦")));
    }
  });

  /** Goes from the list to the first step, and by its action to the next one. */
  async function checkSteps(when: "before" | "as sent"): Promise<void> {
    await marked.run("Show What Was Sent");
    const question =
      when === "before"
        ? "This window has nothing to show yet: sign in, or see how a step looks"
        : "Which step do you want to see?";
    await marked.checkInput(`the steps ${when}`, question);
    const labels = (await workbench.quickInput())?.items.map(({ label }) => label) ?? [];
    const titles = labels.filter((label) => /^\d+\. /u.test(label)).map((label) => label.replace(/^\d+\. /u, ""));
    assert.equal(titles.length, 9);
    await workbench.chooseItem(/^1\. /u);
    const next = workbench.page.locator(".codelens-decoration a:visible");
    for (const [index, title] of titles.entries()) {
      if (index > 0) await next.filter({ hasText: `Next: ⟪${title}⟫` }).click();
      const text = await marked.documentText(`step ⟪${index + 1}⟫ of ⟪9⟫`);
      marked.look(`${title} ${when}`, [...sentences(withoutSent(text)), ...(await marked.editorActions())]);
    }
  }

  it("the steps of signing in, before they were sent", async () => {
    await checkSteps("before");
  });

  it("the steps of signing in, as they were sent", async () => {
    await marked.signIn();
    await workbench.untilRow(big);
    await workbench.clickRow(big);
    await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
    await workbench.runCommand("View: Close All Editors");
    await checkSteps("as sent");
  });

  it("a connection report, as it is in the end", async () => {
    await marked.run("Diagnose Connection");
    const report = await marked.documentText(/No problem was found|Problems:/u);
    marked.look("the report", [...sentences(report), ...(await marked.editorActions())], reportWords);
    await marked.run("Copy for a Bug Report");
    const { message, buttons } = await workbench.untilNotification(/Copied for a bug report/u);
    marked.look("a report was copied", [message, ...buttons]);
    const shared = await until(
      "the other form",
      () => workbench.clipboard(),
      (text) => text !== report,
    );
    marked.look("the report for strangers", sentences(shared), reportWords);
  });

  it("nothing of all this was unmarked", () => assert.deepEqual(marked.bare(), []));
});

const withoutSent = (text: string): string => sentLines.reduce((left, line) => left.replaceAll(line.text, ""), text);
