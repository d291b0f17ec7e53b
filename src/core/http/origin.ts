import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../errors.ts";
import { isLoopback } from "../hosts.ts";

export { isLoopback } from "../hosts.ts";

/** Query values: a list becomes `name[]=a&name[]=b`, as Procore's filters want it. */
export type Query = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * The URL for unencoded path segments under `origin`. Whatever the segments hold, the result has exactly this origin
 * and this number of segments; empty and dot segments, which URL parsing would remove, are refused (`notAllowed`).
 */
export function buildUrl(origin: string, segments: readonly string[], query: Query = {}): URL {
  const base = parseOrigin(origin);
  const path = segments.map((segment) => encodeSegment(segment, base.host)).join("/");
  const search = encodeQuery(query);
  const url = new URL(`${base.origin}/${path}${search === "" ? "" : `?${search}`}`);
  assertSameOrigin(url, origin);
  return url;
}

/**
 * Throws `notAllowed` unless a parsed URL goes to `origin`: same scheme, host and port, and no user name in it.
 * Compared after parsing, because `new URL("//other.test/x", base)` changes hosts.
 */
export function assertSameOrigin(url: URL, origin: string): void {
  if (url.origin !== parseOrigin(origin).origin || hasUserInfo(url)) throw notAllowed(url.host);
}

/** May a request go there at all: https, or http to this machine itself, and no user name in the address. */
export function isSendable(url: URL): boolean {
  if (hasUserInfo(url)) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

/** The failure for a request that was not sent because it would have gone somewhere else. */
export function notAllowed(host: string): ProcoreError {
  return new ProcoreError({ kind: "network", cause: "notAllowed", host });
}

function parseOrigin(origin: string): URL {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const isBare = url !== undefined && url.pathname === "/" && url.search === "" && url.hash === "";
  if (!isBare || !isSendable(url)) throw notAllowed(url?.host ?? l10n.t("(no address)"));
  return url;
}

function encodeSegment(segment: string, host: string): string {
  if (segment === "" || segment === "." || segment === ".." || /\p{Cs}/u.test(segment)) throw notAllowed(host);
  return encodeURIComponent(segment);
}

function encodeQuery(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === "string" || typeof value === "number") search.append(name, String(value));
    else for (const item of value) search.append(name.endsWith("[]") ? name : `${name}[]`, item);
  }
  return search.toString();
}

const hasUserInfo = (url: URL): boolean => url.username !== "" || url.password !== "";
