import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { hourMs, secondMs } from "../clock.ts";
import { type Failure, type Instead, ProcoreError } from "../errors.ts";
import { apiFailure, notTheApi, redirectTo, replyFacts, webPageOf } from "../http/apiFailure.ts";
import { cleanWords, readErrorBody } from "../http/errorBody.ts";
import type { TimedReply } from "../http/exchange.ts";
import { readChallenge, readClockSkewMs, readServerDate } from "../http/headers.ts";
import { parseJson } from "../parseJson.ts";
import { Secret } from "../secret.ts";
import type { TokenSet } from "./tokenSet.ts";

/** Procore's access tokens live for 90 minutes, should an answer not say it: procore/documentation additional_resources/faq.md */
const documentedLifetimeSeconds = 5_400;

// Beyond the year 9999 is no time but nonsense, and no date can be made of it.
const seconds = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.nonEmpty(), v.toNumber())]),
  v.finite(),
  v.minValue(0),
  v.maxValue(253_402_300_799),
);
const secondsOrNothing = v.optional(v.fallback(v.optional(seconds), undefined));
const timesSchema = v.object({ expires_in: secondsOrNothing, created_at: secondsOrNothing });

/** A success's tokens and times; `created_at` and `expires_in` are in seconds: procore/documentation oauth/oauth_endpoints.md */
export function toTokenSet(
  answer: { readonly access_token: string; readonly refresh_token?: string | undefined },
  timed: TimedReply,
): TokenSet {
  const times = v.parse(timesSchema, answer);
  const { headers } = timed.reply;
  const lifetimeMs = (times.expires_in ?? documentedLifetimeSeconds) * secondMs;
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: answer.refresh_token === undefined ? undefined : new Secret(answer.refresh_token),
    expiresAt: issuedAt(times.created_at, timed) + lifetimeMs,
    lifetimeMs,
    clockSkewMs: readClockSkewMs(headers, timed),
  };
}

/** Epoch ms, the server's time: `created_at` unless the reply's own `Date` shows that it is no time of today. */
function issuedAt(createdAtSeconds: number | undefined, { reply, receivedAt }: TimedReply): number {
  const serverDate = readServerDate(reply.headers);
  if (createdAtSeconds === undefined) return serverDate ?? receivedAt;
  const createdAt = createdAtSeconds * secondMs;
  return serverDate !== undefined && Math.abs(createdAt - serverDate) > 24 * hourMs ? serverDate : createdAt;
}

/** OAuth's error code of a 4xx answer: from its body, else from the challenge that Doorkeeper sends beside it. */
export function readOAuthError({
  reply,
}: TimedReply): { readonly error: string; readonly description: string } | undefined {
  if (reply.status < 400 || reply.status > 499) return undefined;
  const challenge = readChallenge(reply.headers);
  const body = v.safeParse(errorSchema, parseJson(reply.body));
  const error = body.success ? body.output.error : challenge.get("error");
  // RFC 6749 section 5.2 allows more characters; every code that is in use has only these, and none looks like a token.
  if (error === undefined || !/^[\w.-]{1,60}$/u.test(error) || cleanWords(error, 60) !== error) return undefined;
  const description = (body.success ? body.output.error_description : challenge.get("error_description")) ?? "";
  return { error, description: readErrorBody(description).message };
}

const errorSchema = v.object({ error: v.string(), error_description: v.fallback(v.optional(v.string()), undefined) });

/** What `invalid_grant` stands for depends on what was offered. */
export type GrantRefused = Extract<Failure, { kind: "codeRejected" | "signedOut" }>;

/** The failure that a refused token call stands for. */
export function oauthFailure(
  timed: TimedReply,
  app: { readonly environmentLabel: string; readonly loginOrigin: string },
  onInvalidGrant?: GrantRefused,
): ProcoreError {
  const { host } = new URL(app.loginOrigin);
  const { status } = timed.reply;
  const facts = replyFacts(timed);
  const refused = readOAuthError(timed);
  if (refused === undefined) {
    if (status >= 400) return fromLogin(apiFailure(timed, host));
    return notTheLogin(timed, app.loginOrigin, l10n.t("an answer of the login service"));
  }
  if (refused.error === "invalid_client") {
    return new ProcoreError({ kind: "credentialsRejected", environment: app.environmentLabel, host, ...facts });
  }
  if (refused.error === "invalid_grant" && onInvalidGrant !== undefined) {
    return new ProcoreError({ ...onInvalidGrant, ...facts });
  }
  return new ProcoreError({ kind: "oauth", ...refused, status, ...facts });
}

