import { assertNever } from "./assertNever.ts";

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
  | "replyTooLarge"
  | "notAllowed"
  | "other";

/**
 * Why a session is no more. `olderCopy`: an old copy of the stored session was put back, e.g. by a backup;
 * `storeReplaced`: this window of a web workbench lacks the key to the session; `inAnotherWindow`: another window has it
 * in memory only.
 */
export type SignedOutReason =
  "refreshTokenSpent" | "noRefreshToken" | "notKept" | "olderCopy" | "storeReplaced" | "inAnotherWindow";

/**
 * Everything that can go wrong and that a person can act on. One class carries it (`ProcoreError`), one function
 * turns it into words and an action (`advice`).
 */
export type Failure =
  /** No session, or one that a person must renew by signing in. */
  | { readonly kind: "signedOut"; readonly reason?: SignedOutReason }
  /** `invalid_client`: client ID and secret do not belong to the login host that was asked. */
  | { readonly kind: "credentialsRejected"; readonly environment: string; readonly host: string }
  /** `invalid_grant` for an authorization code. */
  | { readonly kind: "codeRejected" }
  /** Any other OAuth error answer; `error` is the wire's own code. */
  | { readonly kind: "oauth"; readonly error: string; readonly description: string; readonly status: number }
  /** The server was not reached or broke off; `code` is the system's own (ENOTFOUND, …). */
  | {
      readonly kind: "network";
      readonly cause: NetworkCause;
      readonly host: string;
      readonly code?: string;
      /** Host and port of the proxy on the way, without its credentials. */
      readonly proxy?: string;
    }
  /** The API answered with an error status; `message` is Procore's, already cleaned. */
  | {
      readonly kind: "http";
      readonly status: number;
      readonly message: string;
      readonly host: string;
      readonly requestId?: string;
    }
  /** 403 "App is not connected to this company." */
  | { readonly kind: "appNotConnected"; readonly requestId?: string }
  /** 429; `retryAt` is epoch ms by this machine's clock, when the server told it. */
  | { readonly kind: "rateLimited"; readonly retryAt?: number; readonly requestId?: string }
  /** A reply that is not what the API promises, e.g. HTML from a captive portal; `path` names the place. */
  | { readonly kind: "unexpectedReply"; readonly host: string; readonly expected: string; readonly path?: string }
  /** The API named a web address (`web_base_url`) that is neither the connection's own nor Procore's. */
  | { readonly kind: "webAddressRefused"; readonly host: string }
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
  /** Something stored has an unknown version; it is left as it is. */
  | { readonly kind: "newerVersion"; readonly what: string };

/** The one button that helps most; `none` where only waiting or an administrator does. */
export type FailureAction =
  | "signIn"
  | "editCredentials"
  | "retry"
  | "installSteps"
  | "startLocalSandbox"
  | "openSettings"
  | "reloadWindow"
  | "showLog"
  | "none";

