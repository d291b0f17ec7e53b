import * as l10n from "@vscode/l10n";
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
import { runCommand } from "../../platform/commands.ts";
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
          text: l10n.t(
            "{0} Choose Edit client ID and secret (key icon), then try this code again.",
            credentialWords(error),
          ),
          severity: "error",
        },
        buttons: [editCredentialsButton, ...standardButtons(options)],
      };
    default:
      return { message: { text: advice(error.failure).message, severity: "error" } };
  }
}

/** The likely causes, best first, from what is known here; the server tells no expired code from a used one. */
function codeRejectedWords(
  options: Pick<CodeStepOptions, "attempt" | "clock">,
  fate: "sent" | "accepted" | undefined,
): string {
  const host = loginHost(options.attempt);
  if (fate === "accepted") {
    return l10n.t("{0} does not accept this code: it was used already, and a code works once. Get a new code.", host);
  }
  if (fate === "sent") {
    return l10n.t(
      "{0} does not accept this code. It was sent before, and that try may have used it up. Get a new code.",
      host,
    );
  }
  const openedAt = options.attempt.browserOpenedAt;
  const minutes = openedAt === undefined ? 0 : Math.floor((options.clock.now() - openedAt) / minuteMs);
  return minutes >= 10
    ? l10n.t(
        "{0} does not accept this code. Likely causes: the browser was opened {1} minutes ago, and a code is good for ten; or part of it is missing; or {2} is not registered for this app. Get a new code.",
        host,
        minutes,
        outOfBandRedirectUri,
      )
    : l10n.t(
        "{0} does not accept this code. Likely causes: part of it is missing, it is older than ten minutes, or it was used already; or {1} is not registered for this app. Get a new code.",
        host,
        outOfBandRedirectUri,
      );
}

function describePaste(pasted: PastedCode): BoxMessage | undefined {
  if (pasted.kind === "none")
    return pasted.reason === "tooLong" ? { text: refusal(pasted), severity: "error" } : undefined;
  if (pasted.kind === "refused") return { text: refusal(pasted), severity: "error" };
  const words = {
    whole: undefined,
    address: l10n.t("Found the code in the address."),
    json: l10n.t("Found the code in the JSON text."),
    label: l10n.t("Found the code after its label."),
    text: l10n.t("Found the code in the text."),
    joined: l10n.t("Blanks and line breaks will be left out of the code."),
  }[pasted.from];
  return words === undefined ? undefined : { text: words, severity: "info" };
}

function refusal(pasted: Exclude<PastedCode, { kind: "code" }>): string {
  if (pasted.kind === "refused") {
    return pasted.description === ""
      ? l10n.t('Procore answered "{0}". Open the browser again and choose Allow.', pasted.error)
      : l10n.t(
          'Procore answered "{0}" ({1}). Open the browser again and choose Allow.',
          pasted.error,
          pasted.description,
        );
  }
  return {
    empty: l10n.t("Paste the code that Procore shows after you chose Allow."),
    tooLong: l10n.t("This is too long to be a code. Copy only the code that Procore shows."),
    signInLink: l10n.t(
      "This is the address of the sign-in page. Open it, choose Allow, and paste the code that it shows.",
    ),
    addressWithoutCode: l10n.t(
      "There is no code in this address. Paste the code that Procore shows after you chose Allow.",
    ),
    notACode: l10n.t("There is no code in this text. Paste the code that Procore shows after you chose Allow."),
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
    text: l10n.t("The browser did not open. Choose Copy link above and open it in a browser yourself."),
    severity: "warning",
  };
}

function standardButtons(options: CodeStepOptions): readonly BoxButton<CodeAnswer>[] {
  return [
    {
      icon: "link-external",
      tooltip: l10n.t("Open the browser again"),
      async press(box) {
        box.show(await openBrowser(options));
        return undefined;
      },
    },
    {
      icon: "copy",
      tooltip: l10n.t("Copy link (open it in a private window to sign in as someone else)"),
      async press(box) {
        await vscode.env.clipboard.writeText(linkOf(options));
        noteOpened(options, "copied");
        box.show({
          text: l10n.t("Link copied. Open it in a private window to sign in as someone else."),
          severity: "info",
        });
        return undefined;
      },
    },
    {
      icon: "clippy",
      tooltip: l10n.t("Paste from clipboard"),
      async press(box) {
        const text = await vscode.env.clipboard.readText();
        const pasted = parsePastedCode(text);
        if (pasted.kind === "code") box.value = text.trim();
        else box.show({ text: refusal(pasted), severity: "warning" });
        return undefined;
      },
    },
    {
      icon: "question",
      tooltip: l10n.t("I see an error page"),
      press: async () => await explainErrorPage(options.attempt),
    },
  ];
}

function newCodeButton(options: CodeStepOptions): BoxButton<CodeAnswer> {
  return {
    icon: "refresh",
    tooltip: l10n.t("Get a new code"),
    async press(box) {
      box.value = "";
      box.show(await openBrowser(options));
      return undefined;
    },
  };
}

const editCredentialsButton: BoxButton<CodeAnswer> = {
  icon: "key",
  tooltip: l10n.t("Edit client ID and secret"),
  press: async () => await Promise.resolve<CodeAnswer>({ kind: "editCredentials" }),
};

async function explainErrorPage(attempt: Attempt): Promise<CodeAnswer | undefined> {
  const copy = l10n.t("Copy Redirect URI");
  const edit = l10n.t("Edit Client ID");
  const chosen = await vscode.window.showInformationMessage(
    l10n.t("What does the error page say?"),
    {
      modal: true,
      detail: l10n.t(
        "Redirect URI: add {0} to the app's redirect URIs for {1}, exactly so. The Developer Portal has them under OAuth Credentials.\n\nClient: this client ID does not belong to {2}.\n\nDenied: Deny was chosen instead of Allow.\n\nThen choose Open the browser again.",
        outOfBandRedirectUri,
        plain(attempt.environment.label),
        loginHost(attempt),
      ),
    },
    copy,
    edit,
  );
  if (chosen === copy) await runCommand("procore.copyRedirectUri");
  return chosen === edit ? { kind: "editCredentials" } : undefined;
}
