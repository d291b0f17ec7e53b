import type { Failure, NetworkCause, SignedOutReason } from "../../../src/core/errors.ts";
import type { CallName } from "./calls.ts";
import type { FaultName } from "./faults.ts";

/** How a call ends: well, or with a failure, named by its kind and what tells it from others of that kind. */
export type End =
  | "well"
  | Exclude<Failure["kind"], "network" | "http" | "signedOut" | "oauth">
  | `network ${NetworkCause}`
  | `http ${number}`
  | `signedOut ${SignedOutReason}`
  | `signedOut`
  | `oauth ${string}`;

/** The session in the list of connections, and its tokens: the pair from before, a newer one, or none. */
export type State =
  "active, same pair" | "active, new pair" | "keys refused, same pair" | "spent, no pair" | "signed out, no pair";

/** A fault; how the call ends, the state then; how the same call ends once the fault is over, and the state then. */
export type Row = readonly [fault: FaultName, end: End, state: State, again: End, stateAgain: State];

const same = "active, same pair";
const renewed = "active, new pair";
const over = "signed out, no pair";

/**
 * What follows when a request of a call meets a fault. In every row, too: a token call was sent once, each secret went to
 * its own host, and nothing to another.
 */
export const table: Readonly<Record<CallName, readonly Row[]>> = {
  keyCheck: [
    ["refused", "network refused", same, "well", same],
    ["noSuchName", "network hostNotFound", same, "well", same],
    ["resetBefore", "network reset", same, "well", same],
    ["resetAfter", "network reset", same, "well", same],
    ["timeout", "network timeout", same, "well", same],
    ["truncated", "network reset", same, "well", same],
    ["html", "unexpectedReply", same, "well", same],
    ["wrongShape", "unexpectedReply", same, "well", same],
    ["invalidGrant", "well", same, "well", same],
    ["invalidClient", "credentialsRejected", same, "well", same],
    ["forbidden", "well", same, "well", same],
    ["rateLimited", "well", same, "well", same],
    ["rateLimitedUntil", "well", same, "well", same],
    ["serverError", "well", same, "well", same],
    ["unavailable", "well", same, "well", same],
    ["found", "unexpectedReply", same, "well", same],
    ["temporaryRedirect", "unexpectedReply", same, "well", same],
    ["permanentRedirect", "unexpectedReply", same, "well", same],
  ],
  exchange: [
    ["refused", "network refused", same, "well", renewed],
    ["noSuchName", "network hostNotFound", same, "well", renewed],
    ["resetBefore", "network reset", same, "well", renewed],
    ["resetAfter", "network reset", same, "codeRejected", same],
    ["timeout", "network timeout", same, "well", renewed],
    ["truncated", "network reset", same, "codeRejected", same],
    ["html", "unexpectedReply", same, "well", renewed],
    ["wrongShape", "unexpectedReply", same, "well", renewed],
    ["invalidGrant", "codeRejected", same, "well", renewed],
    ["invalidClient", "credentialsRejected", same, "well", renewed],
    ["forbidden", "http 403", same, "well", renewed],
    ["rateLimited", "rateLimited", same, "well", renewed],
    ["rateLimitedUntil", "rateLimited", same, "well", renewed],
    ["serverError", "http 500", same, "well", renewed],
    ["unavailable", "http 503", same, "well", renewed],
    ["found", "unexpectedReply", same, "well", renewed],
    ["temporaryRedirect", "unexpectedReply", same, "well", renewed],
    ["permanentRedirect", "unexpectedReply", same, "well", renewed],
  ],
  refresh: [
    ["refused", "network refused", same, "well", renewed],
    ["noSuchName", "network hostNotFound", same, "well", renewed],
    ["resetBefore", "network reset", same, "well", renewed],
    ["resetAfter", "network reset", same, "signedOut refreshTokenSpent", "spent, no pair"],
    ["timeout", "network timeout", same, "well", renewed],
    ["truncated", "network reset", same, "signedOut refreshTokenSpent", "spent, no pair"],
    ["html", "unexpectedReply", same, "well", renewed],
    ["wrongShape", "unexpectedReply", same, "well", renewed],
    ["invalidGrant", "signedOut refreshTokenSpent", "spent, no pair", "signedOut refreshTokenSpent", "spent, no pair"],
    [
      "invalidClient",
      "credentialsRejected",
      "keys refused, same pair",
      "credentialsRejected",
      "keys refused, same pair",
    ],
    ["forbidden", "http 403", same, "well", renewed],
    ["rateLimited", "rateLimited", same, "well", renewed],
    ["rateLimitedUntil", "rateLimited", same, "well", renewed],
    ["serverError", "http 500", same, "well", renewed],
    ["unavailable", "http 503", same, "well", renewed],
    ["found", "unexpectedReply", same, "well", renewed],
    ["temporaryRedirect", "unexpectedReply", same, "well", renewed],
    ["permanentRedirect", "unexpectedReply", same, "well", renewed],
  ],
  serviceSignIn: [
    ["refused", "network refused", same, "well", renewed],
    ["noSuchName", "network hostNotFound", same, "well", renewed],
    ["resetBefore", "network reset", same, "well", renewed],
    ["resetAfter", "network reset", same, "well", renewed],
    ["timeout", "network timeout", same, "well", renewed],
    ["truncated", "network reset", same, "well", renewed],
    ["html", "unexpectedReply", same, "well", renewed],
    ["wrongShape", "unexpectedReply", same, "well", renewed],
    ["invalidGrant", "oauth invalid_grant", same, "well", renewed],
    ["invalidClient", "credentialsRejected", same, "well", renewed],
    ["forbidden", "http 403", same, "well", renewed],
    ["rateLimited", "rateLimited", same, "well", renewed],
    ["rateLimitedUntil", "rateLimited", same, "well", renewed],
    ["serverError", "http 500", same, "well", renewed],
    ["unavailable", "http 503", same, "well", renewed],
    ["found", "unexpectedReply", same, "well", renewed],
    ["temporaryRedirect", "unexpectedReply", same, "well", renewed],
    ["permanentRedirect", "unexpectedReply", same, "well", renewed],
  ],
  service: [
    ["refused", "network refused", same, "well", renewed],
    ["noSuchName", "network hostNotFound", same, "well", renewed],
    ["resetBefore", "network reset", same, "well", renewed],
    ["resetAfter", "network reset", same, "well", renewed],
    ["timeout", "network timeout", same, "well", renewed],
    ["truncated", "network reset", same, "well", renewed],
    ["html", "unexpectedReply", same, "well", renewed],
    ["wrongShape", "unexpectedReply", same, "well", renewed],
    ["invalidGrant", "oauth invalid_grant", same, "well", renewed],
    [
      "invalidClient",
      "credentialsRejected",
      "keys refused, same pair",
      "credentialsRejected",
      "keys refused, same pair",
    ],
    ["forbidden", "http 403", same, "well", renewed],
    ["rateLimited", "rateLimited", same, "well", renewed],
    ["rateLimitedUntil", "rateLimited", same, "well", renewed],
    ["serverError", "http 500", same, "well", renewed],
    ["unavailable", "http 503", same, "well", renewed],
    ["found", "unexpectedReply", same, "well", renewed],
    ["temporaryRedirect", "unexpectedReply", same, "well", renewed],
    ["permanentRedirect", "unexpectedReply", same, "well", renewed],
  ],
  me: [
    ["refused", "network refused", same, "well", same],
    ["noSuchName", "network hostNotFound", same, "well", same],
    ["resetBefore", "network reset", same, "well", same],
    ["resetAfter", "network reset", same, "well", same],
    ["timeout", "network timeout", same, "well", same],
    ["truncated", "network reset", same, "well", same],
    ["html", "unexpectedReply", same, "well", same],
    ["wrongShape", "unexpectedReply", same, "well", same],
    ["invalidGrant", "http 400", same, "well", same],
    ["invalidClient", "well", renewed, "well", renewed],
    ["forbidden", "http 403", same, "well", same],
    ["rateLimited", "rateLimited", same, "well", same],
    ["rateLimitedUntil", "rateLimited", same, "well", same],
    ["serverError", "http 500", same, "well", same],
    ["unavailable", "http 503", same, "well", same],
    ["found", "unexpectedReply", same, "well", same],
    ["temporaryRedirect", "unexpectedReply", same, "well", same],
    ["permanentRedirect", "unexpectedReply", same, "well", same],
  ],
  revoke: [
    ["refused", "network refused", over, "well", over],
    ["noSuchName", "network hostNotFound", over, "well", over],
    ["resetBefore", "network reset", over, "well", over],
    ["resetAfter", "network reset", over, "well", over],
    ["timeout", "network timeout", over, "well", over],
    ["truncated", "network reset", over, "well", over],
    ["html", "unexpectedReply", over, "well", over],
    ["wrongShape", "well", over, "well", over],
    ["invalidGrant", "oauth invalid_grant", over, "well", over],
    ["invalidClient", "credentialsRejected", over, "well", over],
    ["forbidden", "http 403", over, "well", over],
    ["rateLimited", "rateLimited", over, "well", over],
    ["rateLimitedUntil", "rateLimited", over, "well", over],
    ["serverError", "http 500", over, "well", over],
    ["unavailable", "http 503", over, "well", over],
    ["found", "unexpectedReply", over, "well", over],
    ["temporaryRedirect", "unexpectedReply", over, "well", over],
    ["permanentRedirect", "unexpectedReply", over, "well", over],
  ],
  info: [
    ["refused", "network refused", same, "well", same],
    ["noSuchName", "network hostNotFound", same, "well", same],
    ["resetBefore", "network reset", same, "well", same],
    ["resetAfter", "network reset", same, "well", same],
    ["timeout", "network timeout", same, "well", same],
    ["truncated", "network reset", same, "well", same],
    ["html", "unexpectedReply", same, "well", same],
    ["wrongShape", "unexpectedReply", same, "well", same],
    ["invalidGrant", "oauth invalid_grant", same, "well", same],
    ["invalidClient", "credentialsRejected", same, "well", same],
    ["forbidden", "http 403", same, "well", same],
    ["rateLimited", "rateLimited", same, "well", same],
    ["rateLimitedUntil", "rateLimited", same, "well", same],
    ["serverError", "http 500", same, "well", same],
    ["unavailable", "http 503", same, "well", same],
    ["found", "unexpectedReply", same, "well", same],
    ["temporaryRedirect", "unexpectedReply", same, "well", same],
    ["permanentRedirect", "unexpectedReply", same, "well", same],
  ],
};
