import * as vscode from "vscode";
import { advice, ProcoreError } from "../../core/errors.ts";
import { outOfBandRedirectUri } from "../../core/oauth/authorizationUrl.ts";
import { parsePastedCredentials } from "../../core/oauth/pastedCredentials.ts";
import { isProcoreHost } from "../../core/procore/customEnvironments.ts";
import { Secret } from "../../core/secret.ts";
import { openUrl } from "../../platform/openUrl.ts";
import { askText, type Accepted, type BoxButton, type BoxMessage, type StepResult } from "../../platform/quickInput.ts";
import { shortClientId } from "../connections.ts";
import { loginHost, type Attempt } from "./attempt.ts";
import { totalSteps } from "./environmentStep.ts";

/** `both`: ID and secret were pasted together; `localSandbox`: the person has no app and tries without one. */
export type CredentialAnswer = "next" | "both" | "localSandbox";

export interface CredentialStepOptions {
  readonly title: string;
  readonly attempt: Attempt;
  readonly back: "shown" | "hidden";
  readonly message?: BoxMessage;
}

const portalUrl = "https://developers.procore.com/developers";
const signUpUrl = "https://developers.procore.com/signup";

/** Second step. Fills `attempt.clientId`, and the secret too when both were pasted. */
export async function askClientId(options: CredentialStepOptions): Promise<StepResult<CredentialAnswer>> {
  const { attempt } = options;
  return await askText<CredentialAnswer>({
    ...frame(options, 2),
    prompt: `Client ID of your app for ${hostWords(attempt)}. You can paste ID and secret together.`,
    placeholder: "Client ID",
    value: attempt.clientId,
    masked: "no",
    onType(text) {
      const both = parsePastedCredentials(text);
      // A secret that was pasted along is not kept as the text of the box.
      if (both.clientSecret === undefined) attempt.clientId = text.trim();
      return both.clientId !== undefined && both.clientSecret !== undefined
        ? info("Client ID and secret recognised. Press Enter to go on.")
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
  const id = clientId ?? text.trim();
  if (id === "") return stay("Enter the client ID of your app. The Developer Portal shows it under OAuth Credentials.");
  if (/\s/u.test(id))
    return stay("A client ID has no blanks. Paste it alone, or ID and secret with a space between them.");
  if (clientSecret !== undefined) return stay("This is a client secret. Paste the client ID here, or both together.");
  attempt.clientId = id;
  return { kind: "answer", answer: "next" };
}

/** Third step. `check` tries the keys while the box is busy; a refusal keeps the box open with its reason. */
export async function askClientSecret(
  options: CredentialStepOptions & { readonly check: (attempt: Attempt, signal: AbortSignal) => Promise<void> },
): Promise<StepResult<CredentialAnswer>> {
  const { attempt } = options;
  return await askText<CredentialAnswer>({
    ...frame(options, 3),
    prompt: `Client secret of your app for ${hostWords(attempt)}. It is kept in the editor's secret storage.`,
    placeholder: "Client secret",
    value: attempt.clientSecret?.reveal() ?? "",
    masked: "yes",
    onType(text) {
      attempt.clientSecret = text.trim() === "" ? undefined : new Secret(text.trim());
      return undefined;
    },
    async accept(text, signal) {
      const problem = takeClientSecret(attempt, text);
      if (problem !== undefined) return stay(problem);
      try {
        await options.check(attempt, signal);
        return { kind: "answer", answer: "next" };
      } catch (error) {
        if (error instanceof ProcoreError) return stay(credentialWords(error, attempt));
        throw error;
      }
    },
  });
}

const sameText = "Client ID and client secret are the same text. Copy each from its own field.";

function takeClientSecret(attempt: Attempt, text: string): string | undefined {
  const both = parsePastedCredentials(text);
  const secret = both.clientSecret ?? new Secret(text.trim());
  const value = secret.reveal();
  if (value === "")
    return "Enter the client secret of your app. The Developer Portal shows it under OAuth Credentials.";
  if (/\s/u.test(value))
    return "A client secret has no blanks. Paste it alone, or ID and secret with a space between them.";
  const clientId = both.clientId ?? attempt.clientId;
  if (value === clientId) return sameText;
  attempt.clientId = clientId;
  attempt.clientSecret = secret;
  return undefined;
}

/** Refused keys, with what is most often the matter. */
export function credentialWords(error: ProcoreError, attempt: Attempt): string {
  const words = advice(error.failure).message;
  if (error.failure.kind !== "credentialsRejected") return words;
  return `${words} Check also that they are not swapped: the client ID was ${shortClientId(attempt.clientId)}.`;
}

export function hostWords(attempt: Attempt): string {
  const { environment } = attempt;
  const foreign = environment.kind === "custom" && !isProcoreHost(environment.origins.login);
  return `${environment.label} (${loginHost(attempt)}${foreign ? ", not a Procore host" : ""})`;
}

function frame(options: CredentialStepOptions, step: number) {
  const { title, back, message, attempt } = options;
  return {
    title,
    step,
    totalSteps,
    back,
    buttons: [whereButton(attempt), noAppButton],
    ...(message === undefined ? {} : { message }),
  };
}

function whereButton(attempt: Attempt): BoxButton<CredentialAnswer> {
  return {
    icon: "question",
    tooltip: "Where do I find this?",
    async press() {
      const section =
        attempt.environment.id === "development-sandbox" ? "Sandbox OAuth Credentials" : "Production OAuth Credentials";
      const chosen = await vscode.window.showInformationMessage(
        `You find both in Procore's Developer Portal: My Apps > your app > OAuth Credentials > ${section}. Add the redirect URI ${outOfBandRedirectUri} there, too.`,
        "Open Developer Portal",
      );
      if (chosen !== undefined) await openUrl(portalUrl);
      return undefined;
    },
  };
}

const noAppButton: BoxButton<CredentialAnswer> = {
  icon: "add",
  tooltip: "I have no app yet",
  async press() {
    const chosen = await vscode.window.showInformationMessage(
      "Create an app in Procore's Developer Portal, add the User Level Authentication component and create a version. Until then, the Local Sandbox shows everything without an account.",
      "Use Local Sandbox",
      "Create an Account",
    );
    if (chosen === "Create an Account") await openUrl(signUpUrl);
    return chosen === "Use Local Sandbox" ? "localSandbox" : undefined;
  },
};

const stay = (text: string): { readonly kind: "stay"; readonly message: BoxMessage } => ({
  kind: "stay",
  message: { text, severity: "error" },
});
const info = (text: string): BoxMessage => ({ text, severity: "info" });
