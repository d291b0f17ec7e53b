import assert from "node:assert/strict";
import type { SandboxOptions } from "../../src/sandbox/index.ts";
import { pseudoExtension, pseudoLanguage, unmarked } from "../harness/pseudo.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { makeScratchFolder } from "../harness/scratch.ts";
import { openWorkbench, type Workbench, type WorkbenchOptions } from "../harness/screen.ts";
import type { QuickInput } from "../harness/screen/quickInput.ts";
import { until } from "../harness/until.ts";
import { allow, enterCode, settingsFor, startSite, untilStep, type Site } from "./people.ts";
import { textsOf } from "./sandboxData.ts";

/** A text that may stand there unmarked, and why. */
export interface Unmarked {
  readonly why: string;
  readonly text: RegExp;
}

/** What may stand anywhere unmarked beside what the server tells. */
const names: readonly Unmarked[] = [
  {
    why: "the company, and its environments",
    text: /\b(?:Procore|Development Sandbox|Production|Monthly Sandbox|Federal|Local Sandbox|Site A)\b/gu,
  },
  {
    why: "addresses, and what a link looks like",
    text: /\b(?:https?:\/\/\S+|(?:[a-z0-9-]+\.)+(?:com|test)\b|127\.\d+\.\d+\.\d+(?::\d+)?)(?:\/[\w./]*)?/gu,
  },
  { why: "a day, in the language that the marks stand for", text: /\b[A-Z][a-z]{2} \d{1,2}, \d{4}\b/gu },
  { why: "a method of HTTP", text: /\b(?:GET|POST)\b/gu },
  { why: "what was typed", text: /\bqqqqzzzz\b/gu },
  { why: "what VS Code adds to a prompt", text: /\(Press 'Enter' to confirm or 'Escape' to cancel\)/gu },
  { why: "the redirect URI", text: /\burn:ietf:wg:oauth:2\.0:oob\b/gu },
  { why: "a setting", text: /\bprocore\.[a-zA-Z.]+/gu },
  { why: "a transport", text: /\bundici\b/gu },
  { why: "keys of the keyboard", text: /(?:\b(?:Ctrl|Cmd|Alt|Shift)\s*\+\s*)+\w+/gu },
  {
    why: "a title or a button that VS Code makes",
    text: /^(?:Views and More Actions\.\.\.|More Actions\.\.\.|Collapse All|Back|View: Show|View: Toggle|: Focus on|View|Open View|Cancel|OK)$/gu,
  },
];

/** What a connection report repeats. */
export const reportWords: readonly Unmarked[] = [
  { why: "a time", text: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/gu },
  { why: "settings of VS Code", text: /\bhttp\.[a-zA-Z]+/gu },
  { why: "a value of one", text: /\bauto\b/gu },
  { why: "variables", text: /\b[A-Z]+(?:_[A-Z]+)+\b/gu },
  { why: "a folder", text: /\/\S+/gu },
  { why: "an ID", text: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu },
  { why: "versions of programs", text: /\bProcore Explorer\b|\bcode-server\b|\blinux \S+ x64|\bNode\b/gu },
  { why: "a name that is cut off", text: /\S+…$/gu },
];

/** A window of VS Code in the language that marks every word, at a site of its own; nobody is signed in. */
export interface MarkedWindow {
  readonly site: Site;
  readonly workbench: Workbench;
  /**
   * Notes each text of ours that went through no translation.
   * @param own what may stand there unmarked, and in few other places
   * @throws for a place that shows nothing of ours
   */
  look(where: string, texts: readonly string[], own?: readonly Unmarked[]): void;
  /** Waits for a quick input that shows some of these English words, and looks at all of it. */
  checkInput(where: string, english: string): Promise<void>;
  /** Runs one of our commands by its English title. */
  run(title: string): Promise<void>;
  /** Signs in, to the end. */
  signIn(): Promise<void>;
  /** The whole text of the active editor, also what is out of sight, once it has some of these words. */
  documentText(words: string | RegExp): Promise<string>;
  /** The actions above the first line of the active editor, which must have the focus, and its title. */
  editorActions(): Promise<readonly string[]>;
  /** Every text that went through no translation, and where it stood. */
  bare(): readonly string[];
  close(): Promise<void>;
}

/** Which window of that kind. */
export interface MarkedOptions {
  readonly sandbox?: Omit<SandboxOptions, "clock">;
  /** The user's settings; the site's own unless said. */
  readonly settings?: (site: Site) => Readonly<Record<string, unknown>>;
  readonly size?: NonNullable<WorkbenchOptions["size"]>;
}

