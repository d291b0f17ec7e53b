import * as vscode from "vscode";
import type { Clock } from "../../core/clock.ts";
import { minuteMs } from "../../core/clock.ts";
import { advice, ProcoreError } from "../../core/errors.ts";
import { authorizationUrl, outOfBandRedirectUri } from "../../core/oauth/authorizationUrl.ts";
import { parsePastedCode, type PastedCode } from "../../core/oauth/pastedCode.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import { plain } from "../../core/plain.ts";
import { Secret } from "../../core/secret.ts";
import { authorizationRecord } from "../../core/sent/authorizationRecord.ts";
import type { SentRecords } from "../../core/sent/sentRecords.ts";
import { openUrl } from "../../platform/openUrl.ts";
import { askText, type Accepted, type BoxButton, type BoxMessage, type StepResult } from "../../platform/quickInput.ts";
import type { Report } from "../../platform/report.ts";
import { loginHost, signingIn, type Attempt } from "./attempt.ts";
import { credentialWords } from "./credentialSteps.ts";
import { totalSteps } from "./environmentStep.ts";

/** The code was exchanged, or the person wants to mend the keys first. */
export type CodeAnswer = { readonly kind: "tokens"; readonly tokens: TokenSet } | { readonly kind: "editCredentials" };

export interface CodeStepOptions {
  readonly title: string;
  readonly attempt: Attempt;
  readonly clock: Clock;
  /** What this window did with a code before. */
  readonly fateOf: (code: Secret) => "sent" | "accepted" | undefined;
  readonly report: Pick<Report, "told">;
  readonly sent: SentRecords;
  readonly exchange: (code: Secret) => Promise<TokenSet>;
}

/**
 * Last step: takes the authorization code. The box stays open until a code was accepted; no clock of ours refuses one,
 * because only Procore knows when it showed the code.
 */
