import { assertNever } from "../assertNever.ts";
import type { Advice, Failure } from "../errors.ts";
import { isLoopback } from "../hosts.ts";

type NetworkFailure = Extract<Failure, { kind: "network" }>;

/** What a person reads when no usable reply came: for each cause the setting or step that cures it. */
export function networkAdvice(failure: NetworkFailure): Advice {
  const { host } = failure;
  switch (failure.cause) {
    case "hostNotFound":
      return reachable(failure, {
        headline: "Host not found",
        message: `The address of ${host} could not be found. Check your internet connection, VPN or DNS, then try again.`,
      });
    case "refused":
      return reachable(failure, {
        headline: "Connection refused",
        message: isOnThisMachine(host)
          ? `${host} refused the connection: no program listens there on this machine. Start it, then try again.`
          : `${host} refused the connection. Check network, VPN and firewall, then try again.`,
      });
    case "reset":
      return {
        headline: "Connection broke off",
        message: `The connection to ${host} broke off. Try again.`,
        action: "retry",
      };
    case "timeout":
      return reachable(failure, {
        headline: "No answer in time",
        message: `${host} did not answer in time. Check your connection, then try again.`,
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
        headline: "Proxy setting is wrong",
        message: `Nothing was sent to ${host}: ${failure.proxy ?? "http.proxy"} does not name a proxy that can be used. Write it like http://proxy.example.com:8080, with special characters of a password percent-encoded.`,
        action: "openProxySettings",
        also: "retry",
      };
    case "certificatesUnchecked":
      return {
        headline: "Certificates not checked",
        message: `Nothing was sent to ${host}: NODE_TLS_REJECT_UNAUTHORIZED=0 keeps the editor from checking certificates. Start the editor without it, or set procore.network.transport to undici.`,
        action: "retry",
      };
    case "replyTooLarge":
      return { headline: "Reply too large", message: `The answer of ${host} is too large.`, action: "retry" };
    case "unreadable":
      return {
        headline: "Reply is unreadable",
        message: `${host} answered with something that is no HTTP or is damaged. A wrong port or a program in between can do that; check the address, then try again.`,
        action: "retry",
      };
    case "notAllowed":
      return {
        headline: "Request not sent",
        message: `The request was not sent: ${host} is not an address of this connection.`,
        action: "retry",
      };
    case "other":
      return {
        headline: "No connection",
        message: `${host} could not be reached${failure.code === undefined ? "" : ` (${failure.code})`}. Check your connection, then try again.`,
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
      ? "If only a proxy leads out of your network, set http.proxy."
      : `The way led through the proxy ${proxy}.`;
  return { ...words, message: `${words.message} ${hint}`, action: "retry", also: "openProxySettings" };
}

function secureWords(
  cause: "certificate" | "certificateExpired" | "certificateHost" | "tls" | "tlsVersion",
  host: string,
): Words {
  switch (cause) {
    case "certificate":
      return {
        headline: "Certificate not trusted",
        message: `The certificate of ${host} is not trusted. If your company uses its own certificate authority, add it to the system's store or set NODE_EXTRA_CA_CERTS, then restart the editor.`,
      };
    case "certificateExpired":
      return {
        headline: "Certificate out of date",
        message: `The certificate of ${host} has expired or is not valid yet. Check this machine's date and time; if they are right, whoever runs ${host} must renew it.`,
      };
    case "certificateHost":
      return {
        headline: "Certificate of another host",
        message: `${host} answered with the certificate of another host. A sign-in page of your network, a proxy or a wrong address can do that: open a web page in a browser and sign in to your network if it asks, then try again.`,
      };
    case "tls":
      return {
        headline: "No secure connection",
        message: `A secure connection to ${host} could not be made. Something between may not speak TLS: check proxy and VPN.`,
      };
    case "tlsVersion":
      return {
        headline: "TLS version too old",
        message: `${host} speaks only old versions of TLS that are no longer safe. Something between may be out of date: check proxy and VPN.`,
      };
    default:
      return assertNever(cause);
  }
}

function proxyWords(
  cause: "proxyUnreachable" | "proxyAuthentication" | "proxyRefused",
  { host, proxy }: NetworkFailure,
): Words {
  const named = proxy === undefined ? "The proxy" : `The proxy ${proxy}`;
  switch (cause) {
    case "proxyUnreachable":
      return {
        headline: "Proxy not reached",
        message: `${named} on the way to ${host} could not be reached. Check the setting http.proxy and your VPN, then try again.`,
      };
    case "proxyAuthentication":
      return {
        headline: "Proxy wants a password",
        message: `${named} on the way to ${host} wants a user name and password. Put them into the setting http.proxy (http://name:password@host:port), then try again.`,
      };
    case "proxyRefused":
      return {
        headline: "Proxy refused",
        message: `${named} makes no connection to ${host}. Ask whoever runs it, or add the host to the setting http.noProxy if it can be reached directly.`,
      };
    default:
      return assertNever(cause);
  }
}

/** `host` may have a port. */
const isOnThisMachine = (host: string): boolean => isLoopback(host.replace(/:\d+$/u, ""));
