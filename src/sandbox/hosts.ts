/**
 * The authorities (`host:port`) that requests may name. A page of another site can make a browser send requests to a
 * loopback port under the name of its own host (DNS rebinding), but then the `Host` header has that name.
 */
export interface AllowedHosts {
  allow(authority: string): void;
  isAllowed(authority: string | undefined): boolean;
}

/** An address as it stands in a URL: IPv6 in brackets. */
export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

export function createAllowedHosts(host: string, port: number): AllowedHosts {
  const names = ["127.0.0.1", "localhost", "[::1]", hostInUrl(host)];
  // A browser leaves the port out when it is that of the scheme.
  const allowed = new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
  return {
    allow: (authority) => void allowed.add(authority.toLowerCase()),
    isAllowed: (authority) => authority !== undefined && allowed.has(authority.toLowerCase()),
  };
}
