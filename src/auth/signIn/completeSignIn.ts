import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../../core/clock.ts";
import type { FollowWaits } from "../../core/http/pacing/followWaits.ts";
import type { TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import type { Secret } from "../../core/secret.ts";
import type { SentRecords } from "../../core/sent/sentRecords.ts";
import type { Connection, Grant, User } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { askChoice } from "../../platform/quickInput.ts";
import type { Report } from "../../platform/report.ts";
import type { Connections } from "../connections.ts";
import type { Sessions } from "../sessions.ts";
import type { SignedIn } from "../tokenKeeping.ts";
import { appOf, newConnection, signingIn, type Attempt } from "./attempt.ts";

export interface CompletionDependencies {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly tokenEndpoint: TokenEndpoint;
  readonly clock: Clock;
  readonly followWaits: FollowWaits;
  /** What this window sent: a sign-in's requests become those of its connection. */
  readonly sent: SentRecords;
  readonly report: Report;
  /** GET /me with tokens that may not be stored yet. */
  readonly identify: (connection: Connection, accessToken: Secret, signal: AbortSignal) => Promise<User>;
  /** What a service account's company is called, asked likewise. */
  readonly companyName: (
    connection: Connection,
    accessToken: Secret,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
}

/**
 * After the exchange: stores the session, learns who it belongs to, makes it this window's active connection and shows
 * the companies. Where the connection was another user's, nothing is stored before the person chose. Gives the id of the
 * connection that has the session; undefined when the person kept what was there.
 */
export async function completeSignIn(
  deps: CompletionDependencies,
  attempt: Attempt,
  tokens: TokenSet,
): Promise<string | undefined> {
  const target = targetOf(deps, attempt, tokens);
  const signedIn =
    sameAppOf(deps, target).length === 0
      ? await keepAtOnce(deps, target, { tokens, clientSecret: appOf(attempt).clientSecret })
      : await keepForUser(deps, { attempt, tokens, target });
  if (signedIn === undefined) return undefined;
  deps.sent.claim(signingIn(attempt), signedIn);
  await vscode.commands.executeCommand("procore.explorer.focus");
  return signedIn;
}

/** Nobody's session is in the way: keeps the new one, and then asks who it belongs to. */
async function keepAtOnce(
  deps: CompletionDependencies,
  target: Connection,
  { tokens, clientSecret }: SignedIn,
): Promise<string> {
  const { sessions, connections } = deps;
  const signedIn = await sessions.begin(target, tokens, clientSecret);
  if (signedIn === undefined) throw new Error("Nobody else can have signed in to a connection that is in no list");
  await connections.activate(signedIn);
  const user = await identify(deps, target, tokens);
  if (user !== undefined) await connections.change(signedIn, { user });
  return signedIn;
}

/** Asks who signed in, and keeps the session where that user's belongs; undefined when the person kept what was there. */
async function keepForUser(
  deps: CompletionDependencies,
  asked: { readonly attempt: Attempt; readonly tokens: TokenSet; readonly target: Connection },
): Promise<string | undefined> {
  const { sessions, connections, sent } = deps;
  const { attempt, tokens, target } = asked;
  const { clientSecret } = appOf(attempt);
  const user = await identify(deps, target, tokens);
  let signedIn: string | undefined;
  // Somebody may sign in there while the person chooses: then it is looked again whose session it is.
  while (signedIn === undefined) {
    const place = await choosePlace(deps, { attempt, target: targetOf(deps, attempt, tokens), user });
    if (place === undefined) {
      sent.moveUser(target.id, undefined);
      await discardNew(deps, target, { tokens, clientSecret });
      return undefined;
    }
    signedIn = await sessions.begin({ ...place, user }, tokens, clientSecret);
  }
  sent.moveUser(target.id, signedIn);
  await connections.activate(signedIn);
  return signedIn;
}

/** The connections that a person may mean who signs in to this one. */
const sameAppOf = ({ connections }: CompletionDependencies, target: Connection): readonly Connection[] =>
  connections.current.connections.filter(
    (item) =>
      item.environment.id === target.environment.id &&
      item.clientId === target.clientId &&
      // The same app's service account is another connection.
      item.grant.kind === target.grant.kind,
  );

const person: Grant = { kind: "authorizationCode" };

/**
 * A session is bound to the client ID that got it: another ID makes another connection. So does a connection that was
 * removed while the dialogue was open, because other windows may still have what was before under its id.
 */
function targetOf({ connections, clock }: CompletionDependencies, attempt: Attempt, tokens: TokenSet): Connection {
  const { connection, clientId, environment } = attempt;
  // As it is now: somebody may have signed it in, or out, while the dialogue was open.
  const listed = connection === undefined ? undefined : connections.get(connection.id);
  const kept = listed?.clientId === clientId ? listed : newConnection(attempt, person, clock.now());
  return { ...kept, origins: environment.origins, clockSkewMs: tokens.clockSkewMs };
}

/** A failed `/me` keeps the session: it is told, and the user's name is missing until a later sign-in. */
async function identify(
  deps: CompletionDependencies,
  connection: Connection,
  tokens: TokenSet,
): Promise<User | undefined> {
  try {
    return await withProgress(
      l10n.t("Signed in. Asking Procore who you are"),
      (signal) => deps.identify(connection, tokens.accessToken, signal),
      (show) => deps.followWaits(() => connection.id, show),
    );
  } catch (error) {
    deps.report.failure(error);
    return undefined;
  }
}

/** The person keeps the old session; the new one must not live on at the server. */
async function discardNew(
  deps: CompletionDependencies,
  target: Connection,
  { tokens, clientSecret }: SignedIn,
): Promise<void> {
  try {
    // Without a signal: a pair whose end was asked for is ended, whoever waits.
    const ended = await withProgress(l10n.t("Ending the new session"), async () => {
      await deps.sessions.discard(target, tokens, clientSecret);
      return "ended" as const;
    });
    if (ended !== undefined)
      vscode.window.setStatusBarMessage(l10n.t("Kept the session you had; the new one was ended"), 5_000);
  } catch (error) {
    deps.report.failure(error);
  }
}

/** Which connection the new session belongs to; undefined when the person keeps what was there. */
async function choosePlace(
  deps: CompletionDependencies,
  choice: {
    readonly attempt: Attempt;
    readonly target: Connection;
    readonly user: User | undefined;
  },
): Promise<Connection | undefined> {
  const { attempt, target, user } = choice;
  const match = sameAppOf(deps, target).find((item) => user !== undefined && item.user?.id === user.id);
  if (match !== undefined) return { ...match, origins: target.origins };
  const before = target.user;
  const isLive = target.session.kind === "active";
  if (before === undefined || (user === undefined && !isLive)) return target;
  // Nobody knows who signed in: then a session that works is not replaced unasked either.
  const who = user?.login ?? l10n.t("a user whose name is not known");
  const result = await askChoice<"use" | "keep" | "own">({
    title: l10n.t("You signed in as {0}. This connection belonged to {1}.", who, before.login),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("Which user should this connection have?"),
    choices: [
      { label: l10n.t("Use {0} here", who), description: l10n.t("replaces the session that was there"), answer: "use" },
      { label: l10n.t("Keep {0}", before.login), description: l10n.t("the new session is revoked"), answer: "keep" },
      { label: l10n.t("Add {0} as a connection of its own", who), answer: "own" },
    ],
  });
  if (result.kind !== "answer" || result.answer === "keep") return undefined;
  return result.answer === "use" ? target : newConnection(attempt, person, deps.clock.now());
}
