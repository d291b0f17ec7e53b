import * as vscode from "vscode";

/** Hears every text that an input shows a person; what stands in the box itself is not among them. */
export type NoteText = (text: string) => void;

/** What both kinds of input have in common for the person at the screen. */
export interface ScriptedInput {
  readonly kind: "box" | "pick";
  readonly title: string;
  readonly placeholder: string;
  /** Presses the title button whose tooltip begins so. */
  press(tooltip: string): void;
  back(): void;
  escape(): void;
}

export interface ScriptedBox extends ScriptedInput {
  readonly kind: "box";
  readonly prompt: string;
  readonly masked: boolean;
  /** Did the product leave it on the screen? */
  readonly isOpen: boolean;
  readonly value: string;
  /** What stands under the box. */
  readonly message: string;
  /** The tooltips of the title buttons. */
  readonly buttons: readonly string[];
  type(text: string): void;
  /** Types and presses Enter; resolves when the box is no longer busy with it. */
  enter(text: string): Promise<void>;
}

export interface ScriptedPick extends ScriptedInput {
  readonly kind: "pick";
  readonly items: readonly vscode.QuickPickItem[];
  readonly busy: boolean;
  /** The tooltips of the title buttons. */
  readonly buttons: readonly string[];
  type(text: string): void;
  /** Presses the button of the item with this label whose tooltip begins so. */
  pressOn(label: string, tooltip: string): void;
  /** Chooses the item with this label, or the first that begins so. */
  choose(label: string): void;
}

interface Events {
  readonly accept: vscode.EventEmitter<void>;
  readonly hide: vscode.EventEmitter<void>;
  readonly button: vscode.EventEmitter<vscode.QuickInputButton>;
}

const createEvents = (): Events => ({
  accept: new vscode.EventEmitter(),
  hide: new vscode.EventEmitter(),
  button: new vscode.EventEmitter(),
});

const emptyInput = () => ({
  title: "",
  placeholder: "",
  buttons: [] as readonly vscode.QuickInputButton[],
  enabled: true,
  busy: false,
  ignoreFocusOut: false,
});

function buttonOf(buttons: readonly vscode.QuickInputButton[], tooltip: string): vscode.QuickInputButton {
  const found = buttons.find((button) => button.tooltip?.startsWith(tooltip) === true);
  if (found === undefined)
    throw new Error(`No button "${tooltip}", but ${buttons.map((each) => each.tooltip).join(", ")}`);
  return found;
}

/** Notes every text that is set on `input`, but for `value`, which is the person's own. */
function noting<T extends object>(input: T, note: NoteText, onSet: (name: string, value: unknown) => void): T {
  return new Proxy(input, {
    set(target, name, value) {
      if (name !== "value") noteTexts(value, note);
      const done = Reflect.set(target, name, value);
      onSet(String(name), value);
      return done;
    },
  });
}

function noteTexts(value: unknown, note: NoteText): void {
  if (typeof value === "string") note(value);
  else if (Array.isArray(value)) for (const item of value) noteTexts(item, note);
  else if (typeof value === "object" && value !== null) {
    for (const name of ["label", "description", "detail", "tooltip", "message"])
      noteTexts(Reflect.get(value, name), note);
  }
}

