import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { pseudoExtension, pseudoLanguage, unmarked } from "../harness/pseudo.ts";
import { makeScratchFolder } from "../harness/scratch.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import type { QuickInput } from "../harness/screen/quickInput.ts";
import { until } from "../harness/until.ts";
import { files, messageOf, readEnglish, readTranslated } from "../harness/words.ts";
import { allow, settingsFor, startSite, type Site } from "./people.ts";
import { textsOf } from "./sandboxData.ts";

const notInstalled = "Löwenstein Hoch- und Tiefbau AG";
const big = "Ironbridge & Vale Builders";
const small = "Constructions Beauséjour ltée";

/** What may stand there unmarked beside what the server tells. */
const names: readonly { readonly why: string; readonly text: RegExp }[] = [
  {
    why: "the company, and its environments",
    text: /\b(?:Procore|Development Sandbox|Production|Monthly Sandbox|Federal|Local Sandbox|Site A)\b/gu,
  },
  {
    why: "addresses, and what a link looks like",
    text: /\b(?:https?:\/\/\S+|(?:[a-z0-9-]+\.)+(?:com|test)\b|127\.\d+\.\d+\.\d+:\d+)/gu,
  },
  { why: "a day, in the language that the marks stand for", text: /\b[A-Z][a-z]{2} \d{1,2}, \d{4}\b/gu },
  { why: "what was typed", text: /\bqqqqzzzz\b/gu },
  { why: "what VS Code adds to a prompt", text: /\(Press 'Enter' to confirm or 'Escape' to cancel\)/gu },
  { why: "a setting", text: /\bprocore\.[a-zA-Z.]+/gu },
  { why: "a transport", text: /\bundici\b/gu },
  { why: "keys of the keyboard", text: /\((?:Ctrl|Alt|Shift|[+A-Z])+\)/gu },
  {
    why: "a title or a button that VS Code makes",
    text: /^(?:Views and More Actions\.\.\.|More Actions\.\.\.|Collapse All|Back|View: Show|View: Toggle|: Focus on|View|Open View)$/gu,
  },
];

