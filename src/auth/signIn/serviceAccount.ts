import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import type { CompanyId } from "../../core/procore/ids.ts";
import type { Connection, Grant, User } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { appOf, newConnection, signingIn, type Attempt } from "./attempt.ts";
import type { CompletionDependencies } from "./completeSignIn.ts";
import { wrongCompanyWords } from "./wrongCompany.ts";

/** How it ended; the words say which company was refused and what to do. */
export type ServiceAccountOutcome =
  { readonly kind: "done"; readonly connectionId: string } | { readonly kind: "wrongCompany"; readonly words: string };

/** A service account and its tokens, before anything is stored. */
export interface ServiceAccountSignIn {
  readonly attempt: Attempt;
  readonly companyId: CompanyId;
  readonly tokens: TokenSet;
}

/**
 * After the token call: asks who the service account is in its company, and keeps the session. A company that refuses
 * it is told before anything is stored; other trouble is told and keeps the session, as for a person. The same app's
 * service account in the same company is one connection, so signing in again replaces its session.
 */
export async function completeServiceAccount(
  deps: CompletionDependencies,
  signIn: ServiceAccountSignIn,
): Promise<ServiceAccountOutcome> {
  const { attempt, companyId, tokens } = signIn;
  const target = targetOf(deps, signIn);
  let found: Found | undefined;
  try {
    found = await withProgress(
      l10n.t("Asking Procore about company {0}", companyId),
      (signal) => find(deps, { target, tokens }, signal),
      (show) => deps.followWaits(() => target.id, show),
    );
  } catch (error) {
    const words = wrongCompanyWords(error, companyId);
    if (words === undefined || !(error instanceof ProcoreError)) {
      deps.report.failure(error);
    } else {
      deps.report.told(error, "find a service account in its company");
      // Nobody waits for it: the token would end by itself.
      deps.report.background(deps.tokenEndpoint.revoke(appOf(attempt), tokens.accessToken), "revoke an unused token");
      return { kind: "wrongCompany", words };
    }
  }
  const known = target.grant.kind === "clientCredentials" ? target.grant.companyName : undefined;
  const grant: Grant = { kind: "clientCredentials", companyId, companyName: found?.companyName ?? known };
  const connection = { ...target, grant, user: found?.user ?? target.user };
  await deps.sessions.begin(connection, tokens, appOf(attempt).clientSecret);
  await deps.connections.activate(connection.id);
  deps.sent.claim(signingIn(attempt), connection.id);
  await vscode.commands.executeCommand("procore.explorer.focus");
  return { kind: "done", connectionId: connection.id };
}

interface Found {
  readonly user: User;
  readonly companyName: string | undefined;
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
