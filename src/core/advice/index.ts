import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import type { Advice, Failure } from "../errors.ts";
import { isLoopback, isProcoreHost } from "../hosts.ts";
import { keyringCauses } from "../keyring.ts";
import { utc } from "../utc.ts";
import { httpAdvice } from "./http.ts";
import { networkAdvice } from "./network.ts";
import { tryAgain } from "./retryTime.ts";
import { unexpectedReplyAdvice } from "./unexpectedReply.ts";

/** What a person reads about a failure, and what to offer. */
export function advice(failure: Failure): Advice {
  switch (failure.kind) {
    case "signedOut":
      return signedOutAdvice(failure);
    case "credentialsRejected":
      return {
        headline: l10n.t("Credentials not accepted"),
        message: isProcoreHost(failure.host)
          ? l10n.t(
              "{0} ({1}) does not accept this client ID and secret. Check that both belong to this environment: Development Sandbox and Production have different ones.",
              failure.environment,
              failure.host,
            )
          : l10n.t(
              "{0} ({1}) does not accept this client ID and secret. Check that both belong to this environment.",
              failure.environment,
              failure.host,
            ),
        action: "editCredentials",
        also: "appKeySteps",
      };
    case "serviceAccountMissing":
      return {
        headline: l10n.t("No service account"),
        message: l10n.t(
          "{0} ({1}) gives this app no service account. Add Service Account Authentication to a version of the app (Developer Portal > your app > Create Version > Edit Components), then install that version in the company.",
          failure.environment,
          failure.host,
        ),
        action: "versionSteps",
        also: "retry",
      };
    case "codeRejected":
      return {
        headline: l10n.t("Code not accepted"),
        message: l10n.t("Procore did not accept this authorization code. Get a new code and try again."),
        action: "signIn",
        also: "appKeySteps",
      };
    case "oauth":
      return {
        headline: l10n.t("Login service refused"),
        message: l10n.t(
          "The login service answered {0}. Try again; if it stays so, the log has what Procore's support asks for.",
          `${failure.status} ${failure.error}${failure.description === "" ? "" : `: ${failure.description}`}`,
        ),
        action: "showLog",
        also: "showWhatWasSent",
      };
    case "network":
      return orDiagnose(networkAdvice(failure), failure.host);
    case "http":
      return httpAdvice(failure);
    case "appNotConnected":
      return {
        headline: l10n.t("App not installed"),
        message: l10n.t(
          "The app was never installed in this company, or it was disconnected there. Signing in again does not help: a company admin installs the app with its version key, which the app's owner has.",
        ),
        action: "installSteps",
      };
    case "rateLimited":
      return {
        headline: l10n.t("Rate limit reached"),
        message: `${l10n.t("Procore's rate limit is reached.")} ${tryAgain(failure.retryAt)}`,
        action: "retry",
      };
    case "unexpectedReply":
      return unexpectedReplyAdvice(failure);
    case "webAddressRefused":
      return {
        headline: l10n.t("Web address refused"),
        message: l10n.t(
          "{0} named a web address for this company that is not one of Procore's (web_base_url). It was not opened.",
          failure.host,
        ),
        action: "showLog",
      };
    case "addressesChanged":
      return {
        headline: l10n.t("Addresses changed"),
        message: l10n.t(
          'The addresses of "{0}" changed: was {1}, now {2}. Nothing is sent until you confirm by signing in again.',
          failure.environment,
          failure.was,
          failure.now,
        ),
        action: "signIn",
      };
    case "environmentGone":
      return {
        headline: l10n.t("Environment is gone"),
        message: l10n.t(
          'The environment "{0}" is no longer in the setting procore.environments. Put it back or remove this connection.',
          failure.environment,
        ),
        action: "openSettings",
      };
    case "sandboxStopped":
      return {
        headline: l10n.t("Local Sandbox stopped"),
        message: l10n.t("The Local Sandbox is not running."),
        action: "startLocalSandbox",
      };
    case "storage":
      return {
        headline: failure.doing === "read" ? l10n.t("Storage not readable") : l10n.t("Storage not writable"),
        message: storageWords(failure),
        action: "showLog",
      };
    case "clipboard":
      return {
        headline: failure.doing === "read" ? l10n.t("Clipboard not readable") : l10n.t("Clipboard not writable"),
        message:
          failure.doing === "read"
            ? l10n.t(
                "The clipboard could not be read, so it was left as it is. In a browser, allow this page to read it.",
              )
            : l10n.t(
                "Nothing was copied: the clipboard could not be written. In a browser, allow this page to write it.",
              ),
        action: "retry",
      };
    case "sessionBusy":
      return {
        headline: l10n.t("Another window is busy"),
        message: l10n.t("Another window is working on your sessions and does not answer. Wait, or take over."),
        action: "takeOver",
      };
    case "sessionOvertaken":
      return {
        headline: l10n.t("Another window took over"),
        message: l10n.t("Another window took this session over, because this one did not answer. Try again."),
        action: "retry",
      };
    case "newerVersion":
      return {
        headline: l10n.t("Made by a newer version"),
        message: l10n.t(
          "{0} cannot be read: a newer version of Procore Explorer wrote it. It is left as it is. Update the extension.",
          failure.what,
        ),
        action: "updateExtension",
      };
    case "damaged":
      return {
        headline: l10n.t("Stored value is damaged"),
        message: l10n.t(
          "{0} is damaged and cannot be read. It is left as it is. Signing in here sets it aside.",
          failure.what,
        ),
        action: "signInHere",
      };
    default:
      return assertNever(failure);
  }
}