export interface Advice {
  /** One or two sentences: what happened, to what, and what to do next. Plain text. */
  readonly message: string;
  readonly action: FailureAction;
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

/** What a person reads about a failure, and what to offer. */
export function advice(failure: Failure): Advice {
  switch (failure.kind) {
    case "signedOut":
      switch (failure.reason) {
        case "refreshTokenSpent":
          return { message: "Procore no longer accepts this session. Sign in again to go on.", action: "signIn" };
        case "noRefreshToken":
          return {
            message: "This session cannot be renewed: the login service gave no refresh token. Sign in again.",
            action: "signIn",
          };
        case "notKept":
          return {
            message: "This system's keyring did not keep your sign-in. Sign in again.",
            action: "signIn",
          };
        case "olderCopy":
          return {
            message: "What is stored is an older copy of your session; a newer one was in use since. Sign in again.",
            action: "signIn",
          };
        case "storeReplaced":
          return {
            message:
              "Another window replaced this browser's secret store. Reload this window; if it says so again, sign in.",
            action: "reloadWindow",
          };
        case "inAnotherWindow":
          return {
            message: "Another window has this session in its memory only, because it could not be saved. Sign in here.",
            action: "signIn",
          };
        case undefined:
          return { message: "You are not signed in.", action: "signIn" };
        default:
          return assertNever(failure.reason);
      }
    case "credentialsRejected":
      return {
        message: `${failure.environment} (${failure.host}) does not accept this client ID and secret. Check that both belong to this environment${isProcoreHost(failure.host) ? ": Development Sandbox and Production have different ones" : ""}.`,
        action: "editCredentials",
      };
    case "codeRejected":
      return {
        message: "Procore did not accept this authorization code. Get a new code and try again.",
        action: "signIn",
      };
    case "oauth":
      return {
        message: `The login service answered ${failure.status} ${failure.error}${failure.description === "" ? "" : `: ${failure.description}`}. Try again; if it stays so, the log has what Procore's support asks for.`,
        action: "showLog",
      };
    case "network":
      return { message: networkMessage(failure), action: "retry" };
    case "http":
      return httpAdvice(failure);
    case "appNotConnected":
      return {
        message: "The app is not installed in this company. A company admin installs it with its version key.",
        action: "installSteps",
      };
    case "rateLimited":
      return { message: `Procore's rate limit is reached. Try again ${retryTime(failure.retryAt)}.`, action: "retry" };
    case "unexpectedReply":
      return { message: unexpectedReplyMessage(failure), action: "retry" };
    case "webAddressRefused":
      return {
        message: `${failure.host} named a web address for this company that is not one of Procore's (web_base_url). It was not opened.`,
        action: "none",
      };
    case "addressesChanged":
      return {
        message: `The addresses of "${failure.environment}" changed: was ${failure.was}, now ${failure.now}. Nothing is sent until you confirm by signing in again.`,
        action: "signIn",
      };
    case "environmentGone":
      return {
        message: `The environment "${failure.environment}" is no longer in the setting procore.environments. Put it back or remove this connection.`,
        action: "openSettings",
      };
    case "sandboxStopped":
      return { message: "The Local Sandbox is not running.", action: "startLocalSandbox" };
    case "storage":
      return {
        message: `${failure.what} could not be ${storageWords[failure.doing]}. The log has the reason.`,
        action: "showLog",
      };
    case "clipboard":
      return {
        message:
          failure.doing === "read"
            ? "The clipboard could not be read, so it was left as it is. In a browser, allow this page to read it."
            : "Nothing was copied: the clipboard could not be written. In a browser, allow this page to write it.",
        action: "retry",
      };
    case "sessionBusy":
      return { message: "Another window is renewing this session and does not answer.", action: "retry" };
    case "newerVersion":
      return {
        message: `${failure.what} cannot be read: a newer version of Procore Explorer wrote it, or it is damaged. It is left as it is. Try updating the extension.`,
        action: "none",
      };
    default:
      return assertNever(failure);
  }
}

const isProcoreHost = (host: string): boolean => /(^|\.)procore(gov)?\.com$/u.test(host);

const storageWords = { read: "read", write: "saved", delete: "deleted" } as const;

/** A time of day where it is near, else a moment: the hourly window can be most of an hour away. */
function retryTime(retryAt: number | undefined): string {
  if (retryAt === undefined) return "in a moment";
  const time = new Intl.DateTimeFormat("en", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return `after ${time.format(retryAt)}`;
}

function unexpectedReplyMessage({ host, expected, path }: Extract<Failure, { kind: "unexpectedReply" }>): string {
  return path === undefined
    ? `${host} answered with something other than ${expected}. A sign-in page of your network or a wrong address does that: open the host in a browser, then try again.`
    : `${host} sent ${expected} in a form that this version does not understand (at ${path}). Try again; if it stays so, please report it.`;
}

function networkMessage(failure: Extract<Failure, { kind: "network" }>): string {
  const { host } = failure;
  switch (failure.cause) {
    case "hostNotFound":
      return `The address of ${host} could not be found. Check your internet connection, VPN or DNS, then try again.`;
    case "refused":
      return `${host} refused the connection. Check network, VPN, firewall and proxy, then try again.`;
    case "reset":
      return `The connection to ${host} broke off. Try again.`;
    case "timeout":
      return `${host} did not answer in time. Check your connection, then try again.`;
    case "certificate":
      return `The certificate of ${host} is not trusted. If your company uses its own certificate authority, add it to the system's store or set NODE_EXTRA_CA_CERTS, then restart the editor.`;
    case "certificateExpired":
      return `The certificate of ${host} has expired or is not valid yet. Check this machine's date and time; if they are right, whoever runs ${host} must renew it.`;
    case "certificateHost":
      return `${host} answered with the certificate of another host. A sign-in page of your network, a proxy or a wrong address does that.`;
    case "tlsVersion":
      return `${host} speaks only old versions of TLS that are no longer safe. Something between may be out of date: check proxy and VPN.`;
    case "proxyUnreachable":
      return `The proxy ${failure.proxy ?? ""} on the way to ${host} could not be reached. Check the setting http.proxy.`;
    case "proxyAuthentication":
      return `The proxy ${failure.proxy ?? ""} on the way to ${host} wants a user name and password. Put them into the setting http.proxy.`;
    case "proxyRefused":
      return `The proxy ${failure.proxy ?? ""} makes no connection to ${host}. Ask whoever runs it, or add the host to http.noProxy.`;
    case "tls":
      return `A secure connection to ${host} could not be made. Something between may not speak TLS: check proxy and VPN.`;
    case "replyTooLarge":
      return `The answer of ${host} is too large.`;
    case "notAllowed":
      return `The request was not sent: ${host} is not an address of this connection.`;
    case "other":
      return `${host} could not be reached${failure.code === undefined ? "" : ` (${failure.code})`}. Check your connection, then try again.`;
    default:
      return assertNever(failure.cause);
  }
}

function httpAdvice(failure: Extract<Failure, { kind: "http" }>): Advice {
  const words = failure.message === "" ? "" : `: ${failure.message}`;
  const answered = `${failure.host} answered ${failure.status}${words}`;
  if (failure.status === 401) return { message: `${answered}. Sign in again.`, action: "signIn" };
  if (failure.status === 403) {
    return { message: `${answered}. Your Procore user may lack the permission for this.`, action: "retry" };
  }
  if (failure.status >= 500) {
    return {
      message: `${answered}. Procore has trouble; status.procore.com may tell. Try again later.`,
      action: "retry",
    };
  }
  return { message: `${answered}.`, action: "retry" };
}
