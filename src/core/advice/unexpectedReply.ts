import { assertNever } from "../assertNever.ts";
import type { Advice, Failure, Instead } from "../errors.ts";
import { isProcoreHost } from "../hosts.ts";

/** What a person reads when something came that no API sends, or that this version does not understand. */
export function unexpectedReplyAdvice(failure: Extract<Failure, { kind: "unexpectedReply" }>): Advice {
  const { host, expected, path, instead } = failure;
  if (instead !== undefined) return insteadAdvice(instead, host);
  if (path !== undefined) {
    return {
      headline: "Reply not understood",
      message: `${host} sent ${expected} in a form that this version does not understand (at ${path}). Try again; if it stays so, please report it.`,
      action: "retry",
    };
  }
  return {
    headline: "Not what was expected",
    message: `${host} answered with something other than ${expected}. Try again; ${whoElse(host)}.`,
    action: "retry",
    ...settingToo(host),
  };
}

/**
 * A captive portal, or a wrong address? A network that answers 511 says so itself, a redirect names who answers, and
 * Procore's own addresses are never wrong.
 */
export function insteadAdvice(instead: Instead, host: string): Advice {
  switch (instead.kind) {
    case "networkSignIn":
      return {
        headline: "Network wants a sign-in",
        message: `Your network wants you to sign in before it lets anything through to ${host}. Open a web page in a browser, sign in there, then try again.`,
        action: "retry",
      };
    case "redirect":
      return {
        headline: "Sent to another address",
        message: `${host} points to ${instead.host}, which is not an address of this connection; nothing was sent there. A sign-in page of your network can do that: open a web page in a browser, then try again${orWrong(host)}.`,
        action: "retry",
        ...settingToo(host),
      };
    case "webPage":
      return {
        headline: "Web page instead of data",
        message: `${host} answered with a web page${instead.title === "" ? "" : ` ("${instead.title}")`} instead of data. A sign-in page of your network, a proxy or a firewall can do that: open a web page in a browser, then try again${orWrong(host)}.`,
        action: "retry",
        ...settingToo(host),
      };
    default:
      return assertNever(instead);
  }
}

const settingToo = (host: string): Pick<Advice, "also"> => (isProcoreHost(host) ? {} : { also: "openSettings" });

const orWrong = (host: string): string =>
  isProcoreHost(host) ? "" : "; or the address in the setting procore.environments is wrong";

const whoElse = (host: string): string =>
  isProcoreHost(host)
    ? "if it stays so, a proxy or firewall may answer in Procore's place"
    : "if it stays so, check the address";