/** Where no setting is known to help, the way to the host is looked at step by step; to this machine there is none. */
function orDiagnose(told: Advice, host: string): Advice {
  return told.also !== undefined || isLoopback(host.replace(/:\d+$/u, "")) ? told : { ...told, also: "diagnose" };
}

/** For an error of our own, which the log describes. */
export const unforeseenAdvice: Advice = {
  headline: l10n.t("Something went wrong"),
  message: l10n.t("Something went wrong inside Procore Explorer. The log has the details."),
  action: "showLog",
};

/** Request id and time of the reply that told of a failure, one a line, as Procore's support wants them. */
export function supportLines(failure: Failure): readonly string[] {
  const requestId = "requestId" in failure ? failure.requestId : undefined;
  const at = "at" in failure ? failure.at : undefined;
  return [
    ...(requestId === undefined ? [] : [l10n.t("Request ID: {0}", requestId)]),
    ...(at === undefined ? [] : [l10n.t("Time: {0}", utc(at))]),
  ];
}

function signedOutAdvice({ reason, keyring }: Extract<Failure, { kind: "signedOut" }>): Advice {
  switch (reason) {
    case "refreshTokenSpent":
      return {
        headline: l10n.t("Session has ended"),
        message: l10n.t(
          "Procore no longer accepts this session: its refresh token was used before, an answer was lost, it was revoked, or the client secret was reset. Sign in again to go on.",
        ),
        action: "signIn",
      };
    case "noRefreshToken":
      return {
        headline: l10n.t("Session has ended"),
        message: l10n.t("This session cannot be renewed: the login service gave no refresh token. Sign in again."),
        action: "signIn",
      };
    case "notKept":
      return {
        headline: l10n.t("Sign-in was not kept"),
        message: [
          l10n.t("This system's keyring did not keep your sign-in."),
          ...(keyring === undefined ? [] : [keyringCauses[keyring]]),
          l10n.t("Sign in again."),
        ].join(" "),
        action: "signIn",
      };
    case "olderCopy":
      return {
        headline: l10n.t("Session is outdated"),
        message: l10n.t(
          "What is stored is an older copy of your session; a newer one was in use since. Sign in again.",
        ),
        action: "signIn",
      };
    case "unused":
      return {
        headline: l10n.t("Session has ended"),
        message: l10n.t(
          "Nobody used this session for 30 days, so what was stored of it was deleted. Sign in again to go on.",
        ),
        action: "signIn",
      };
    case "storeReplaced":
      return {
        headline: l10n.t("Secret store replaced"),
        message: l10n.t("Another window replaced this browser's secret store. Reload this window to read it again."),
        action: "reloadWindow",
      };
    case "keyLost":
      return {
        headline: l10n.t("Session cannot be opened"),
        message: l10n.t(
          "This window cannot open the stored session, also after a reload: another window replaced this browser's secret store. Sign in here.",
        ),
        action: "signInHere",
      };
    case "inAnotherWindow":
      return {
        headline: l10n.t("Signed in elsewhere"),
        message: l10n.t(
          "Another window has this session in its memory only, because it could not be saved. Sign in here.",
        ),
        action: "signInHere",
      };
    case undefined:
      return { headline: l10n.t("Not signed in"), message: l10n.t("You are not signed in."), action: "signIn" };
    default:
      return assertNever(reason);
  }
}

function storageWords({ doing, what }: Extract<Failure, { kind: "storage" }>): string {
  switch (doing) {
    case "read":
      return l10n.t("{0} could not be read. The log has the reason.", what);
    case "write":
      return l10n.t("{0} could not be saved. The log has the reason.", what);
    case "delete":
      return l10n.t("{0} could not be deleted. The log has the reason.", what);
    default:
      return assertNever(doing);
  }
}
