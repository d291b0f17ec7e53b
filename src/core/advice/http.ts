import * as l10n from "@vscode/l10n";
import type { Advice, Failure } from "../errors.ts";
import { isLoopback, isProcoreHost } from "../hosts.ts";
import { tryAgain } from "./retryTime.ts";
import { insteadAdvice } from "./unexpectedReply.ts";

type HttpFailure = Extract<Failure, { kind: "http" }>;

/**
 * What a person reads about an error status: what was answered in the server's own words, and the step that helps.
 * @see procore/documentation api_essentials/error_reference.md, api_essentials/troubleshooting.md
 */
export function httpAdvice(failure: HttpFailure): Advice {
  const { host, status, instead } = failure;
  if (instead !== undefined) {
    const page = insteadAdvice(instead, host);
    // A network that asks for a sign-in says all with that; of a page the status tells something more.
    return instead.kind === "networkSignIn"
      ? page
      : { ...page, message: l10n.t("{0} (Status {1})", page.message, status) };
  }
  if (status < 300) return partTrouble(failure);
  const { headline, step, action = "retry", also } = stepFor(failure);
  const message = `${answered(failure, wordsOf(failure))}. ${step}`;
  return { headline, message, action, ...(also === undefined ? {} : { also }) };
}

/** No Try Again: to send all of it again would repeat what went well. */
function partTrouble({ host, status, message }: HttpFailure): Advice {
  const what =
    message === ""
      ? l10n.t("{0} answered {1} and says that not everything went well, without a word of what.", host, status)
      : l10n.t("{0} answered {1}, but not everything went well: {2}.", host, status, message);
  const step = l10n.t("Check what was done before you send any of it again.");
  return { headline: l10n.t("Only partly done"), message: `${what} ${step}`, action: "showLog" };
}

/** The code is the stable part of an answer, so it is told where the words do not hold it; the status is told once. */
function wordsOf({ message, code, status }: HttpFailure): string {
  return [withoutStatus(message, status), ...(code === undefined || message.includes(code) ? [] : [`(${code})`])]
    .filter((part) => part !== "")
    .join(" ");
}

/** "api.procore.com answered 404: Not Found". @param words what was said, if anything */
export function answered({ host, status }: Pick<HttpFailure, "host" | "status">, words: string): string {
  const what = l10n.t("{0} answered {1}", host, status);
  return words === "" ? what : l10n.t("{0}: {1}", what, words);
}

/** "503 Service Unavailable", "Error 503: Busy", "HTTP 503" of servers' own pages, without what only repeats. */
const withoutStatus = (message: string, status: number): string =>
  message.replace(new RegExp(`^(?:http |error )*${status}\\b[\\s:–—-]*`, "iu"), "");

interface Step {
  readonly headline: string;
  readonly step: string;
  readonly action?: Advice["action"];
  readonly also?: Advice["action"];
}

function stepFor(failure: HttpFailure): Step {
  if (failure.status >= 500) return serverTrouble(failure);
  return failure.from === "login" ? loginTrouble(failure) : requestTrouble(failure);
}

/** The login service did not answer in words of OAuth, so that what stands before it may have answered. */
function loginTrouble({ status, host }: HttpFailure): Step {
  const headline = l10n.t("Login service refused");
  if (status === 404 && !isProcoreHost(host)) {
    const step = l10n.t("No login service is there: check loginUrl in the setting procore.environments.");
    return { headline, step, action: "openSettings", also: "retry" };
  }
  if (status === 408) return { headline: l10n.t("Took too long"), step: l10n.t("Try again.") };
  const step = l10n.t(
    "A firewall, proxy or VPN on the way may have answered: try another network. If it stays so, the log has what Procore's support asks for.",
  );
  return { headline, step };
}

function serverTrouble({ host, retryAt }: HttpFailure): Step {
  const again = retryAt === undefined ? l10n.t("Try again later.") : tryAgain(retryAt);
  if (isProcoreHost(host)) {
    const step = `${l10n.t("Procore has trouble: status.procore.com may tell more.")} ${again}`;
    return { headline: l10n.t("Procore has trouble"), step, also: "openStatusPage" };
  }
  const whose = isLoopback(host.replace(/:\d+$/u, ""))
    ? l10n.t("The server on this machine has trouble: its own output may tell more. Try again.")
    : `${l10n.t("The server has trouble: whoever runs {0} can tell more.", host)} ${again}`;
  return { headline: l10n.t("Server has trouble"), step: whose };
}

function requestTrouble(failure: HttpFailure): Step {
  const known = Object.hasOwn(steps, failure.status) ? steps[failure.status] : undefined;
  if (isCompanyMissing(failure)) {
    const step = l10n.t(
      "The request named no company (Procore-Company-Id). If a gateway or proxy is in between, it may remove this header.",
    );
    return { headline: l10n.t("Company is missing"), step };
  }
  if (failure.code === "TOOL_OFF") {
    return {
      headline: l10n.t("Tool is off"),
      step: l10n.t("An admin switches the tool on under Project Admin > Tools."),
    };
  }
  // Without a word of what is wrong there is nothing to correct.
  if (known?.step === correct && failure.message === "") return { ...known, step: lastStep };
  return known ?? { headline: l10n.t("Request refused"), step: lastStep };
}

const correct = l10n.t("Correct what is named, then try again.");

const lastStep = l10n.t("Try again; if it stays so, the log has what Procore's support asks for.");

const steps: Readonly<Record<number, Step>> = {
  400: { headline: l10n.t("Request not accepted"), step: correct },
  401: { headline: l10n.t("Sign-in not accepted"), step: l10n.t("Sign in again."), action: "signIn" },
  403: {
    headline: l10n.t("No permission"),
    step: l10n.t(
      "Your Procore user may lack the permission, the tool may be off, or you are not in the project's directory: ask a Procore admin.",
    ),
  },
  // Procore hides what somebody may not see behind the same status.
  404: {
    headline: l10n.t("Not found"),
    step: l10n.t(
      "It does not exist, or your Procore user may not see it: check your rights, the company and the tool.",
    ),
  },
  405: { headline: l10n.t("Method not allowed"), step: l10n.t("This address takes another method.") },
  406: {
    headline: l10n.t("Request not accepted"),
    step: l10n.t("A field or a content type of the request is unknown there."),
  },
  408: {
    headline: l10n.t("Took too long"),
    step: l10n.t("Large lists do that. Try again; a filter or smaller pages help."),
  },
  409: { headline: l10n.t("Conflict"), step: l10n.t("It does not fit what is there by now: refresh, then try again.") },
  413: { headline: l10n.t("Request too large"), step: l10n.t("Send less at once.") },
  422: { headline: l10n.t("Values not accepted"), step: correct },
};

/** @see procore/documentation tutorials/tutorial_mpz.md (the plain text), Procore's OpenAPI description (the code) */
const isCompanyMissing = ({ status, message, code }: HttpFailure): boolean =>
  status === 400 && (code === "MISSING_COMPANY" || /^Missing Procore-Company-Id header\b/iu.test(message));
