import { advice } from "./advice/index.ts";
import type { Keyring } from "./keyring.ts";

export { advice, supportLines, unforeseenAdvice } from "./advice/index.ts";
export { answered } from "./advice/http.ts";

/** Why a request never brought a usable reply. */
export type NetworkCause =
  | "hostNotFound"
  | "refused"
  | "reset"
  | "timeout"
  /** No authority that is trusted here signed the certificate. */
  | "certificate"
  | "certificateExpired"
  /** The certificate is for another host. */
  | "certificateHost"
  | "tls"
  /** The server speaks none of the TLS versions that are spoken here. */
  | "tlsVersion"
  /** The proxy itself could not be found or reached, or its own certificate was refused. */
  | "proxyUnreachable"
  /** The proxy wants a user name and a password, or does not take the ones it got (407). */
  | "proxyAuthentication"
  /** The proxy answered that it makes no connection to this host. */
  | "proxyRefused"
  /** The setting or environment variable in `proxy` names no proxy that can be used. */
  | "proxySetting"
  /** NODE_TLS_REJECT_UNAUTHORIZED=0 would keep the editor from checking certificates. */
  | "certificatesUnchecked"
  | "replyTooLarge"
  /** What came is no HTTP, or its body cannot be unpacked. */
  | "unreadable"
  | "notAllowed"
  | "other";

/**
 * Why a session is no more. `olderCopy`: an old copy of the stored session was put back, e.g. by a backup;
 * `unused`: it was stored, and deleted because nobody opened it for 30 days; `storeReplaced`: this window of a web
 * workbench lacks the key to the session; `keyLost`: also after a reload; `inAnotherWindow`: another window has it in memory only.
 */
export type SignedOutReason =
  | "refreshTokenSpent"
  | "noRefreshToken"
  | "notKept"
  | "olderCopy"
  | "unused"
  | "storeReplaced"
  | "keyLost"
  | "inAnotherWindow";

/** What Procore's support asks for about the reply that told of a failure. */
export interface ReplyFacts {
  readonly requestId?: string;
  /** When the reply came: epoch ms by this machine's clock. */
  readonly at?: number;
}

/** What stood in the place of an API's reply. `title` and `host` come from outside and are cleaned. */
export type Instead =
  | { readonly kind: "webPage"; readonly title: string }
  | { readonly kind: "redirect"; readonly host: string }
  /** 511: a network that wants its users to sign in. @see RFC 6585 section 6 */
  | { readonly kind: "networkSignIn" };

/**
 * Everything that can go wrong and that a person can act on. One class carries it (`ProcoreError`), one function
 * turns it into words and an action (`advice`).
 */
