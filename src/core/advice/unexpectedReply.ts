import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import type { Advice, Failure, Instead } from "../errors.ts";
import { isProcoreHost } from "../hosts.ts";

/** What a person reads when something came that no API sends, or that this version does not understand. */
export function unexpectedReplyAdvice(failure: Extract<Failure, { kind: "unexpectedReply" }>): Advice {
  const { host, expected, path, instead } = failure;
  if (instead !== undefined) return insteadAdvice(instead, host);
  if (path !== undefined) {
    return {
      headline: l10n.t("Reply not understood"),
      message: l10n.t(
        "{0} sent {1} in a form that this version does not understand (at {2}). Try again; if it stays so, please report it.",
        host,
        expected,
        path,
      ),
      action: "retry",
    };
  }
  return {
    headline: l10n.t("Not what was expected"),
    message: isProcoreHost(host)
      ? l10n.t(
          "{0} answered with something other than {1}. Try again; if it stays so, a proxy or firewall may answer in Procore's place.",
          host,
          expected,
        )
      : l10n.t(
          "{0} answered with something other than {1}. Try again; if it stays so, check the address.",
          host,
          expected,
        ),
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
        headline: l10n.t("Network wants a sign-in"),
        message: l10n.t(
          "Your network wants you to sign in before it lets anything through to {0}. Open a web page in a browser, sign in there, then try again.",
          host,
        ),
        action: "retry",
      };
    case "redirect":
      return {
        headline: l10n.t("Sent to another address"),
        message: isProcoreHost(host)
          ? l10n.t(
              "{0} points to {1}, which is not an address of this connection; nothing was sent there. A sign-in page of your network can do that: open a web page in a browser, then try again.",
              host,
              instead.host,
            )
          : l10n.t(
              "{0} points to {1}, which is not an address of this connection; nothing was sent there. A sign-in page of your network can do that: open a web page in a browser, then try again; or the address in the setting procore.environments is wrong.",
              host,
              instead.host,
            ),
        action: "retry",
        ...settingToo(host),
      };
    case "webPage":
      return {
        headline: l10n.t("Web page instead of data"),
        message: webPageWords(instead.title, host),
        action: "retry",
        ...settingToo(host),
      };
    default:
      return assertNever(instead);
  }
}

function webPageWords(title: string, host: string): string {
  const page = title === "" ? l10n.t("a web page") : l10n.t('a web page ("{0}")', title);
  return isProcoreHost(host)
    ? l10n.t(
        "{0} answered with {1} instead of data. A sign-in page of your network, a proxy or a firewall can do that: open a web page in a browser, then try again.",
        host,
        page,
      )
    : l10n.t(
        "{0} answered with {1} instead of data. A sign-in page of your network, a proxy or a firewall can do that: open a web page in a browser, then try again; or the address in the setting procore.environments is wrong.",
        host,
        page,
      );
}

const settingToo = (host: string): Pick<Advice, "also"> => (isProcoreHost(host) ? {} : { also: "openSettings" });