/** The parts of an input box that `platform/quickInput.ts` uses, and the person who fills it in. */
export function createScriptedBox(
  note: NoteText,
  onShow: (input: ScriptedBox) => void,
): { readonly input: object; readonly person: ScriptedBox } {
  const { accept, hide, button } = createEvents();
  const change = new vscode.EventEmitter<string>();
  let isOpen = true;
  const idle: (() => void)[] = [];
  const onSet = (name: string, value: unknown): void => {
    if (name !== "busy" || value !== false) return;
    for (const wake of idle.splice(0)) wake();
  };
  const fields = {
    ...emptyInput(),
    value: "",
    prompt: "",
    password: false,
    validationMessage: "" as string | vscode.InputBoxValidationMessage | undefined,
    onDidAccept: accept.event,
    onDidHide: hide.event,
    onDidTriggerButton: button.event,
    onDidChangeValue: change.event,
    show: () => onShow(person),
    hide: () => hide.fire(),
    dispose: () => {
      isOpen = false;
      for (const wake of idle.splice(0)) wake();
    },
  };
  const input = noting(fields, note, onSet);
  const type = (text: string): void => {
    fields.value = text;
    change.fire(text);
  };
  const person: ScriptedBox = {
    kind: "box",
    get title() {
      return fields.title;
    },
    get placeholder() {
      return fields.placeholder;
    },
    get prompt() {
      return fields.prompt;
    },
    get isOpen() {
      return isOpen;
    },
    get masked() {
      return fields.password;
    },
    get value() {
      return fields.value;
    },
    get message() {
      const { validationMessage: shown } = fields;
      return typeof shown === "string" ? shown : (shown?.message ?? "");
    },
    get buttons() {
      return fields.buttons.map(({ tooltip }) => tooltip ?? "");
    },
    press: (tooltip) => button.fire(buttonOf(fields.buttons, tooltip)),
    back: () => button.fire(vscode.QuickInputButtons.Back),
    escape: () => hide.fire(),
    type,
    async enter(text) {
      if (!isOpen) throw new Error(`"${fields.title}" is no longer on the screen`);
      type(text);
      const rest = new Promise<void>((resolve) => idle.push(resolve));
      accept.fire();
      await rest;
      // A box that was answered is taken off the screen a moment later.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return { input, person };
}

/** The parts of a quick pick that `platform/quickInput.ts` uses, and the person who chooses. */
export function createScriptedPick(
  note: NoteText,
  onShow: (input: ScriptedPick) => void,
): { readonly input: object; readonly person: ScriptedPick } {
  const { accept, hide, button } = createEvents();
  const change = new vscode.EventEmitter<string>();
  const itemButton = new vscode.EventEmitter<vscode.QuickPickItemButtonEvent<vscode.QuickPickItem>>();
  const fields = {
    ...emptyInput(),
    value: "",
    items: [] as readonly vscode.QuickPickItem[],
    activeItems: [] as readonly vscode.QuickPickItem[],
    selectedItems: [] as readonly vscode.QuickPickItem[],
    matchOnDescription: false,
    matchOnDetail: false,
    onDidAccept: accept.event,
    onDidChangeValue: change.event,
    onDidTriggerItemButton: itemButton.event,
    onDidHide: hide.event,
    onDidTriggerButton: button.event,
    show: () => onShow(person),
    hide: () => hide.fire(),
    dispose: () => undefined,
  };
  const input = noting(fields, note, () => undefined);
  const itemOf = (label: string): vscode.QuickPickItem => {
    const item =
      fields.items.find((candidate) => candidate.label === label) ??
      fields.items.find((candidate) => candidate.label.startsWith(label));
    if (item !== undefined) return item;
    throw new Error(`"${fields.title}" offers no "${label}", but ${fields.items.map((each) => each.label).join(", ")}`);
  };
  const person: ScriptedPick = {
    kind: "pick",
    get title() {
      return fields.title;
    },
    get placeholder() {
      return fields.placeholder;
    },
    get items() {
      return fields.items;
    },
    press: (tooltip) => button.fire(buttonOf(fields.buttons, tooltip)),
    back: () => button.fire(vscode.QuickInputButtons.Back),
    escape: () => hide.fire(),
    get busy() {
      return fields.busy;
    },
    get buttons() {
      return fields.buttons.map(({ tooltip }) => tooltip ?? "");
    },
    type(text) {
      fields.value = text;
      change.fire(text);
    },
    pressOn(label, tooltip) {
      const item = itemOf(label);
      itemButton.fire({ item, button: buttonOf(item.buttons ?? [], tooltip) });
    },
    choose(label) {
      fields.selectedItems = [itemOf(label)];
      accept.fire();
    },
  };
  return { input, person };
}
