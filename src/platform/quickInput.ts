import * as vscode from "vscode";
import { DisposableStore } from "./disposables.ts";

/** How a step of a dialogue ended: an answer, the back button, or closed (Escape, or another box came). */
export type StepResult<T> =
  { readonly kind: "answer"; readonly answer: T } | { readonly kind: "back" } | { readonly kind: "closed" };

export interface StepFrame {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly back: "shown" | "hidden";
}

/** A message under a text box; an error, a warning, or a word of help. */
export interface BoxMessage {
  readonly text: string;
  readonly severity: "error" | "warning" | "info";
}

export interface BoxButton<T> {
  readonly icon: string;
  readonly tooltip: string;
  /** May end the step by returning an answer. */
  press(box: OpenBox): Promise<T | undefined>;
}

/** What a button or an answer in progress may do with the box that is open. */
export interface OpenBox {
  value: string;
  show(message: BoxMessage | undefined): void;
}

/** Accepting either ends the step with an answer or leaves the box open, with what was typed and a message. */
export type Accepted<T> =
  | { readonly kind: "answer"; readonly answer: T }
  | { readonly kind: "stay"; readonly message: BoxMessage; readonly buttons?: readonly BoxButton<T>[] };

export interface TextStep<T> extends StepFrame {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly masked: "yes" | "no";
  readonly buttons: readonly BoxButton<T>[];
  readonly message?: BoxMessage;
  /** Hears every change, so that what was typed survives the box; may answer with a word under the box. */
  onType(text: string): BoxMessage | undefined;
  /** Runs when Enter is pressed; the box is busy meanwhile, and Escape aborts the signal. */
  accept(text: string, signal: AbortSignal): Promise<Accepted<T>>;
}

/** Asks for a text. The box stays when focus moves to another program. */
export async function askText<T>(step: TextStep<T>): Promise<StepResult<T>> {
  const store = new DisposableStore();
  const working = new AbortController();
  const box = store.add(vscode.window.createInputBox());
  try {
    return await new Promise<StepResult<T>>((resolve, reject) => {
      frame(box, step);
      box.prompt = step.prompt;
      box.placeholder = step.placeholder;
      box.password = step.masked === "yes";
      box.value = step.value;
      const open: OpenBox = {
        get value() {
          return box.value;
        },
        set value(text) {
          box.value = text;
          show(step.onType(text));
        },
        show: (message) => show(message),
      };
      const show = (message: BoxMessage | undefined): void => {
        box.validationMessage = message === undefined ? undefined : validationMessage(message);
      };
      let actions = new Map<vscode.QuickInputButton, BoxButton<T>>();
      const showButtons = (buttons: readonly BoxButton<T>[]): void => {
        actions = new Map(buttons.map((button) => [toButton(button), button]));
        box.buttons = [...(step.back === "shown" ? [vscode.QuickInputButtons.Back] : []), ...actions.keys()];
      };
      showButtons(step.buttons);
      show(step.message);
      const accept = async (): Promise<void> => {
        box.busy = true;
        box.enabled = false;
        try {
          const accepted = await step.accept(box.value, working.signal);
          if (accepted.kind === "answer") resolve(accepted);
          else {
            show(accepted.message);
            if (accepted.buttons !== undefined) showButtons(accepted.buttons);
          }
        } finally {
          box.busy = false;
          box.enabled = true;
        }
      };
      const press = async (button: BoxButton<T> | undefined): Promise<void> => {
        const answer = await button?.press(open);
        if (answer !== undefined) resolve({ kind: "answer", answer });
      };
      store.add(box.onDidChangeValue((text) => show(step.onType(text))));
      store.add(
        box.onDidAccept(() => {
          if (box.enabled) accept().catch(reject);
        }),
      );
      store.add(
        box.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) {
            resolve({ kind: "back" });
            return;
          }
          press(actions.get(button)).catch(reject);
        }),
      );
      store.add(box.onDidHide(() => resolve({ kind: "closed" })));
      box.show();
    });
  } finally {
    working.abort();
    store.dispose();
  }
}

export interface Choice<T> extends vscode.QuickPickItem {
  /** Absent for separators. */
  readonly answer?: T;
}

export interface ChoiceStep<T> extends StepFrame {
  readonly placeholder: string;
  readonly choices: readonly Choice<T>[];
  /** The choice that is preselected. */
  readonly active?: Choice<T>;
}

/** Asks to pick one of a list; typing filters label, description and detail. */
export async function askChoice<T>(step: ChoiceStep<T>): Promise<StepResult<T>> {
  const store = new DisposableStore();
  const pick = store.add(vscode.window.createQuickPick<Choice<T>>());
  try {
    return await new Promise<StepResult<T>>((resolve) => {
      frame(pick, step);
      pick.placeholder = step.placeholder;
      pick.matchOnDescription = true;
      pick.matchOnDetail = true;
      pick.items = step.choices;
      if (step.active !== undefined) pick.activeItems = [step.active];
      if (step.back === "shown") pick.buttons = [vscode.QuickInputButtons.Back];
      store.add(
        pick.onDidAccept(() => {
          const answer = pick.selectedItems[0]?.answer;
          if (answer !== undefined) resolve({ kind: "answer", answer });
        }),
      );
      store.add(pick.onDidTriggerButton(() => resolve({ kind: "back" })));
      store.add(pick.onDidHide(() => resolve({ kind: "closed" })));
      pick.show();
    });
  } finally {
    store.dispose();
  }
}

function frame(input: vscode.QuickInput, step: StepFrame): void {
  input.title = step.title;
  input.ignoreFocusOut = true;
  if (step.totalSteps > 1) {
    input.step = step.step;
    input.totalSteps = step.totalSteps;
  }
}

const toButton = ({ icon, tooltip }: { readonly icon: string; readonly tooltip: string }): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
});

const severities = {
  error: vscode.InputBoxValidationSeverity.Error,
  warning: vscode.InputBoxValidationSeverity.Warning,
  info: vscode.InputBoxValidationSeverity.Info,
} as const;

const validationMessage = ({ text, severity }: BoxMessage): vscode.InputBoxValidationMessage => ({
  message: text,
  severity: severities[severity],
});
