import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { actUntil, until } from "../harness/until.ts";
import { files, languages, messageOf, readEnglish, readTranslated } from "../harness/words.ts";
import { openMarkedWindow, sentences, type MarkedWindow } from "./markedWords.ts";
import { allow } from "./people.ts";

const notInstalled = "Löwenstein Hoch- und Tiefbau AG";
const big = "Ironbridge & Vale Builders";
const small = "Constructions Beauséjour ltée";

describe("in a language that marks every word: sign-in and view", function () {
  this.timeout(240_000);
  let marked: MarkedWindow;
  let workbench: Workbench;
  before(async () => {
    marked = await openMarkedWindow({ sandbox: { companies: 4 } });
    ({ workbench } = marked);
  });
  after(() => marked?.close());

  const look: MarkedWindow["look"] = (...where) => marked.look(...where);
  const checkInput: MarkedWindow["checkInput"] = (...where) => marked.checkInput(...where);
  const run: MarkedWindow["run"] = (title) => marked.run(title);
  const all = (selector: string): Promise<string[]> => workbench.page.locator(selector).allInnerTexts();

  async function checkRows(where: string): Promise<void> {
    const rows = await workbench.treeRows();
    look(
      where,
      rows.flatMap((row) => [row.label, row.description, row.spoken, ...row.actions]),
    );
  }

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
    await workbench.fill(marked.site.sandbox.clientId);
    await workbench.accept();
    await checkInput("client secret", "Client secret");
    await workbench.fill("wrong");
    await workbench.accept();
    await checkInput("a wrong secret", "does not accept this client ID and secret");
    await workbench.fill(marked.site.sandbox.clientSecret);
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
    const fault = marked.site.sandbox.control.inject({
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
    const hovers = (): Promise<string[]> => all(".monaco-hover:visible");
    const point = async (): Promise<void> => {
      await workbench.page.mouse.move(900, 400);
      await row.locator(".monaco-icon-label-container").hover();
    };
    await actUntil("a tooltip", point, async () => (await hovers()).join("").includes("Company ID"));
    look("a tooltip", await hovers());
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
    const isOpen = async (): Promise<boolean> => (await workbench.quickInput()) !== undefined;
    await actUntil("the palette", () => workbench.page.keyboard.press("F1"), isOpen);
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

  it("what Switch Connection, Go to Procore Address and Edit App Credentials ask", async () => {
    await run("Switch Connection");
    await checkInput("connections", "Which connection should this window use?");
    await workbench.escape();
    await run("Go to Procore Address");
    await checkInput("address", "The address of a company");
    await workbench.fill("qqqqzzzz");
    await workbench.accept();
    await checkInput("no address", "This is no web address");
    await workbench.escape();
    await run("Edit App Credentials");
    await checkInput("credentials", "Client ID");
    await workbench.escape();
  });

  it("what Diagnose Connection asks where there is no connection", async () => {
    await run("Remove Connection");
    await workbench.untilDialog(/Remove /u);
    await workbench.clickDialogButton("⟦Remove⟧");
    await workbench.untilWelcome(/Sign in to see/u);
    await run("Diagnose Connection");
    await checkInput("what a report is about", "What should be looked at?");
    await workbench.escape();
  });

  it("nothing of all this was unmarked", () => assert.deepEqual(marked.bare(), []));
});

for (const language of languages) {
  describe(`in the language ${language}`, function () {
    this.timeout(120_000);
    let workbench: Workbench;
    before(async () => (workbench = await openWorkbench({ language })));
    after(() => workbench?.dispose());

    it("VS Code takes the manifest's words, and the code takes its own", async () => {
      const manifest = await readTranslated(files.manifest(language));
      const code = await readTranslated(files.code(language));
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
      assert.ok(!input.title.includes(english), "not English");
    });
  });
}