export type Failure =
  /** No session, or one that a person must renew by signing in. */
  | ({
      readonly kind: "signedOut";
      readonly reason?: SignedOutReason;
      /** For `notKept`: whose keyring it was, when that is known. */
      readonly keyring?: Keyring;
    } & ReplyFacts)
  /** `invalid_client`: client ID and secret do not belong to the login host that was asked. */
  | ({ readonly kind: "credentialsRejected"; readonly environment: string; readonly host: string } & ReplyFacts)
  /** The login service knows the app, but gives it no token of its own: it has no service account there. */
  | ({ readonly kind: "serviceAccountMissing"; readonly environment: string; readonly host: string } & ReplyFacts)
  /** `invalid_grant` for an authorization code. */
  | ({ readonly kind: "codeRejected" } & ReplyFacts)
  /** Any other OAuth error answer; `error` is the wire's own code. */
  | ({
      readonly kind: "oauth";
      readonly error: string;
      readonly description: string;
      readonly status: number;
    } & ReplyFacts)
  /** The server was not reached or broke off; `code` is the system's own (ENOTFOUND, …). */
  | {
      readonly kind: "network";
      readonly cause: NetworkCause;
      readonly host: string;
      readonly code?: string;
      /** Host and port of the proxy on the way, without its credentials; the setting's name for `proxySetting`. */
      readonly proxy?: string;
    }
  /**
   * The API, or the login service without a word of OAuth, answered with an error status, or with a success that tells
   * of failures; `message` and `code` (TOOL_OFF, …) are Procore's, already cleaned.
   */
  | ({
      readonly kind: "http";
      readonly status: number;
      readonly message: string;
      readonly host: string;
      /** The login service answered, not the API. */
      readonly from?: "login";
      readonly code?: string;
      /** When a 503 said to come again: epoch ms by this machine's clock. */
      readonly retryAt?: number;
      /** Set when the answer was no API's. */
      readonly instead?: Instead;
    } & ReplyFacts)
  /** 403 "App is not connected to this company." */
  | ({ readonly kind: "appNotConnected" } & ReplyFacts)
  /**
   * 429, or a limit that is known to be used up, so that nothing was sent; `retryAt` is epoch ms by this machine's
   * clock, when the server told it.
   */
  | ({ readonly kind: "rateLimited"; readonly retryAt?: number } & ReplyFacts)
  /** A reply that is not what the API promises; `path` names the place in its body, `instead` what came. */
  | ({
      readonly kind: "unexpectedReply";
      readonly host: string;
      readonly expected: string;
      readonly path?: string;
      readonly instead?: Instead;
    } & ReplyFacts)
  /** The API named a web address (`web_base_url`) that is neither the connection's own nor Procore's. */
  | ({ readonly kind: "webAddressRefused"; readonly host: string } & ReplyFacts)
  /** The connection's addresses were changed in the settings since it signed in. */
  | { readonly kind: "addressesChanged"; readonly environment: string; readonly was: string; readonly now: string }
  /** The environment of a connection is no longer in the settings. */
  | { readonly kind: "environmentGone"; readonly environment: string }
  /** The Local Sandbox that a connection belongs to is not running. */
  | { readonly kind: "sandboxStopped" }
  /** SecretStorage or the connections file could not be read or written. */
  | { readonly kind: "storage"; readonly what: string; readonly doing: "read" | "write" | "delete" }
  /** The editor did not let us at the clipboard; a browser may forbid it. */
  | { readonly kind: "clipboard"; readonly doing: "read" | "write" }
  /** The lock of a session is held by another window that runs but does not let go of it. */
  | { readonly kind: "sessionBusy" }
  /** Another window took the lock of a session over from this one, which sent nothing. */
  | { readonly kind: "sessionOvertaken" }
  /** Something stored has a version of tomorrow; it is left as it is. */
  | { readonly kind: "newerVersion"; readonly what: string }
  /** Something stored cannot be read and says of no newer version that it wrote it; it is left as it is. */
  | { readonly kind: "damaged"; readonly what: string };

/** The one button that helps most. `…Steps` are steps of the walkthrough. */
export type FailureAction =
  | "signIn"
  /** The same for a session that others may still use. */
  | "signInHere"
  | "editCredentials"
  | "retry"
  | "installSteps"
  /** How an app gets its components and its version key. */
  | "versionSteps"
  /** Where client ID, client secret and redirect URIs of an app are. */
  | "appKeySteps"
  /** How other people get into a sandbox. */
  | "testerSteps"
  /** How a service account gets its projects. */
  | "serviceAccountSteps"
  /** Whoever may change it is somebody else. */
  | "copyAdminMessage"
  | "startLocalSandbox"
  | "openSettings"
  | "openProxySettings"
  | "openTransportSetting"
  /** Which projects the Companies view lists. */
  | "filterProjects"
  | "openStatusPage"
  /** The requests behind a sign-in, as this window sent them. */
  | "showWhatWasSent"
  | "diagnose"
  | "reloadWindow"
  | "takeOver"
  | "updateExtension"
  | "showLog";

export interface Advice {
  /** Two to five words: what a row shows in a narrow view. */
  readonly headline: string;
  /** One or two sentences: what happened, to what, and what to do next. Plain text. */
  readonly message: string;
  readonly action: FailureAction;
  /** A second button, where one more thing may help. */
  readonly also?: FailureAction;
}

const brand = Symbol.for("procore-explorer.ProcoreError");

/**
 * The only error class of the core for what was foreseen; anything else that is thrown is our bug. Each bundle has its
 * own copy of this class, so `instanceof` goes by a mark that all copies share.
 */
export class ProcoreError extends Error {
  override readonly name = "ProcoreError";
  readonly failure: Failure;
  readonly [brand] = true;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  constructor(failure: Failure, options?: { readonly cause?: unknown }) {
    super(advice(failure).message, options);
    this.failure = failure;
  }
}
