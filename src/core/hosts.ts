/** Is a host name, as `URL` writes it, one of this machine's own: `localhost`, 127.0.0.0/8 or `[::1]`? */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/u.test(hostname);
}

/** Is a host name one of Procore's own? A host with a port is none: Procore has no service there. */
export function isProcoreHost(hostname: string): boolean {
  return /^(?:[a-z0-9-]+\.)*(?:procore|procoregov)\.com$/u.test(hostname);
}

/** Procore's page about its own trouble. @see procore/documentation api_essentials/troubleshooting.md */
export const statusPageUrl = "https://status.procore.com";
