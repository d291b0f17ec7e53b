import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import type { CompanyId } from "../../core/procore/ids.ts";
import { parsePastedCompanyId } from "../../core/procore/pastedCompanyId.ts";
import type { Connection, Grant, User } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { appOf, newConnection, signingIn, type Attempt } from "./attempt.ts";
import type { CompletionDependencies } from "./completeSignIn.ts";
import type { Drafts } from "./drafts.ts";
import { left, type Place } from "./place.ts";
import { notingReport, type Troubles } from "./troubles.ts";
import { wrongCompanyWords } from "./wrongCompany.ts";

export interface ServiceAccountDependencies extends CompletionDependencies {
  readonly troubles: Troubles;
  readonly drafts: Drafts;
}

/** A service account and its tokens, before anything is stored. */
interface ServiceAccountSignIn {
  readonly attempt: Attempt;
  readonly companyId: CompanyId;
  readonly tokens: TokenSet;
}

/**
 * After the token call: asks who the service account is in its company, and keeps the session. A company that refuses
 * it is told before anything is stored, and leads back to its box; other trouble is told and keeps the session, as for a
 * person. The same app's service account in the same company is one connection, so signing in again replaces its
 * session.
 */
export async function completeServiceAccount(
  deps: ServiceAccountDependencies,
  attempt: Attempt,
  cancelled: AbortSignal,
): Promise<Place> {
  const { serviceTokens: tokens, typedCompany } = attempt;
  const companyId = parsePastedCompanyId(typedCompany);
  if (tokens === undefined || companyId === undefined) throw new Error("The service account was not asked for");
  attempt.serviceTokens = undefined;
  const target = targetOf(deps, { attempt, companyId, tokens });
  let found: Found | undefined;
  try {
    found = await withProgress(
      l10n.t("Asking Procore about company {0}", companyId),
      (signal) => find(deps, { target, tokens }, AbortSignal.any([signal, cancelled])),
      (show) => deps.followWaits(() => target.id, show),
    );
  } catch (error) {
    if (cancelled.aborted) return giveUp(deps, attempt, tokens);
    const words = wrongCompanyWords(error, companyId);
    if (words === undefined || !(error instanceof ProcoreError)) {
      deps.report.failure(error);
    } else {
      notingReport(deps, attempt).told(error, "find a service account in its company");
      // A connection that was never listed has nothing to show: the question is the sign-in's.
      if (deps.connections.get(target.id) === undefined) deps.sent.moveUser(target.id, signingIn(attempt));
      revokeUnused(deps, attempt, tokens);
      return { step: "company", attempt, message: { text: words, severity: "error" } };
    }
  }
  if (cancelled.aborted) return giveUp(deps, attempt, tokens);
  const signedIn = await keep(deps, { target, found, attempt, companyId, tokens });
  deps.drafts.forget(attempt);
  deps.troubles.delete(attempt.environment.id);
  deps.sent.end(attempt);
  return { step: "done", signedIn };
}

/** Cancel Sign In: nothing is stored. */
function giveUp(deps: CompletionDependencies, attempt: Attempt, tokens: TokenSet): Place {
  revokeUnused(deps, attempt, tokens);
  return left;
}

/** Nobody waits for it: the token would end by itself. */
function revokeUnused(
  { report, tokenEndpoint }: Pick<CompletionDependencies, "report" | "tokenEndpoint">,
  attempt: Attempt,
  { accessToken }: TokenSet,
): void {
  report.background(tokenEndpoint.revoke(appOf(attempt), accessToken), "revoke an unused token");
}

interface Found {
  readonly user: User;
  readonly companyName: string | undefined;
}

/**
 * Stores the session and makes its connection the active one; gives its id. Whoever signed in there meanwhile is the
 * same service account.
 */
async function keep(
  deps: CompletionDependencies,
  signIn: ServiceAccountSignIn & { readonly target: Connection; readonly found: Found | undefined },
): Promise<string> {
  const { target, found, attempt, companyId, tokens } = signIn;
  const known = target.grant.kind === "clientCredentials" ? target.grant.companyName : undefined;
  const grant: Grant = { kind: "clientCredentials", companyId, companyName: found?.companyName ?? known };
  const user = found?.user ?? target.user;
  let signedIn: string | undefined;
  while (signedIn === undefined) {
    const place = { ...targetOf(deps, signIn), grant, user };
    signedIn = await deps.sessions.begin(place, tokens, appOf(attempt).clientSecret);
  }
  deps.sent.moveUser(target.id, signedIn);
  await deps.connections.activate(signedIn);
  deps.sent.claim(signingIn(attempt), signedIn);
  await vscode.commands.executeCommand("procore.explorer.focus");
  return signedIn;
}

async function find(
  deps: CompletionDependencies,
  { target, tokens }: { readonly target: Connection; readonly tokens: TokenSet },
  signal: AbortSignal,
): Promise<Found> {
  const user = await deps.identify(target, tokens.accessToken, signal);
  return { user, companyName: await deps.companyName(target, tokens.accessToken, signal) };
}

function targetOf(
  { connections, clock }: CompletionDependencies,
  { attempt, companyId, tokens }: ServiceAccountSignIn,
): Connection {
  const { clientId, environment } = attempt;
  const known = connections.current.connections.find(
    (item) =>
      item.environment.id === environment.id &&
      item.clientId === clientId &&
      item.grant.kind === "clientCredentials" &&
      item.grant.companyId === companyId,
  );
  const grant: Grant = { kind: "clientCredentials", companyId, companyName: undefined };
  const kept = known ?? newConnection(attempt, grant, clock.now());
  return { ...kept, origins: environment.origins, clockSkewMs: tokens.clockSkewMs };
}
