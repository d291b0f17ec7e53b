// What a module gets that imports `vscode` under `withStandInEditor`: names and shapes are the editor's.
import { AsyncLocalStorage } from "node:async_hooks";
import { type OpenInput, screenHere } from "./standInEditor.ts";

interface Disposable {
  dispose(): void;
}

/** Listeners of one event; each runs in the work that began to listen. */
class Listeners<T = void> {
  readonly #all = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void): Disposable => {
    const own = AsyncLocalStorage.bind(listener);
    this.#all.add(own);
    return { dispose: () => this.#all.delete(own) };
  };

  fire(value: T): void {
    for (const listener of this.#all) listener(value);
  }
}

function createInput() {
  const [accept, hide, button] = [new Listeners(), new Listeners(), new Listeners<unknown>()];
  const screen = screenHere();
  const fields = { enabled: true, busy: false, value: "" };
  const events = { onDidAccept: accept.event, onDidHide: hide.event, onDidTriggerButton: button.event };
  const onScreen = (input: OpenInput) => ({
    show: () => screen.show(input),
    hide: () => input.escape(),
    dispose: () => screen.gone(input),
  });
  return { fields, events, accept, hide, onScreen };
}

/** What a box shows beside what is typed in it. */
interface Shown {
  validationMessage: { readonly message: string } | undefined;
  buttons: readonly { readonly tooltip?: string }[];
}

function createInputBox() {
  const { fields, events, accept, hide, onScreen } = createInput();
  const change = new Listeners<string>();
  const shown: Shown = { validationMessage: undefined, buttons: [] };
  const box = { ...fields, ...events, ...shown, password: false, onDidChangeValue: change.event };
  const input: OpenInput = {
    kind: "box",
    get masked() {
      return box.password;
    },
    get busy() {
      return box.busy;
    },
    get value() {
      return box.value;
    },
    get message() {
      return box.validationMessage?.message;
    },
    get buttons() {
      return box.buttons.flatMap(({ tooltip }) => tooltip ?? []);
    },
    enter(text) {
      box.value = text;
      change.fire(text);
      accept.fire();
    },
    escape: () => hide.fire(),
  };
  return Object.assign(box, onScreen(input));
}

function createQuickPick() {
  const { fields, events, accept, hide, onScreen } = createInput();
  const items: readonly { readonly label: string }[] = [];
  const list = { ...fields, ...events, items, selectedItems: items };
  const input: OpenInput = {
    kind: "list",
    get busy() {
      return list.busy;
    },
    choose(index) {
      list.selectedItems = list.items.slice(index, index + 1);
      accept.fire();
    },
    escape: () => hide.fire(),
  };
  return Object.assign(list, onScreen(input));
}

const closedUnread = async (): Promise<undefined> => undefined;
const neverCancelled = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

export const window = {
  createInputBox,
  createQuickPick,
  showInformationMessage: closedUnread,
  showWarningMessage: closedUnread,
  showErrorMessage: closedUnread,
  setStatusBarMessage: () => ({ dispose: () => undefined }),
  withProgress: async (_options: unknown, task: (progress: unknown, token: unknown) => Promise<unknown>) =>
    await task({ report: () => undefined }, neverCancelled),
};
export const commands = { executeCommand: closedUnread };
export const env = { openExternal: async (): Promise<boolean> => true };
export const QuickInputButtons = { Back: {} };
export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 };
export const ProgressLocation = { Notification: 15 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export class ThemeIcon {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}
