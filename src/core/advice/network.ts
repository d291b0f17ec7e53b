import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import type { Advice, Failure } from "../errors.ts";
import { isLoopback } from "../hosts.ts";
import { proxyWords } from "./proxy.ts";

type NetworkFailure = Extract<Failure, { kind: "network" }>;

/** What a person reads when no usable reply came: for each cause the setting or step that cures it. */
export function networkAdvice(failure: NetworkFailure): Advice {
  const { host } = failure;
  switch (failure.cause) {
    case "hostNotFound":
      return reachable(failure, {
        headline: l10n.t("Host not found"),
        message: l10n.t(
          "The address of {0} could not be found. Check your internet connection, VPN or DNS, then try again.",
          host,
        ),
      });
    case "refused":
      return reachable(failure, {
        headline: l10n.t("Connection refused"),
        message: isOnThisMachine(host)
          ? l10n.t(
              "{0} refused the connection: no program listens there on this machine. Start it, then try again.",
              host,
            )
          : l10n.t("{0} refused the connection. Check network, VPN and firewall, then try again.", host),
      });
    case "reset":
      return {
        headline: l10n.t("Connection broke off"),
        message: l10n.t("The connection to {0} broke off. Try again.", host),
        action: "retry",
      };
    case "timeout":
      return reachable(failure, {
        headline: l10n.t("No answer in time"),
        message: l10n.t("{0} did not answer in time. Check your connection, then try again.", host),
      });
    case "certificate":
    case "certificateExpired":
    case "certificateHost":
    case "tls":
    case "tlsVersion":
      return { ...secureWords(failure.cause, host), action: "retry" };
    case "proxyUnreachable":
    case "proxyAuthentication":
    case "proxyRefused":
      return { ...proxyWords(failure.cause, failure), action: "openProxySettings", also: "retry" };
    case "proxySetting":
      return {
        headline: l10n.t("Proxy setting is wrong"),
        message: l10n.t(
          "Nothing was sent to {0}: {1} does not name a proxy that can be used. Write it like http://proxy.example.com:8080, with special characters of a password percent-encoded.",
          host,
          failure.proxy ?? "http.proxy",
        ),
        action: "openProxySettings",
        also: "retry",
      };
    case "certificatesUnchecked":
      return {
        headline: l10n.t("Certificates not checked"),
        message: l10n.t(
          "Nothing was sent to {0}: NODE_TLS_REJECT_UNAUTHORIZED=0 keeps the editor from checking certificates. Start the editor without it, or set procore.network.transport to undici.",
          host,
        ),
        action: "openTransportSetting",
        also: "retry",
      };
    case "replyTooLarge":
      return {
        headline: l10n.t("Reply too large"),
        message: l10n.t("The answer of {0} is too large.", host),
        action: "retry",
      };
    case "unreadable":
      return {
        headline: l10n.t("Reply is unreadable"),
        message: l10n.t(
          "{0} answered with something that is no HTTP or is damaged. A wrong port or a program in between can do that; check the address, then try again.",
          host,
        ),
        action: "retry",
      };
    case "notAllowed":
      return {
        headline: l10n.t("Request not sent"),
        message: l10n.t("The request was not sent: {0} is not an address of this connection.", host),
        action: "retry",
      };
    case "other":
      return {
        headline: l10n.t("No connection"),
        message:
          failure.code === undefined
            ? l10n.t("{0} could not be reached. Check your connection, then try again.", host)
            : l10n.t("{0} could not be reached ({1}). Check your connection, then try again.", host, failure.code),
        action: "retry",
      };
    default:
      return assertNever(failure.cause);
  }
}

type Words = Pick<Advice, "headline" | "message">;

/** Where nothing came through at all, a proxy may be the only way out; never to this machine itself. */
function reachable({ host, proxy }: NetworkFailure, words: Words): Advice {
  if (isOnThisMachine(host)) return { ...words, action: "retry" };
  const hint =
    proxy === undefined
      ? l10n.t("If only a proxy leads out of your network, set http.proxy.")
      : l10n.t("The way led through the proxy {0}.", proxy);
  return { ...words, message: `${words.message} ${hint}`, action: "retry", also: "openProxySettings" };
}

function secureWords(
  cause: "certificate" | "certificateExpired" | "certificateHost" | "tls" | "tlsVersion",
  host: string,
): Words {
  switch (cause) {
    case "certificate":
      return {
        headline: l10n.t("Certificate not trusted"),
        message: l10n.t(
          "The certificate of {0} is not trusted. If your company uses its own certificate authority, add it to the system's store or set NODE_EXTRA_CA_CERTS, then restart the editor.",
          host,
        ),
      };
    case "certificateExpired":
      return {
        headline: l10n.t("Certificate out of date"),
        message: l10n.t(
          "The certificate of {0} has expired or is not valid yet. Check this machine's date and time; if they are right, whoever runs {0} must renew it.",
          host,
        ),
      };
    case "certificateHost":
      return {
        headline: l10n.t("Certificate of another host"),
        message: l10n.t(
          "{0} answered with the certificate of another host. A sign-in page of your network, a proxy or a wrong address can do that: open a web page in a browser and sign in to your network if it asks, then try again.",
          host,
        ),
      };
    case "tls":
      return {
        headline: l10n.t("No secure connection"),
        message: l10n.t(
          "A secure connection to {0} could not be made. Something between may not speak TLS: check proxy and VPN.",
          host,
        ),
      };
    case "tlsVersion":
      return {
        headline: l10n.t("TLS version too old"),
        message: l10n.t(
          "{0} speaks only old versions of TLS that are no longer safe. Something between may be out of date: check proxy and VPN.",
          host,
        ),
      };
    default:
      return assertNever(cause);
  }
}

/** `host` may have a port. */
const isOnThisMachine = (host: string): boolean => isLoopback(host.replace(/:\d+$/u, ""));