/** An error status says something else at the login service: no permission in Procore is asked there. */
function fromLogin(error: ProcoreError): ProcoreError {
  return error.failure.kind === "http" ? new ProcoreError({ ...error.failure, from: "login" }) : error;
}

/** The failure for a reply that the login service would not give; `expected` completes "something other than …". */
export function notTheLogin(timed: TimedReply, loginOrigin: string, expected: string): ProcoreError {
  const instead = insteadOf(timed, loginOrigin);
  const { host } = new URL(loginOrigin);
  return notTheApi({ host, ...(instead === undefined ? {} : { instead }), ...replyFacts(timed) }, expected);
}

/** Who else answered: a web page, or a redirect to another host. */
function insteadOf({ reply }: TimedReply, loginOrigin: string): Instead | undefined {
  const { location } = reply.headers;
  if (reply.status < 300 || location === undefined || !URL.canParse(location, loginOrigin)) return webPageOf(reply);
  const target = new URL(location, loginOrigin);
  return target.origin === new URL(loginOrigin).origin ? webPageOf(reply) : redirectTo(target, location);
}

/**
 * The failure that a refused client credentials call stands for. An app without the component is told
 * `unauthorized_client`, or `unsupported_grant_type` where nobody has one.
 * @see RFC 6749 section 5.2
 */
export function serviceAccountFailure(
  timed: TimedReply,
  app: { readonly environmentLabel: string; readonly loginOrigin: string },
): ProcoreError {
  const error = readOAuthError(timed)?.error ?? "";
  if (!["unauthorized_client", "unsupported_grant_type"].includes(error)) return oauthFailure(timed, app);
  const { host } = new URL(app.loginOrigin);
  return new ProcoreError({
    kind: "serviceAccountMissing",
    environment: app.environmentLabel,
    host,
    ...replyFacts(timed),
  });
}

const idText = v.pipe(v.union([v.string(), v.number()]), v.transform(String));
const infoSchema = v.object({
  resource_owner_id: v.fallback(v.optional(idText), undefined),
  application: v.fallback(v.optional(v.object({ uid: v.optional(idText) })), undefined),
  scopes: v.fallback(v.optional(v.array(v.string())), undefined),
  scope: v.fallback(v.optional(v.array(v.string())), undefined),
  expires_in_seconds: secondsOrNothing,
  expires_in: secondsOrNothing,
  created_at: secondsOrNothing,
});

/** What GET /oauth/token/info tells. */
export interface TokenInfo {
  readonly resourceOwnerId: string | undefined;
  readonly applicationUid: string | undefined;
  readonly scopes: readonly string[];
  readonly expiresInSeconds: number | undefined;
  /** Epoch ms, the server's time. */
  readonly createdAt: number | undefined;
}

/** Reads token info in Procore's names and in Doorkeeper's; undefined when it is no JSON object. */
export function parseTokenInfo(body: string): TokenInfo | undefined {
  const parsed = v.safeParse(infoSchema, parseJson(body));
  if (!parsed.success) return undefined;
  const info = parsed.output;
  const applicationUid = info.application?.uid;
  const expiresInSeconds = info.expires_in_seconds ?? info.expires_in;
  // Every info tells the app or the end; any other JSON object is something else.
  if (applicationUid === undefined && expiresInSeconds === undefined) return undefined;
  return {
    resourceOwnerId: info.resource_owner_id,
    applicationUid,
    scopes: info.scopes ?? info.scope ?? [],
    expiresInSeconds,
    createdAt: info.created_at === undefined ? undefined : info.created_at * secondMs,
  };
}
