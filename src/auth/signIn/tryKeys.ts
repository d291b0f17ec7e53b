import * as l10n from "@vscode/l10n";
import type { Clock } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import type { TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import { withProgress } from "../../platform/cancellation.ts";
import type { Report } from "../../platform/report.ts";
import { toldInBox } from "./adviceButtons.ts";
import { appOf, loginHost, type Attempt } from "./attempt.ts";
import { askClientId, askClientSecret, credentialWords, type CredentialAnswer } from "./credentialSteps.ts";
import { titleOf, totalSteps } from "./environmentStep.ts";
import { left, type AttemptPlace, type Place } from "./place.ts";
import { notingReport, type Troubles } from "./troubles.ts";

export interface KeyDependencies {
  readonly tokenEndpoint: Pick<TokenEndpoint, "checkCredentials" | "clientCredentials">;
  readonly report: Report;
  readonly troubles: Troubles;
  readonly clock: Clock;
}

/** Asks for the client ID or the client secret; the box of the secret tries both before it closes. */
export async function askKey(
  deps: KeyDependencies,
  step: "clientId" | "clientSecret",
  { attempt, message, buttons }: AttemptPlace,
): Promise<Place> {
  const options = {
    title: titleOf(attempt),
    // A service account has its company in front of them, and no code behind.
    step: (step === "clientId" ? 2 : 3) + (attempt.account === "clientCredentials" ? 1 : 0),
    totalSteps,
    attempt,
    back: "shown" as const,
    ...(message === undefined ? {} : { message }),
    ...(buttons === undefined ? {} : { buttons }),
  };
  const check = (signal: AbortSignal): Promise<void> => checkKeys(deps, attempt, signal);
  const result =
    step === "clientId"
      ? await askClientId(options)
      : await askClientSecret({ ...options, check, report: notingReport(deps, attempt) });
  if (result.kind === "closed") return left;
  if (result.kind === "back") return step === "clientId" ? beforeClientId(attempt) : { step: "clientId", attempt };
  return afterKey(attempt, step, result.answer);
}

/**
 * Tries the keys outside a box, when they were known already or pasted together. `cancelled`: by Cancel Sign In, which
 * ends the call and the dialogue.
 */
export async function tryKeys(deps: KeyDependencies, attempt: Attempt, cancelled: AbortSignal): Promise<Place> {
  try {
    const work = async (signal: AbortSignal): Promise<"checked"> => {
      await checkKeys(deps, attempt, AbortSignal.any([signal, cancelled]));
      return "checked";
    };
    const checked = await withProgress(l10n.t("Checking client ID and secret with {0}", loginHost(attempt)), work);
    return checked === undefined ? left : afterCheck(attempt);
  } catch (error) {
    if (cancelled.aborted) return left;
    // The Local Sandbox has no keys to mend; everybody else reads it in the box, where Enter tries again.
    if (!(error instanceof ProcoreError) || attempt.environment.kind === "local") throw error;
    notingReport(deps, attempt).told(error, "try client ID and secret");
    return { step: "clientSecret", attempt, ...toldInBox(attempt, error, credentialWords(error)) };
  }
}

async function checkKeys({ tokenEndpoint }: KeyDependencies, attempt: Attempt, signal: AbortSignal): Promise<void> {
  if (attempt.account === "authorizationCode") await tokenEndpoint.checkCredentials(appOf(attempt), signal);
  // No other call is as harmless: it spends nothing, and its token is the session.
  else attempt.serviceTokens = await tokenEndpoint.clientCredentials(appOf(attempt), signal);
}

const beforeClientId = (attempt: Attempt): Place =>
  attempt.account === "clientCredentials" ? { step: "company", attempt } : { step: "environment" };

/** The keys are good: a person goes on in the browser, a service account has its tokens by now. */
const afterCheck = (attempt: Attempt): Place => ({
  step: attempt.account === "clientCredentials" ? "serviceAccount" : "code",
  attempt,
});

function afterKey(attempt: Attempt, step: "clientId" | "clientSecret", answer: CredentialAnswer): Place {
  if (answer === "both") return { step: "check", attempt };
  return step === "clientId" ? { step: "clientSecret", attempt } : afterCheck(attempt);
}
