import { AsyncLocalStorage } from "node:async_hooks";
import { registerHooks } from "node:module";

/** The window whose work is going on: where its inputs are shown. */
const screens = new AsyncLocalStorage<Screen>();

/** An input that is on a screen. A box that is `masked` asks for a secret. */
export type OpenInput =
  | {
      readonly kind: "box";
      readonly masked: boolean;
      readonly busy: boolean;
      readonly value: string;
      /** What stands under it. */
      readonly message: string | undefined;
      /** The titles of its buttons. */
      readonly buttons: readonly string[];
      enter(text: string): void;
      escape(): void;
    }
  | { readonly kind: "list"; readonly busy: boolean; choose(index: number): void; escape(): void };

/** The screen of one window: the input that is open there, of which an editor shows one at a time. */
export class Screen {
  #input: OpenInput | undefined;
  /** Hears of each input, in the work that shows it. */
  onShow: (input: OpenInput) => void = () => undefined;

  get input(): OpenInput | undefined {
    return this.#input;
  }

  /** What `run` shows is shown here. */
  run<T>(run: () => T): T {
    return screens.run(this, run);
  }

  /** One that was open before is closed. */
  show(input: OpenInput): void {
    const before = this.#input;
    this.#input = input;
    if (before !== input) before?.escape();
    this.onShow(input);
  }

  gone(input: OpenInput): void {
    if (this.#input === input) this.#input = undefined;
  }
}

/** Where the work that goes on shows its inputs. */
export function screenHere(): Screen {
  const screen = screens.getStore();
  if (screen === undefined) throw new Error("Something was shown beside all screens");
  return screen;
}

/** Loads modules that import `vscode`: they get the few parts of it that dialogues use, in `standInEditorParts.ts`. */
export async function withStandInEditor<T>(load: () => Promise<T>): Promise<T> {
  const url = new URL("standInEditorParts.ts", import.meta.url).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "vscode" ? { url, shortCircuit: true } : next(specifier, context),
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
