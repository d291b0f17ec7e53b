import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../../core/errors.ts";
import { parsePastedCode } from "../../core/oauth/pastedCode.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import { Secret } from "../../core/secret.ts";
import { askText, type Accepted, type BoxButton, type BoxMessage, type StepResult } from "../../platform/quickInput.ts";
import { toldInBox } from "./adviceButtons.ts";
import {
  editCredentialsButton,
  newCodeButton,
  standardButtons,
  type CodeAnswer,
  type CodeButtonOptions,
} from "./codeButtons.ts";
import { codeRejectedWords, describePaste, refusal, type CodeFate } from "./codeWords.ts";
import { credentialWords } from "./credentialSteps.ts";
import { titleOf, totalSteps } from "./environmentStep.ts";
import { openBrowser } from "./openBrowser.ts";

export interface CodeStepOptions extends CodeButtonOptions {
  readonly fateOf: (code: Secret) => CodeFate;
  readonly exchange: (code: Secret) => Promise<TokenSet>;
  /** Aborted by Cancel Sign In. */
  readonly cancelled: AbortSignal;
}

/**
 * Last step: takes the authorization code. The box stays open until a code was accepted; no clock of ours refuses one,
 * because only Procore knows when it showed the code.
 */
export async function askCode(options: CodeStepOptions): Promise<StepResult<CodeAnswer>> {
  const { attempt } = options;
  const message = attempt.browserOpenedFor === attempt.clientId ? undefined : await openBrowser(options);
  // Given up while the editor asked whether it may open the browser.
  if (options.cancelled.aborted) return { kind: "closed" };
  return await askText<CodeAnswer>({
    title: titleOf(attempt),
    step: 4,
    totalSteps,
    back: "shown",
    prompt: l10n.t(
      "Choose Allow in the browser, then paste the code that Procore shows. A code is good for ten minutes from when it is shown.",
    ),
    placeholder: l10n.t("Authorization code"),
    value: attempt.typedCode?.reveal() ?? "",
    masked: "no",
    buttons: standardButtons(options),
    ...(message === undefined ? {} : { message }),
    onType(text) {
      attempt.typedCode = text === "" ? undefined : new Secret(text);
      return describePaste(parsePastedCode(text));
    },
    accept: (text) => acceptCode(options, text),
  });
}

async function acceptCode(options: CodeStepOptions, text: string): Promise<Accepted<CodeAnswer>> {
  const pasted = parsePastedCode(text);
  if (pasted.kind !== "code") return { kind: "stay", message: { text: refusal(pasted), severity: "error" } };
  const fate = options.fateOf(pasted.code);
  try {
    const tokens = await options.exchange(pasted.code);
    return { kind: "answer", answer: { kind: "tokens", tokens } };
  } catch (error) {
    if (!(error instanceof ProcoreError)) throw error;
    options.report.told(error, "exchange an authorization code");
    return { kind: "stay", ...exchangeTrouble(options, fate, error) };
  }
}

function exchangeTrouble(
  options: CodeStepOptions,
  fate: CodeFate,
  error: ProcoreError,
): { readonly message: BoxMessage; readonly buttons?: readonly BoxButton<CodeAnswer>[] } {
  switch (error.failure.kind) {
    case "codeRejected":
      return {
        message: { text: codeRejectedWords(options.attempt, fate, options.clock.now()), severity: "error" },
        buttons: [newCodeButton(options), ...standardButtons(options)],
      };
    case "credentialsRejected":
      return {
        message: {
          text: l10n.t(
            "{0} Choose Edit client ID and secret (key icon), then try this code again.",
            credentialWords(error),
          ),
          severity: "error",
        },
        buttons: [editCredentialsButton, ...standardButtons(options)],
      };
    default: {
      const { message, buttons } = toldInBox(options.attempt, error);
      return { message, buttons: [...buttons, ...standardButtons(options)] };
    }
  }
}