describe("in a language that marks every word", function () {
  this.timeout(240_000);
  let folder: string;
  let site: Site;
  let data: readonly string[];
  let workbench: Workbench;
  before(async () => {
    folder = await makeScratchFolder("pseudo");
    await pseudoExtension(folder);
    site = await startSite("Site A", { companies: 4 });
    const { clientId } = site.sandbox;
    const short = [`${clientId.slice(0, 8)}…${clientId.slice(-4)}`, `${clientId.slice(0, 8)}…`];
    data = [...(await textsOf(site)), clientId, ...short]
      .filter((text) => /\p{L}{2}/u.test(text))
      .toSorted((one, other) => other.length - one.length);
    workbench = await openWorkbench({ extensionFolder: folder, language: pseudoLanguage, settings: settingsFor(site) });
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Texts that went through no translation, and where they stood. */
  const bare: string[] = [];

  /** Notes each text of ours that went through no translation. @throws for a place that shows nothing of ours */
  function look(where: string, texts: readonly string[]): void {
    const found = texts.flatMap(unmarked).filter((piece) => /\p{L}/u.test(withoutNames(piece)));
    bare.push(...found.map((piece) => `${where}: ${piece}`));
    assert.ok(
      texts.some((text) => text.includes("⟦")),
      `${where}: nothing of ours is there: ${texts.join(" | ")}`,
    );
  }

  function withoutNames(piece: string): string {
    const known = names.reduce((left, { text }) => left.replaceAll(text, ""), piece.replaceAll("\u00a0", " "));
    return data.reduce((left, text) => (left.includes(text) ? left.replaceAll(text, "") : left), known);
  }

  const inputTexts = ({ title, placeholder, message, buttons, items }: QuickInput): readonly string[] => [
    title,
    placeholder,
    message,
    ...buttons,
    ...items.flatMap((item) => [item.label, item.description, item.detail, item.separator, ...item.buttons]),
  ];

  /** Waits for a quick input that shows some of these English words, and looks at all of it. */
  async function checkInput(where: string, english: string): Promise<void> {
    const shows = (input: QuickInput): boolean => !input.busy && inputTexts(input).join("\n").includes(english);
    look(where, inputTexts(await workbench.untilQuickInput(shows)));
  }

  async function checkRows(where: string): Promise<void> {
    const rows = await workbench.treeRows();
    look(
      where,
      rows.flatMap((row) => [row.label, row.description, row.spoken, ...row.actions]),
    );
  }

  const run = (title: string): Promise<void> => workbench.runCommand(`⟦Procore⟧: ⟦${title}⟧`);
  const all = (selector: string): Promise<string[]> => workbench.page.locator(selector).allInnerTexts();

  it("the welcome view", async () => {
    await workbench.runCommand("⟦Procore⟧: Focus on ⟦Companies⟧ View");
    look("the welcome view", [await workbench.untilWelcome(/Sign in to see/u)]);
  });

  it("the sign-in, to its end", async () => {
    await run("Sign In");
    await checkInput("environments", "Which environment");
    await workbench.chooseItem("Site A");
    await checkInput("client ID", "Client ID");
    await workbench.accept();
    await checkInput("no client ID", "Enter the client ID");
    await workbench.fill(site.sandbox.clientId);
    await workbench.accept();
    await checkInput("client secret", "Client secret");
    await workbench.fill("wrong");
    await workbench.accept();
    await checkInput("a wrong secret", "does not accept this client ID and secret");
    await workbench.fill(site.sandbox.clientSecret);
    const popup = await workbench.nextPopup(() => workbench.accept());
    await checkInput("code", "Authorization code");
    await workbench.fill("this is no code");
    await workbench.accept();
    await checkInput("no code", "There is no code");
    await workbench.fill(await allow(popup));
    await workbench.accept();
    await workbench.untilNoQuickInput();
    await workbench.untilRow(notInstalled);
  });

  it("the status bar item, its tooltip and its menu", async () => {
    const text = await workbench.untilStatus(/^Site A/u);
    const spoken = await workbench.statusSpoken();
    look("the item", [text, spoken, await workbench.statusTooltip()]);
    await workbench.clickStatus();
    await checkInput("the session menu", "What do you want to do?");
    await workbench.escape();
  });

  it("the rows, from companies to items", async () => {
    await workbench.clickRow(notInstalled);
    await workbench.untilRow(/App not installed/u);
    await checkRows("companies");
    await workbench.rowAction(/App not installed/u, "⟦I Installed It: Check Again⟧");
    const { message, buttons } = await workbench.untilNotification(/still not installed/u);
    look("a notification", [message, ...buttons]);
    await workbench.closeNotifications();
    await workbench.clickRow(notInstalled);
    await workbench.clickRow(small);
    const project = await workbench.untilRow((row) => row.icon === "project");
    await checkRows("projects");
    await workbench.clickRow(project.label);
    await workbench.untilRow((row) => row.label.includes("RFIs"));
    await checkRows("tools");
    await workbench.clickRow(/RFIs/u);
    await workbench.untilRow((row) => row.level === 4);
    await checkRows("items");
    await workbench.clickRow(small);
  });

  it("a row that failed", async () => {
    const fault = site.sandbox.control.inject({
      path: "/rest/v1.1/projects",
      times: 100,
      fault: { kind: "reply", status: 500, headers: { "content-type": "application/json" }, body: "{}" },
    });
    await workbench.clickRow(big);
    await workbench.untilRow(/Server has trouble/u);
    await checkRows("a failure");
    fault.dispose();
  });

  it("what a row says under the pointer, and in its menu", async () => {
    const row = workbench.page.locator(".part.sidebar .monaco-list-row").filter({ hasText: small });
    await row.locator(".monaco-icon-label-container").hover();
    const hover = (): Promise<string[]> => all(".monaco-hover:visible");
    look("a tooltip", await until("a tooltip", hover, (texts) => texts.join("").includes("Company ID")));
    await workbench.page.mouse.move(900, 400);
    await row.locator(".monaco-icon-label-container").click({ button: "right" });
    const entries = workbench.page.locator(".monaco-menu .action-menu-item .action-label");
    const labels = (): Promise<string[]> => entries.allInnerTexts();
    look("a menu", await until("the menu", labels, (texts) => texts.length > 2));
    await workbench.escape();
  });

  it("the view's title and its buttons", async () => {
    await workbench.page.locator(".part.sidebar").hover();
    // As it is written: the style makes its first letters capitals.
    const titles = await workbench.page.locator(".part.sidebar .composite.title h2").allTextContents();
    const buttons = await workbench.page
      .locator(".part.sidebar .title-actions .action-label")
      .evaluateAll((elements: { getAttribute(name: string): string | null }[]) =>
        elements.map((element) => element.getAttribute("aria-label") ?? ""),
      );
    look("the title", [...titles, ...buttons]);
  });

  it("the palette", async () => {
    await workbench.page.keyboard.press("F1");
    await workbench.fill(">Procore: ");
    const labels = async (): Promise<readonly string[]> => {
      const input = await workbench.quickInput();
      return (input?.items ?? []).map(({ label }) => label).filter((label) => label.includes("Procore"));
    };
    look("the palette", await until("commands", labels, (found) => found.length > 5));
    await workbench.escape();
  });

  it("Show Session", async () => {
    await run("Show Session");
    const text = async (): Promise<string> => (await all(".editor-instance .view-lines")).join("\n");
    const shown = await until("the session", text, (seen) => seen.includes("Environment"));
    const lenses = (): Promise<string[]> => all(".codelens-decoration");
    const links = await until("its actions", lenses, (seen) => seen.length > 0);
    look("the session", [...sentences(shown), ...links, ...(await all(".tab.active .label-name"))]);
  });

  it("Filter Projects and Find Project", async () => {
    await run("Filter Projects");
    await checkInput("filter", "What should the Companies view show?");
    await workbench.escape();
    await run("Find Project");
    await checkInput("find", "Name, number, city or ID");
    await workbench.fill("qqqqzzzz");
    await checkInput("nothing found", "No project matches");
    await workbench.escape();
  });

  it("nothing of all this was unmarked", () => assert.deepEqual(bare, []));
});

/** A text of lines that are wrapped: a sentence of ours may go on in the next one. */
const sentences = (text: string): readonly string[] => [text.replaceAll(/\s+/gu, " ")];

describe("in Spanish", function () {
  this.timeout(120_000);
  let workbench: Workbench;
  before(async () => (workbench = await openWorkbench({ language: "es" })));
  after(() => workbench?.dispose());

  it("VS Code takes the manifest's words, and the code takes its own", async () => {
    const manifest = await readTranslated(files.manifest("es"));
    const code = await readTranslated(files.code("es"));
    const of = (words: Readonly<Record<string, string>>, key: string): string => {
      const found = words[key];
      assert.ok(found !== undefined, key);
      return found;
    };
    await workbench.runCommand(`${of(manifest, "category")}: Focus on ${of(manifest, "view.explorer")} View`);
    const [first = ""] = of(manifest, "welcome.noConnection").split("\n");
    await until(
      "the welcome view",
      () => workbench.welcomeText(),
      (shown) => shown.includes(first),
    );
    await workbench.runCommand(`${of(manifest, "category")}: ${of(manifest, "command.signIn")}`);
    const input = await workbench.untilQuickInput(of(code, "Which environment do you want to sign in to?"));
    assert.ok(input.title.startsWith(of(code, "Sign in to Procore")), input.title);
    const english = messageOf((await readEnglish(files.code()))["Sign in to Procore"] ?? "");
    assert.ok(!input.title.includes(english), "Spanish, not English");
  });
});
