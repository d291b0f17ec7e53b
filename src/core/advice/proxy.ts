import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import type { Advice, Failure } from "../errors.ts";

/** What a person reads when the proxy is what failed; the proxy is named where it is known. */
export function proxyWords(
  cause: "proxyUnreachable" | "proxyAuthentication" | "proxyRefused",
  { host, proxy }: Extract<Failure, { kind: "network" }>,
): Pick<Advice, "headline" | "message"> {
  switch (cause) {
    case "proxyUnreachable":
      return {
        headline: l10n.t("Proxy not reached"),
        message:
          proxy === undefined
            ? l10n.t(
                "The proxy on the way to {0} could not be reached. Check the setting http.proxy and your VPN, then try again.",
                host,
              )
            : l10n.t(
                "The proxy {0} on the way to {1} could not be reached. Check the setting http.proxy and your VPN, then try again.",
                proxy,
                host,
              ),
      };
    case "proxyAuthentication":
      return {
        headline: l10n.t("Proxy wants a password"),
        message:
          proxy === undefined
            ? l10n.t(
                "The proxy on the way to {0} wants a user name and password. Put them into the setting http.proxy (http://name:password@host:port), then try again.",
                host,
              )
            : l10n.t(
                "The proxy {0} on the way to {1} wants a user name and password. Put them into the setting http.proxy (http://name:password@host:port), then try again.",
                proxy,
                host,
              ),
      };
    case "proxyRefused":
      return {
        headline: l10n.t("Proxy refused"),
        message:
          proxy === undefined
            ? l10n.t(
                "The proxy makes no connection to {0}. Ask whoever runs it, or add the host to the setting http.noProxy if it can be reached directly.",
                host,
              )
            : l10n.t(
                "The proxy {0} makes no connection to {1}. Ask whoever runs it, or add the host to the setting http.noProxy if it can be reached directly.",
                proxy,
                host,
              ),
      };
    default:
      return assertNever(cause);
  }
}
