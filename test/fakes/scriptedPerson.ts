import * as vscode from "vscode";
import { replaceMember } from "./replaceMember.ts";
import {
  createScriptedBox,
  createScriptedPick,
  type ScriptedBox,
  type ScriptedInput,
  type ScriptedPick,
} from "./scriptedInputs.ts";

const patienceMs = 30_000;

/** A notification or dialogue as a person saw it. */
export interface ShownMessage {
  readonly severity: "information" | "warning" | "error";
  readonly text: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/**
 * The person at the screen: answers quick inputs as the test says, messages by rules (any other is closed unread), and
 * notes everything that was shown, opened or copied.
 */
export class ScriptedPerson {
  readonly messages: ShownMessage[] = [];
  /** Texts of status bar messages, and titles and messages of progress. */
  readonly notices: string[] = [];
  /** Every text that a quick input showed. */
  readonly inputTexts: string[] = [];
  /** What the browser was asked to open, to the letter. */
  readonly opened: unknown[] = [];
  /** What the product wrote to the clipboard. */
  readonly copied: string[] = [];
  clipboard = "what the person copied before";
  /** A browser may forbid it. */
  clipboardAccess: "allowed" | "refused" = "allowed";
  browser: "opens" | "fails" = "opens";
  /** Nobody is there: every input is closed as soon as it comes. */
  absent = false;
  readonly #rules: { readonly pattern: RegExp; readonly button: string }[] = [];
  readonly #waiting: ScriptedInput[] = [];
  readonly #wanted: ((input: ScriptedInput) => void)[] = [];
  readonly #replaced: { dispose(): void }[];

  constructor() {
    const { window, env } = vscode;
    this.#replaced = [
      replaceMember(window, "createInputBox", () => createScriptedBox(this.#note, this.#show).input),
      replaceMember(window, "createQuickPick", () => createScriptedPick(this.#note, this.#show).input),
      replaceMember(window, "showInformationMessage", this.#message("information")),
      replaceMember(window, "showWarningMessage", this.#message("warning")),
      replaceMember(window, "showErrorMessage", this.#message("error")),
      replaceMember(window, "setStatusBarMessage", (text: string) => {
        this.notices.push(text);
        return new vscode.Disposable(() => undefined);
      }),
      replaceMember(window, "withProgress", this.#progress(window.withProgress)),
      replaceMember(env, "openExternal", async (address: unknown) => {
        this.opened.push(address);
        return this.browser === "opens";
      }),
      replaceMember(env, "clipboard", {
        readText: async () => {
          this.#assertClipboard();
          return this.clipboard;
        },
        writeText: async (text: string) => {
          this.#assertClipboard();
          this.copied.push(text);
          this.clipboard = text;
        },
      }),
    ];
  }

  /** Chooses `button` in messages that the pattern finds. */
  answer(pattern: RegExp, button: string): void {
    this.#rules.push({ pattern, button });
  }

  /** The next text box, whose title, placeholder or prompt must contain `words`. */
  async box(words: string): Promise<ScriptedBox> {
    const input = await this.#next(words);
    if (input.kind !== "box" || !isBox(input))
      throw new Error(`Wanted a box "${words}", but "${input.title}" is a list`);
    checkWords(words, [input.title, input.placeholder, input.prompt]);
    return input;
  }

  /** The next list to choose from, whose title or placeholder must contain `words`. */
  async pick(words: string): Promise<ScriptedPick> {
    const input = await this.#next(words);
    if (!isPick(input)) throw new Error(`Wanted a list "${words}", but "${input.title}" is a box`);
    checkWords(words, [input.title, input.placeholder]);
    return input;
  }

  /** Closes every input that waits, and those to come. */
  closeInputs(): void {
    for (const input of this.#waiting.splice(0)) input.escape();
    this.absent = true;
  }

  dispose(): void {
    for (const replaced of this.#replaced.toReversed()) replaced.dispose();
  }

  #assertClipboard(): void {
    if (this.clipboardAccess === "refused") throw new Error("Write permission denied.");
  }

  readonly #note = (text: string): void => void this.inputTexts.push(text);

  readonly #show = (input: ScriptedInput): void => {
    const wanted = this.#wanted.shift();
    if (wanted !== undefined) wanted(input);
    else if (this.absent) input.escape();
    else this.#waiting.push(input);
  };

  async #next(words: string): Promise<ScriptedInput> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    return await new Promise((resolve, reject) => {
      const wanted = (input: ScriptedInput): void => {
        clearTimeout(timer);
        resolve(input);
      };
      // Only says what was seen instead; a test that passes never gets here.
      const giveUp = (): void => {
        this.#wanted.splice(this.#wanted.indexOf(wanted), 1);
        const seen = { messages: this.messages, notices: this.notices, inputTexts: this.inputTexts.slice(-6) };
        reject(new Error(`"${words}" did not come. Seen: ${JSON.stringify(seen, undefined, 1)}`));
      };
      const timer = setTimeout(giveUp, patienceMs);
      this.#wanted.push(wanted);
    });
  }

  #message(severity: ShownMessage["severity"]) {
    return async (text: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
      const [first] = rest;
      const detail = typeof first === "object" && first !== null && "detail" in first ? String(first.detail) : "";
      const buttons = rest.filter((item) => typeof item === "string");
      this.messages.push({ severity, text, detail, buttons });
      return this.#rules.find(({ pattern, button }) => pattern.test(text) && buttons.includes(button))?.button;
    };
  }

  #progress(real: typeof vscode.window.withProgress): typeof vscode.window.withProgress {
    return (options, task) => {
      if (options.title !== undefined) this.notices.push(options.title);
      const noting: typeof task = (progress, token) => {
        const report: typeof progress.report = (step) => {
          if (step.message !== undefined) this.notices.push(step.message);
          progress.report(step);
        };
        return task({ report }, token);
      };
      return real.call(vscode.window, options, noting) as ReturnType<typeof task>;
    };
  }
}

const isBox = (input: ScriptedInput): input is ScriptedBox => input.kind === "box";
const isPick = (input: ScriptedInput): input is ScriptedPick => input.kind === "pick";

function checkWords(words: string, shown: readonly string[]): void {
  const all = shown.join(" | ");
  if (!all.toLowerCase().includes(words.toLowerCase())) throw new Error(`Wanted "${words}", but there was: ${all}`);
}
