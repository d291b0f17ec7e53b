import { assertNever } from "../assertNever.ts";
import type { Advice, Failure } from "../errors.ts";
import { isProcoreHost } from "../hosts.ts";
import { keyringCauses } from "../keyring.ts";
import { utc } from "../utc.ts";
import { httpAdvice } from "./http.ts";
import { networkAdvice } from "./network.ts";
import { retryTime } from "./retryTime.ts";
import { unexpectedReplyAdvice } from "./unexpectedReply.ts";

/** What a person reads about a failure, and what to offer. */
export function advice(failure: Failure): Advice {
  switch (failure.kind) {
    case "signedOut":
      return signedOutAdvice(failure);
    case "credentialsRejected":
      return {
        headline: "Credentials not accepted",
        message: `${failure.environment} (${failure.host}) does not accept this client ID and secret. Check that both belong to this environment${isProcoreHost(failure.host) ? ": Development Sandbox and Production have different ones" : ""}.`,
        action: "editCredentials",
      };
    case "serviceAccountMissing":
      return {
        headline: "No service account",
        message: `${failure.environment} (${failure.host}) gives this app no service account. Add Service Account Authentication to a version of the app (Developer Portal > your app > Create Version > Edit Components), then install that version in the company.`,
        action: "retry",
      };
    case "codeRejected":
      return {
        headline: "Code not accepted",
        message: "Procore did not accept this authorization code. Get a new code and try again.",
        action: "signIn",
      };
    case "oauth":
      return {
        headline: "Login service refused",
        message: `The login service answered ${failure.status} ${failure.error}${failure.description === "" ? "" : `: ${failure.description}`}. Try again; if it stays so, the log has what Procore's support asks for.`,
        action: "showLog",
      };
    case "network":
      return networkAdvice(failure);
    case "http":
      return httpAdvice(failure);
    case "appNotConnected":
      return {
        headline: "App not installed",
        message: "The app is not installed in this company. A company admin installs it with its version key.",
        action: "installSteps",
      };
    case "rateLimited":
      return {
        headline: "Rate limit reached",
        message: `Procore's rate limit is reached. Try again ${retryTime(failure.retryAt)}.`,
        action: "retry",
      };
    case "unexpectedReply":
      return unexpectedReplyAdvice(failure);
    case "webAddressRefused":
      return {
        headline: "Web address refused",
        message: `${failure.host} named a web address for this company that is not one of Procore's (web_base_url). It was not opened.`,
        action: "none",
      };
    case "addressesChanged":
      return {
        headline: "Addresses changed",
        message: `The addresses of "${failure.environment}" changed: was ${failure.was}, now ${failure.now}. Nothing is sent until you confirm by signing in again.`,
        action: "signIn",
      };
    case "environmentGone":
      return {
        headline: "Environment is gone",
        message: `The environment "${failure.environment}" is no longer in the setting procore.environments. Put it back or remove this connection.`,
        action: "openSettings",
      };
    case "sandboxStopped":
      return {
        headline: "Local Sandbox stopped",
        message: "The Local Sandbox is not running.",
        action: "startLocalSandbox",
      };
    case "storage":
      return {
        headline: failure.doing === "read" ? "Storage not readable" : "Storage not writable",
        message: `${failure.what} could not be ${storageWords[failure.doing]}. The log has the reason.`,
        action: "showLog",
      };
    case "clipboard":
      return {
        headline: failure.doing === "read" ? "Clipboard not readable" : "Clipboard not writable",
        message:
          failure.doing === "read"
            ? "The clipboard could not be read, so it was left as it is. In a browser, allow this page to read it."
            : "Nothing was copied: the clipboard could not be written. In a browser, allow this page to write it.",
        action: "retry",
      };
    case "sessionBusy":
      return {
        headline: "Another window is busy",
        message: "Another window is working on your sessions and does not answer. Wait, or take over.",
        action: "takeOver",
      };
    case "sessionOvertaken":
      return {
        headline: "Another window took over",
        message: "Another window took this session over, because this one did not answer. Try again.",
        action: "retry",
      };
    case "newerVersion":
      return {
        headline: "Made by a newer version",
        message: `${failure.what} cannot be read: a newer version of Procore Explorer wrote it. It is left as it is. Update the extension.`,
        action: "updateExtension",
      };
    case "damaged":
      return {
        headline: "Stored value is damaged",
        message: `${failure.what} is damaged and cannot be read. It is left as it is. Signing in here sets it aside.`,
        action: "signInHere",
      };
    default:
      return assertNever(failure);
  }
}

/** For an error of our own, which the log describes. */
export const unforeseenAdvice: Advice = {
  headline: "Something went wrong",
  message: "Something went wrong inside Procore Explorer. The log has the details.",
  action: "showLog",
};

/** Request id and time of the reply that told of a failure, one a line, as Procore's support wants them. */
export function supportLines(failure: Failure): readonly string[] {
  const requestId = "requestId" in failure ? failure.requestId : undefined;
  const at = "at" in failure ? failure.at : undefined;
  return [
    ...(requestId === undefined ? [] : [`Request ID: ${requestId}`]),
    ...(at === undefined ? [] : [`Time: ${utc(at)}`]),
  ];
}

function signedOutAdvice({ reason, keyring }: Extract<Failure, { kind: "signedOut" }>): Advice {
  switch (reason) {
    case "refreshTokenSpent":
      return {
        headline: "Session has ended",
        message: "Procore no longer accepts this session. Sign in again to go on.",
        action: "signIn",
      };
    case "noRefreshToken":
      return {
        headline: "Session has ended",
        message: "This session cannot be renewed: the login service gave no refresh token. Sign in again.",
        action: "signIn",
      };
    case "notKept":
      return {
        headline: "Sign-in was not kept",
        message: `This system's keyring did not keep your sign-in.${keyring === undefined ? "" : ` ${keyringCauses[keyring]}`} Sign in again.`,
        action: "signIn",
      };
    case "olderCopy":
      return {
        headline: "Session is outdated",
        message: "What is stored is an older copy of your session; a newer one was in use since. Sign in again.",
        action: "signIn",
      };
    case "storeReplaced":
      return {
        headline: "Secret store replaced",
        message: "Another window replaced this browser's secret store. Reload this window to read it again.",
        action: "reloadWindow",
      };
    case "keyLost":
      return {
        headline: "Session cannot be opened",
        message:
          "This window cannot open the stored session, also after a reload: another window replaced this browser's secret store, or nobody used the session for 30 days. Sign in here.",
        action: "signInHere",
      };
    case "inAnotherWindow":
      return {
        headline: "Signed in elsewhere",
        message: "Another window has this session in its memory only, because it could not be saved. Sign in here.",
        action: "signInHere",
      };
    case undefined:
      return { headline: "Not signed in", message: "You are not signed in.", action: "signIn" };
    default:
      return assertNever(reason);
  }
}

const storageWords = { read: "read", write: "saved", delete: "deleted" } as const;