export async function askCode(options: CodeStepOptions): Promise<StepResult<CodeAnswer>> {
  const { attempt } = options;
  const message = attempt.browserOpenedFor === attempt.clientId ? undefined : await openBrowser(options);
  return await askText<CodeAnswer>({
    title: options.title,
    step: 4,
    totalSteps,
    back: "shown",
    prompt:
      "Choose Allow in the browser, then paste the code that Procore shows. A code is good for ten minutes from when it is shown.",
    placeholder: "Authorization code",
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
  fate: "sent" | "accepted" | undefined,
  error: ProcoreError,
): { readonly message: BoxMessage; readonly buttons?: readonly BoxButton<CodeAnswer>[] } {
  switch (error.failure.kind) {
    case "codeRejected":
      return {
        message: { text: codeRejectedWords(options, fate), severity: "error" },
        buttons: [newCodeButton(options), ...standardButtons(options)],
      };
    case "credentialsRejected":
      return {
        message: {
          text: `${credentialWords(error)} Choose Edit client ID and secret (key icon), then try this code again.`,
          severity: "error",
        },
        buttons: [editCredentialsButton, ...standardButtons(options)],
      };
    default:
      return { message: { text: advice(error.failure).message, severity: "error" } };
  }
}

/** The likely causes, best first, from what is known here; the server tells no expired code from a used one. */
export function codeRejectedWords(
  options: Pick<CodeStepOptions, "attempt" | "clock">,
  fate: "sent" | "accepted" | undefined,
): string {
  const host = loginHost(options.attempt);
  if (fate === "accepted") {
    return `${host} does not accept this code: it was used already, and a code works once. Get a new code.`;
  }
  if (fate === "sent") {
    return `${host} does not accept this code. It was sent before, and that try may have used it up. Get a new code.`;
  }
  const openedAt = options.attempt.browserOpenedAt;
  const minutes = openedAt === undefined ? 0 : Math.floor((options.clock.now() - openedAt) / minuteMs);
  const causes =
    minutes >= 10
      ? `the browser was opened ${minutes} minutes ago, and a code is good for ten; or part of it is missing`
      : "part of it is missing, it is older than ten minutes, or it was used already";
  return `${host} does not accept this code. Likely causes: ${causes}; or ${outOfBandRedirectUri} is not registered for this app. Get a new code.`;
}

function describePaste(pasted: PastedCode): BoxMessage | undefined {
  if (pasted.kind === "none")
    return pasted.reason === "tooLong" ? { text: refusal(pasted), severity: "error" } : undefined;
  if (pasted.kind === "refused") return { text: refusal(pasted), severity: "error" };
  const words = {
    whole: undefined,
    address: "Found the code in the address.",
    json: "Found the code in the JSON text.",
    label: "Found the code after its label.",
    text: "Found the code in the text.",
    joined: "Blanks and line breaks will be left out of the code.",
  }[pasted.from];
  return words === undefined ? undefined : { text: words, severity: "info" };
}

function refusal(pasted: Exclude<PastedCode, { kind: "code" }>): string {
  if (pasted.kind === "refused") {
    const words = pasted.description === "" ? "" : ` (${pasted.description})`;
    return `Procore answered "${pasted.error}"${words}. Open the browser again and choose Allow.`;
  }
  return {
    empty: "Paste the code that Procore shows after you chose Allow.",
    tooLong: "This is too long to be a code. Copy only the code that Procore shows.",
    signInLink: "This is the address of the sign-in page. Open it, choose Allow, and paste the code that it shows.",
    addressWithoutCode: "There is no code in this address. Paste the code that Procore shows after you chose Allow.",
    notACode: "There is no code in this text. Paste the code that Procore shows after you chose Allow.",
  }[pasted.reason];
}

const linkOf = ({ attempt }: CodeStepOptions): string =>
  authorizationUrl({ loginOrigin: attempt.environment.origins.login, clientId: attempt.clientId });

function noteOpened(options: CodeStepOptions, how: "opened" | "copied"): void {
  const { attempt, clock, sent } = options;
  attempt.browserOpenedAt = clock.now();
  attempt.browserOpenedFor = attempt.clientId;
  sent.add(signingIn(attempt), authorizationRecord(linkOf(options), clock.now(), how));
}

async function openBrowser(options: CodeStepOptions): Promise<BoxMessage | undefined> {
  noteOpened(options, "opened");
  if (await openUrl(linkOf(options))) return undefined;
  return {
    text: "The browser did not open. Choose Copy link above and open it in a browser yourself.",
    severity: "warning",
  };
}

function standardButtons(options: CodeStepOptions): readonly BoxButton<CodeAnswer>[] {
  return [
    {
      icon: "link-external",
      tooltip: "Open the browser again",
      async press(box) {
        box.show(await openBrowser(options));
        return undefined;
      },
    },
    {
      icon: "copy",
      tooltip: "Copy link (open it in a private window to sign in as someone else)",
      async press(box) {
        await vscode.env.clipboard.writeText(linkOf(options));
        noteOpened(options, "copied");
        box.show({ text: "Link copied. Open it in a private window to sign in as someone else.", severity: "info" });
        return undefined;
      },
    },
    {
      icon: "clippy",
      tooltip: "Paste from clipboard",
      async press(box) {
        const text = await vscode.env.clipboard.readText();
        const pasted = parsePastedCode(text);
        if (pasted.kind === "code") box.value = text.trim();
        else box.show({ text: refusal(pasted), severity: "warning" });
        return undefined;
      },
    },
    { icon: "question", tooltip: "I see an error page", press: async () => await explainErrorPage(options.attempt) },
  ];
}

function newCodeButton(options: CodeStepOptions): BoxButton<CodeAnswer> {
  return {
    icon: "refresh",
    tooltip: "Get a new code",
    async press(box) {
      box.value = "";
      box.show(await openBrowser(options));
      return undefined;
    },
  };
}

const editCredentialsButton: BoxButton<CodeAnswer> = {
  icon: "key",
  tooltip: "Edit client ID and secret",
  press: async () => await Promise.resolve<CodeAnswer>({ kind: "editCredentials" }),
};

async function explainErrorPage(attempt: Attempt): Promise<CodeAnswer | undefined> {
  const chosen = await vscode.window.showInformationMessage(
    "What does the error page say?",
    {
      modal: true,
      detail: `Redirect URI: add ${outOfBandRedirectUri} to the app's redirect URIs for ${plain(attempt.environment.label)}, exactly so. The Developer Portal has them under OAuth Credentials.\n\nClient: this client ID does not belong to ${loginHost(attempt)}.\n\nDenied: Deny was chosen instead of Allow.\n\nThen choose Open the browser again.`,
    },
    "Copy Redirect URI",
    "Edit Client ID",
  );
  if (chosen === "Copy Redirect URI") await vscode.env.clipboard.writeText(outOfBandRedirectUri);
  return chosen === "Edit Client ID" ? { kind: "editCredentials" } : undefined;
}
