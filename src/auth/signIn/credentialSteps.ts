import * as l10n from "@vscode/l10n";
import { advice, ProcoreError } from "../../core/errors.ts";
import { parsePastedCredentials } from "../../core/oauth/pastedCredentials.ts";
import { isProcoreHost } from "../../core/procore/customEnvironments.ts";
import { Secret } from "../../core/secret.ts";
import { askText, type Accepted, type BoxButton, type BoxMessage, type StepResult } from "../../platform/quickInput.ts";
import type { Report } from "../../platform/report.ts";
import { toldInBox } from "./adviceButtons.ts";
import type { Attempt } from "./attempt.ts";
import { noAppButton, whereButton } from "./credentialHelp.ts";

/** `both`: ID and secret were pasted together into the first box. */
export type CredentialAnswer = "next" | "both";

export interface CredentialStepOptions {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly attempt: Attempt;
  readonly back: "shown" | "hidden";
  readonly message?: BoxMessage;
  /** Before those that the box always has. */
  readonly buttons?: readonly BoxButton<never>[];
}

/** Second step. Fills `attempt.clientId`, and the secret too when both were pasted. */
export async function askClientId(options: CredentialStepOptions): Promise<StepResult<CredentialAnswer>> {
  const { attempt } = options;
  return await askText<CredentialAnswer>({
    ...frame(options),
    prompt: l10n.t("Client ID of your app for {0}. You can paste ID and secret together.", hostWords(attempt)),
    placeholder: l10n.t("Client ID"),
    value: attempt.clientId,
    masked: "no",
    onType(text) {
      const both = parsePastedCredentials(text);
      // A secret that was pasted along is not kept as the text of the box.
      if (both.clientSecret === undefined && text.length <= longestValue) attempt.clientId = text.trim();
      return both.clientId !== undefined && both.clientSecret !== undefined
        ? info(l10n.t("Client ID and secret recognised. Press Enter to go on."))
        : undefined;
    },
    accept: async (text) => acceptClientId(attempt, text),
  });
}

function acceptClientId(attempt: Attempt, text: string): Accepted<CredentialAnswer> {
  const { clientId, clientSecret } = parsePastedCredentials(text);
  if (clientId !== undefined && clientSecret !== undefined) {
    if (clientSecret.reveal() === clientId) return stay(sameText);
    attempt.clientId = clientId;
    attempt.clientSecret = clientSecret;
    return { kind: "answer", answer: "both" };
  }
  const id = clientId ?? unquote(text);
  if (id.length > longestValue) return stay(l10n.t("This is too long to be a client ID. Copy only the ID."));
  if (id === "")
    return stay(l10n.t("Enter the client ID of your app. The Developer Portal shows it under OAuth Credentials."));
  if (/\s/u.test(id))
    return stay(l10n.t("A client ID has no blanks. Paste it alone, or ID and secret with a space between them."));
  if (clientSecret !== undefined)
    return stay(l10n.t("This is a client secret. Paste the client ID here, or both together."));
  attempt.clientId = id;
  return { kind: "answer", answer: "next" };
}

/** Third step. `check` tries the keys while the box is busy; a refusal keeps the box open with its reason. */
export async function askClientSecret(
  options: CredentialStepOptions & {
    readonly check: (signal: AbortSignal) => Promise<void>;
    readonly report: Pick<Report, "told">;
  },
): Promise<StepResult<CredentialAnswer>> {
  const { attempt } = options;
  return await askText<CredentialAnswer>({
    ...frame(options),
    prompt: l10n.t("Client secret of your app for {0}. It is kept in the editor's secret storage.", hostWords(attempt)),
    placeholder: l10n.t("Client secret"),
    value: attempt.clientSecret?.reveal() ?? "",
    masked: "yes",
    onType(text) {
      const kept = text.trim() !== "" && text.length <= longestValue;
      attempt.clientSecret = kept ? new Secret(text.trim()) : undefined;
      return undefined;
    },
    async accept(text, signal) {
      const problem = takeClientSecret(attempt, text);
      if (problem !== undefined) return stay(problem);
      try {
        await options.check(signal);
        return { kind: "answer", answer: "next" };
      } catch (error) {
        if (!(error instanceof ProcoreError)) throw error;
        options.report.told(error, "try client ID and secret");
        const { message, buttons } = toldInBox(attempt, error, credentialWords(error));
        return { kind: "stay", message, buttons: [...buttons, ...standardButtons(attempt)] };
      }
    },
  });
}

// Far above any ID or secret, far below what an address can hold.
const longestValue = 500;

const unquote = (text: string): string => text.trim().replace(/^["'`]+|["'`]+$/gu, "");

const sameText = l10n.t("Client ID and client secret are the same text. Copy each from its own field.");

function takeClientSecret(attempt: Attempt, text: string): string | undefined {
  const both = parsePastedCredentials(text);
  const secret = both.clientSecret ?? new Secret(unquote(text));
  const value = secret.reveal();
  if (value.length > longestValue) return l10n.t("This is too long to be a client secret. Copy only the secret.");
  if (value === "")
    return l10n.t("Enter the client secret of your app. The Developer Portal shows it under OAuth Credentials.");
  if (/\s/u.test(value))
    return l10n.t("A client secret has no blanks. Paste it alone, or ID and secret with a space between them.");
  const clientId = both.clientId ?? attempt.clientId;
  if (value === clientId) return sameText;
  attempt.clientId = clientId;
  attempt.clientSecret = secret;
  return undefined;
}

/** Refused keys, with what is most often the matter. */
export function credentialWords(error: ProcoreError): string {
  const words = advice(error.failure).message;
  if (error.failure.kind !== "credentialsRejected") return words;
  return l10n.t("{0} Check also that they are not swapped.", words);
}

function hostWords(attempt: Attempt): string {
  const { environment } = attempt;
  const { login, api } = environment.origins;
  const hosts = [...new Set([login, ...(isProcoreHost(api) ? [] : [api])])].map((origin) =>
    isProcoreHost(origin) ? new URL(origin).host : l10n.t("{0}, not a Procore host", new URL(origin).host),
  );
  return `${environment.label} (${hosts.join("; API: ")})`;
}

const standardButtons = (attempt: Attempt): readonly BoxButton<never>[] => [whereButton(attempt), noAppButton(attempt)];

function frame({ title, step, totalSteps, back, message, buttons = [], attempt }: CredentialStepOptions) {
  return {
    title,
    step,
    totalSteps,
    back,
    buttons: [...buttons, ...standardButtons(attempt)],
    ...(message === undefined ? {} : { message }),
  };
}

const stay = (text: string): { readonly kind: "stay"; readonly message: BoxMessage } => ({
  kind: "stay",
  message: { text, severity: "error" },
});
const info = (text: string): BoxMessage => ({ text, severity: "info" });
