import * as l10n from "@vscode/l10n";
import type { Advice, Failure } from "../errors.ts";
import { isLoopback, isProcoreHost } from "../hosts.ts";
import { retryTime } from "./retryTime.ts";
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
    return instead.kind === "networkSignIn" ? page : { ...page, message: `${page.message} (Status ${status})` };
  }
  if (status < 300) return partTrouble(failure);
  const { headline, step, action = "retry", also } = stepFor(failure);
  const message = `${answered(failure)}. ${step}`;
  return { headline, message, action, ...(also === undefined ? {} : { also }) };
}

/** No button: to send all of it again would repeat what went well. */
function partTrouble({ host, status, message }: HttpFailure): Advice {
  const what =
    message === ""
      ? l10n.t("{0} answered {1} and says that not everything went well, without a word of what.", host, status)
      : l10n.t("{0} answered {1}, but not everything went well: {2}.", host, status, message);
  const step = l10n.t("Check what was done before you send any of it again.");
  return { headline: l10n.t("Only partly done"), message: `${what} ${step}`, action: "none" };
}

/** The code is the stable part of an answer, so it is told where the words do not hold it; the status is told once. */
function answered({ host, status, message, code }: HttpFailure): string {
  const said = withoutStatus(message, status);
  const words = [said, ...(code === undefined || message.includes(code) ? [] : [`(${code})`])]
    .filter((part) => part !== "")
    .join(" ");
  return `${host} answered ${status}${words === "" ? "" : `: ${words}`}`;
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
  const when = retryAt === undefined ? "later" : retryTime(retryAt);
  if (isProcoreHost(host)) {
    const step = `Procore has trouble: status.procore.com may tell more. Try again ${when}.`;
    return { headline: "Procore has trouble", step, also: "openStatusPage" };
  }
  const whose = isLoopback(host.replace(/:\d+$/u, ""))
    ? "The server on this machine has trouble: its own output may tell more. Try again."
    : `The server has trouble: whoever runs ${host} can tell more. Try again ${when}.`;
  return { headline: "Server has trouble", step: whose };
}

function requestTrouble(failure: HttpFailure): Step {
  const known = Object.hasOwn(steps, failure.status) ? steps[failure.status] : undefined;
  if (isCompanyMissing(failure)) {
    const step =
      "The request named no company (Procore-Company-Id). If a gateway or proxy is in between, it may remove this header.";
    return { headline: "Company is missing", step };
  }
  if (failure.code === "TOOL_OFF") {
    return { headline: "Tool is off", step: "An admin switches the tool on under Project Admin > Tools." };
  }
  // Without a word of what is wrong there is nothing to correct.
  if (known?.step === correct && failure.message === "") return { ...known, step: lastStep };
  return known ?? { headline: "Request refused", step: lastStep };
}

const correct = "Correct what is named, then try again.";

const lastStep = "Try again; if it stays so, the log has what Procore's support asks for.";

const steps: Readonly<Record<number, Step>> = {
  400: { headline: "Request not accepted", step: correct },
  401: { headline: "Sign-in not accepted", step: "Sign in again.", action: "signIn" },
  403: {
    headline: "No permission",
    step: "Your Procore user may lack the permission, the tool may be off, or you are not in the project's directory: ask a Procore admin.",
  },
  // Procore hides what somebody may not see behind the same status.
  404: {
    headline: "Not found",
    step: "It does not exist, or your Procore user may not see it: check your rights, the company and the tool.",
  },
  405: { headline: "Method not allowed", step: "This address takes another method." },
  406: { headline: "Request not accepted", step: "A field or a content type of the request is unknown there." },
  408: { headline: "Took too long", step: "Large lists do that. Try again; a filter or smaller pages help." },
  409: { headline: "Conflict", step: "It does not fit what is there by now: refresh, then try again." },
  413: { headline: "Request too large", step: "Send less at once." },
  422: { headline: "Values not accepted", step: correct },
};

/** @see procore/documentation tutorials/tutorial_mpz.md (the plain text), Procore's OpenAPI description (the code) */
const isCompanyMissing = ({ status, message, code }: HttpFailure): boolean =>
  status === 400 && (code === "MISSING_COMPANY" || /^Missing Procore-Company-Id header\b/iu.test(message));