/** Opens the window. The built extension must be there. */
export async function openMarkedWindow({
  sandbox = {},
  settings = settingsFor,
  size = { width: 1280, height: 800 },
}: MarkedOptions): Promise<MarkedWindow> {
  const folder = await makeScratchFolder("pseudo");
  const undo: (() => Promise<unknown>)[] = [() => removeFolder(folder)];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    await pseudoExtension(folder);
    const site = await startSite("Site A", sandbox);
    undo.push(() => site.sandbox.close());
    const options = { extensionFolder: folder, language: pseudoLanguage, settings: settings(site), size };
    const workbench = await openWorkbench(options);
    undo.push(() => workbench.dispose());
    const { clientId } = site.sandbox;
    const short = [`${clientId.slice(0, 8)}…${clientId.slice(-4)}`, `${clientId.slice(0, 8)}…`];
    return { site, workbench, close, ...readersOf(workbench, site, [...(await textsOf(site)), clientId, ...short]) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param told what the server tells */
function readersOf(
  workbench: Workbench,
  site: Site,
  told: readonly string[],
): Omit<MarkedWindow, "site" | "workbench" | "close"> {
  const data = told.filter((text) => /\p{L}{2}/u.test(text)).toSorted((one, other) => other.length - one.length);
  const bare: string[] = [];
  const withoutNames = (piece: string, own: readonly Unmarked[]): string => {
    const known = [...own, ...names].reduce((left, { text }) => left.replaceAll(text, ""), piece);
    return data.reduce((left, text) => (left.includes(text) ? left.replaceAll(text, "") : left), known);
  };
  const look: MarkedWindow["look"] = (where, texts, own = []) => {
    const pieces = texts.map((text) => text.replaceAll("\u00a0", " ")).flatMap(unmarked);
    bare.push(
      ...pieces.filter((piece) => /\p{L}/u.test(withoutNames(piece, own))).map((piece) => `${where}: ${piece}`),
    );
    const isOurs = texts.some((text) => text.includes("⟦"));
    assert.ok(isOurs, `${where}: nothing of ours is there: ${texts.join(" | ")}`);
  };
  const run = (title: string): Promise<void> => workbench.runCommand(`⟦Procore⟧: ⟦${title}⟧`);
  return {
    look,
    run,
    bare: () => bare,
    async checkInput(where, english) {
      const shows = (input: QuickInput): boolean => !input.busy && inputTexts(input).join("\n").includes(english);
      look(where, inputTexts(await workbench.untilQuickInput(shows)));
    },
    async signIn() {
      await run("Sign In");
      await untilStep(workbench, 1);
      await workbench.chooseItem("Site A");
      await untilStep(workbench, 2);
      await workbench.fill(`${site.sandbox.clientId} ${site.sandbox.clientSecret}`);
      const popup = await workbench.nextPopup(() => workbench.accept());
      await untilStep(workbench, 4);
      await enterCode(workbench, site, await allow(popup));
    },
    documentText: (words) => documentText(workbench, words),
    async editorActions() {
      // Those of the first line are what every document of ours has.
      await workbench.page.keyboard.press("ControlOrMeta+Home");
      const lenses = workbench.page.locator(".codelens-decoration a:visible");
      const titles = await until(
        "its actions",
        () => lenses.allInnerTexts(),
        (seen) => seen.length > 0,
      );
      return [...titles, ...(await workbench.page.locator(".tab.active .label-name").allInnerTexts())];
    },
  };
}

const inputTexts = ({ title, placeholder, message, buttons, items }: QuickInput): readonly string[] => [
  title,
  placeholder,
  message,
  ...buttons,
  ...items.flatMap((item) => [item.label, item.description, item.detail, item.separator, ...item.buttons]),
];

/** Only the lines in sight are in the page: the rest comes by way of the clipboard. */
async function documentText(workbench: Workbench, words: string | RegExp): Promise<string> {
  const { page } = workbench;
  const copied = async (): Promise<string> => {
    await page.locator(".editor-instance .view-lines").first().click({ timeout: 1_000 });
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("ControlOrMeta+c");
    return await workbench.clipboard();
  };
  const has = (text: string): boolean =>
    // Where the selection came to nothing, the editor copies one line.
    text.trim().includes("\n") && (typeof words === "string" ? text.includes(words) : words.test(text));
  return await until(`a document with ${String(words)}`, () => copied().catch(() => ""), has);
}

/** A text of lines that are wrapped: a sentence of ours may go on in the next one. */
export const sentences = (text: string): readonly string[] => [text.replaceAll(/\s+/gu, " ")];
