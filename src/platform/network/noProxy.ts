import { BlockList, isIP } from "node:net";

/**
 * Is a host among those that no proxy leads to? Entries are read as VS Code reads `http.noProxy`: `*` means every host;
 * `example.com` and `.example.com` mean this name and all below it; a port after a colon means this port only. Besides,
 * `*.example.com`, IPv6 addresses with and without brackets, and networks such as `10.0.0.0/8` are understood.
 * @see microsoft/vscode-proxy-agent src/index.ts, shouldBypassProxy
 */
export function isExempt(url: URL, entries: readonly string[]): boolean {
  const host = bare(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return entries.some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  if (entry.includes("/")) return isInNetwork(entry, host);
  const { name, onlyPort } = split(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && canonical(name) === canonical(host);
  const domain = name.replace(/^\*?\./u, "");
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address, whose colons belong to it. */
function split(entry: string): { readonly name: string; readonly onlyPort: string | undefined } {
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/u.exec(entry)?.groups;
  return { name: bare(parts?.["v6"] ?? parts?.["name"] ?? entry), onlyPort: parts?.["port"] };
}

/** Without brackets and without the dot that ends a full name. */
const bare = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.+)\]$/u, "$1")
    .replace(/(.)\.$/u, "$1");

/** IPv6 addresses have many spellings; URL knows one. */
const canonical = (address: string): string =>
  isIP(address) === 6 && URL.canParse(`http://[${address}]`) ? bare(new URL(`http://[${address}]`).hostname) : address;

function isInNetwork(entry: string, host: string): boolean {
  const [address = "", prefix = ""] = entry.split("/");
  const family = isIP(bare(address));
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/u.test(prefix)) return false;
  if (Number(prefix) > (family === 6 ? 128 : 32)) return false;
  const kind = family === 6 ? "ipv6" : "ipv4";
  const network = new BlockList();
  network.addSubnet(bare(address), Number(prefix), kind);
  return network.check(host, kind);
}
