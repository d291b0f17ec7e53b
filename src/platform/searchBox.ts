import * as vscode from "vscode";
import type { Listen } from "../core/events.ts";
import { DisposableStore } from "./disposables.ts";

/** A button of the box or of one of its lines. */
export interface SearchButton {
  /** A codicon. */
  readonly icon: string;
  readonly tooltip: string;
  /** What it throws, the box throws. The box stays open. */
  press(): Promise<void> | void;
}

export interface SearchLine<T> {
  /** Tells the line apart from the others, and is the same while it stands for the same. */
  readonly key: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly icon?: string;
  readonly buttons?: readonly SearchButton[];
  /** What choosing the line answers. */
  readonly answer?: T;
  /** What choosing the line does instead; the box stays open. */
  readonly run?: () => void;
  readonly kind?: "separator";
}

/** What the box shows now. */
export interface SearchView<T> {
  readonly title: string;
  readonly isBusy: boolean;
  readonly buttons: readonly SearchButton[];
  readonly lines: readonly SearchLine<T>[];
}

export interface SearchStep<T> {
  readonly placeholder: string;
  /** Hears every change of what is typed, before `view` is asked. */
  onType(text: string): void;
  view(): SearchView<T>;
  /** What `view` gives is another one. */
  readonly onDidChange: Listen<void>;
}

interface Item<T> extends vscode.QuickPickItem {
  readonly line: SearchLine<T>;
}

/**
 * A list to choose from that somebody else searches: its lines are shown as they come, in their order. Answers
 * undefined when it was closed. Lines that come while a person looks do not move the line that is marked.
 */
export async function askSearch<T>(step: SearchStep<T>): Promise<T | undefined> {
  const store = new DisposableStore();
  const pick = store.add(vscode.window.createQuickPick<Item<T>>());
  pick.placeholder = step.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;
  // The editor would put lines whose label matches before those whose number does. It has had this switch for years,
  // but not in its published types; without it the order is worse, and nothing else.
  Reflect.set(pick, "sortByLabel", false);
  let shown: readonly SearchLine<T>[] | undefined;
  let pressed = new Map<vscode.QuickInputButton, SearchButton>();
  const render = (cause: "typed" | "more"): void => {
    const { title, isBusy, buttons, lines } = step.view();
    pick.title = title;
    pick.busy = isBusy;
    const own = buttons.map((button) => [toButton(button), button] as const);
    if (labelsOf(pick.buttons) !== labelsOf(own.map(([button]) => button))) {
      pressed = new Map(own);
      pick.buttons = own.map(([button]) => button);
    }
    if (shown !== undefined && isSame(shown, lines)) return;
    const marked = pick.activeItems[0]?.line.key;
    shown = lines;
    pick.items = lines.map((line) => toItem(line));
    const again = pick.items.find(({ line }) => line.key === marked);
    if (cause === "more" && again !== undefined) pick.activeItems = [again];
  };
  try {
    return await new Promise<T | undefined>((resolve, reject) => {
      const press = async (button: SearchButton | undefined): Promise<void> => await button?.press();
      store.add(
        pick.onDidChangeValue((text) => {
          step.onType(text);
          render("typed");
        }),
      );
      store.add(
        pick.onDidAccept(() => {
          const line = pick.selectedItems[0]?.line;
          line?.run?.();
          if (line?.answer !== undefined) resolve(line.answer);
        }),
      );
      store.add(pick.onDidTriggerButton((button) => void press(pressed.get(button)).catch(reject)));
      store.add(
        pick.onDidTriggerItemButton(({ item, button }) => {
          const at = item.buttons?.indexOf(button) ?? -1;
          press(item.line.buttons?.[at]).catch(reject);
        }),
      );
      store.add(pick.onDidHide(() => resolve(undefined)));
      store.add(step.onDidChange(() => render("more")));
      render("typed");
      pick.show();
    });
  } finally {
    store.dispose();
  }
}

function toItem<T>(line: SearchLine<T>): Item<T> {
  const { label, description, detail, icon, buttons = [] } = line;
  if (line.kind === "separator") return { label, kind: vscode.QuickPickItemKind.Separator, line };
  return {
    label,
    line,
    // Which lines match is not the editor's business here.
    alwaysShow: true,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) }),
    buttons: buttons.map((button) => toButton(button)),
  };
}

const toButton = ({ icon, tooltip }: SearchButton): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
});

const labelsOf = (buttons: readonly vscode.QuickInputButton[]): string =>
  buttons.map(({ tooltip }) => tooltip ?? "").join("\n");

/** Do two lists show the same? */
function isSame<T>(one: readonly SearchLine<T>[], other: readonly SearchLine<T>[]): boolean {
  const text = ({ key, label, description, detail, icon, buttons = [] }: SearchLine<T>): string =>
    JSON.stringify([key, label, description, detail, icon, buttons.map(({ tooltip }) => tooltip)]);
  return one.length === other.length && one.every((line, index) => text(line) === text(other[index] ?? line));
}
