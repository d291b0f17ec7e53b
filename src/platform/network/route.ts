import { ProcoreError } from "../../core/errors.ts";
import { isLoopback } from "../../core/http/origin.ts";
import { Secret } from "../../core/secret.ts";
import { isExempt } from "./noProxy.ts";
import type { Environment, NetworkSettings } from "./settings.ts";

/** A proxy as a setting or an environment variable names it. */
export interface Proxy {
  readonly kind: "http" | "https" | "socks5";
  /** Host and port, for people. */
  readonly address: string;
  /** `http.proxy`, or the name of the environment variable. */
  readonly namedBy: string;
  /** From its address, decoded; "" when there is none. */
  readonly userName: string;
  readonly password: Secret;
}

/** How a request gets to its host. */
export type Route =
  | { readonly kind: "direct"; readonly why: "loopback" | "noProxy" | "noneNamed" | "off" }
  | { readonly kind: "proxy"; readonly proxy: Proxy };

/**
 * The route to a host, by the rules of the editor: this machine is never reached through a proxy; then `http.noProxy`
 * (the environment's NO_PROXY only where that is empty), `http.proxy`, and the environment's proxies.
 * @throws ProcoreError (`proxySetting`) when the proxy that is named cannot be understood
 * @see microsoft/vscode-proxy-agent src/index.ts, useProxySettings
 */
export function routeTo(url: URL, settings: NetworkSettings, env: Environment): Route {
  if (isLoopback(url.hostname)) return { kind: "direct", why: "loopback" };
  if (settings.proxySupport === "off") return { kind: "direct", why: "off" };
  const fromEnvironment = (env["no_proxy"] || env["NO_PROXY"] || "").split(/[\s,]+/u);
  const exempt = settings.noProxy.length > 0 ? settings.noProxy : fromEnvironment;
  if (isExempt(url, exempt)) return { kind: "direct", why: "noProxy" };
  const named = namedProxy(settings, env);
  if (named === undefined) return { kind: "direct", why: "noneNamed" };
  const proxy = parseProxy(named.value, named.name);
  if (proxy !== undefined) return { kind: "proxy", proxy };
  throw new ProcoreError({ kind: "network", cause: "proxySetting", host: url.host, proxy: named.name });
}

const variables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] as const;

function namedProxy(
  settings: NetworkSettings,
  env: Environment,
): { readonly name: string; readonly value: Secret } | undefined {
  if (settings.proxy !== undefined) return { name: "http.proxy", value: settings.proxy };
  const name = variables.find((variable) => (env[variable] ?? "").trim() !== "");
  return name === undefined ? undefined : { name, value: new Secret(env[name] ?? "") };
}

const kinds: Readonly<Record<string, { readonly kind: Proxy["kind"]; readonly port: string }>> = {
  "http:": { kind: "http", port: "80" },
  "https:": { kind: "https", port: "443" },
  "socks:": { kind: "socks5", port: "1080" },
  "socks5:": { kind: "socks5", port: "1080" },
  "socks5h:": { kind: "socks5", port: "1080" },
};

/** Reads `scheme://user:password@host:port`; without a scheme it is an http proxy. Undefined when it is no such thing. */
function parseProxy(value: Secret, namedBy: string): Proxy | undefined {
  const text = value.reveal().trim();
  const address = /^[a-z][\w+.-]*:\/\//iu.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(address);
  const known = Object.hasOwn(kinds, protocol) ? kinds[protocol] : undefined;
  if (known === undefined || hostname === "") return undefined;
  // With a password that nobody percent-encoded (`#`, `?`, `/`) the user name becomes the host.
  if (!["", "/"].includes(pathname) || search !== "" || hash !== "") return undefined;
  return {
    kind: known.kind,
    address: `${hostname}:${port === "" ? known.port : port}`,
    namedBy,
    userName: decoded(username),
    password: new Secret(decoded(password)),
  };
}

/**
 * The value of `Proxy-Authorization` for an http proxy: the whole of `http.proxyAuthorization` when it is set, else what
 * the proxy's own address says; undefined when there is neither.
 */
export function proxyAuthorizationOf({ userName, password }: Proxy, setting: Secret | undefined): string | undefined {
  if (setting !== undefined) return setting.reveal();
  if (userName === "" && password.reveal() === "") return undefined;
  return `Basic ${Buffer.from(`${userName}:${password.reveal()}`).toString("base64")}`;
}

/** A percent sign that nobody encoded is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
