import * as l10n from "@vscode/l10n";
import { utc } from "../utc.ts";
import { type Check, fact, failed } from "./check.ts";
import type { DiagnosePorts, ShownCertificate, Way } from "./ports.ts";
import { skipped, type Step } from "./runSteps.ts";
import { hiddenPiece, hostPiece, type Piece, words } from "./words.ts";

/** The way to one host, step by step: proxy, name, connection, certificate. `needs` are the steps before all of them. */
export function hostSteps(ports: DiagnosePorts, url: URL, needs: readonly string[]): readonly Step[] {
  const { probe } = ports;
  const host = hostPiece(url.host);
  const idOf = (part: string): string => `${part} ${url.host}`;
  return [
    {
      id: idOf("proxy"),
      title: words(l10n.t("Proxy to {0}"), host),
      needs,
      run: async () => ({ facts: wayFacts(probe.way(url)) }),
    },
    {
      id: idOf("dns"),
      title: words(l10n.t("DNS for {0}"), host),
      needs: [...needs, idOf("proxy")],
      async run(signal) {
        const way = probe.way(url);
        const name = way.kind === "proxy" ? hostOfAddress(way.address) : bare(url.hostname);
        const shown = way.kind === "proxy" ? hiddenPiece("proxy", way.address) : hostPiece(name);
        if (/^[\d.]+$|:/u.test(name))
          return { facts: [fact(words("{0}", shown), words(l10n.t("it is an address: there is nothing to look up")))] };
        const addresses = await probe.resolve(name, signal);
        return { facts: [fact(words("{0}", shown), words(places(addresses.length), ...addresses.map(addressPiece)))] };
      },
    },
    {
      id: idOf("tcp"),
      title: words(l10n.t("TCP connection to {0}"), host),
      needs: [...needs, idOf("dns")],
      async run(signal) {
        const way = probe.way(url);
        const ms = await probe.connect(url, signal);
        const label = way.kind === "proxy" ? words(l10n.t("To the proxy")) : words(l10n.t("To the host"));
        return { facts: [fact(label, words(l10n.t("the connection was made in {0} ms"), ms))] };
      },
    },
    {
      id: idOf("tls"),
      title: words(l10n.t("TLS of {0}"), host),
      needs: [...needs, idOf("tcp")],
      async run(signal) {
        if (url.protocol !== "https:") return skipped(words(l10n.t("plain http, which is for this machine only")));
        const shown = await probe.certificate(url, signal);
        if (shown === undefined)
          return skipped(words(l10n.t("this part cannot look behind this kind of proxy; the transports below can")));
        return { facts: certificateFacts(shown), troubles: certificateTroubles(shown, url.host, probe.way(url)) };
      },
    },
  ];
}

/** Where a transport got through, what the direct look met keeps nobody from working: another way led there. */
export function settleHosts(checks: readonly Check[], reached: ReadonlySet<string>): readonly Check[] {
  const isRemark = ({ id, verdict }: Check): boolean => {
    const [part = "", host = ""] = id.split(" ");
    return verdict === "problem" && ["dns", "tcp", "tls"].includes(part) && reached.has(host);
  };
  return checks.map((check) => (isRemark(check) ? { ...check, verdict: "note" } : check));
}

function wayFacts(way: Way) {
  const editor = fact(
    words(l10n.t("The editor's own fetch")),
    words(l10n.t("it finds its proxy itself: settings, environment, system, PAC file")),
  );
  if (way.kind === "direct") {
    const why = {
      loopback: l10n.t("none: this machine is never reached through a proxy"),
      noProxy: l10n.t("none: http.noProxy or NO_PROXY exempts this host"),
      noneNamed: l10n.t("none: neither http.proxy nor the environment names one"),
      off: l10n.t("none: http.proxySupport is off"),
    };
    return [fact(words(l10n.t("Proxy")), words(why[way.why])), ...(way.why === "loopback" ? [] : [editor])];
  }
  const credentials = {
    none: l10n.t("no user name and password are given to it"),
    inAddress: l10n.t("user name and password are in its address"),
    inSetting: l10n.t("http.proxyAuthorization is sent to it"),
  };
  return [
    fact(words(l10n.t("Proxy")), words(l10n.t("{0}, {1}"), hiddenPiece("proxy", way.address), way.scheme)),
    fact(words(l10n.t("Decided by")), words(way.namedBy)),
    fact(words(l10n.t("Credentials")), words(credentials[way.credentials])),
    editor,
  ];
}

function certificateFacts({
  protocol,
  subject,
  names,
  issuer,
  root,
  rootFrom,
  chainLength,
  validFrom,
  validTo,
}: ShownCertificate) {
  const from = {
    node: l10n.t("an authority that Node brings along"),
    added: l10n.t("an authority that was added on this machine (the system's store or NODE_EXTRA_CA_CERTS)"),
    unknown: l10n.t("an authority that is not known on this machine"),
  };
  return [
    fact(words(l10n.t("Protocol")), words(protocol)),
    fact(
      words(l10n.t("Certificate")),
      words(l10n.t("{0}; for these hosts: {1}"), namePiece(subject), hiddenNames(names)),
    ),
    fact(
      words(l10n.t("Issued by")),
      words(l10n.t("{0}; certificates in the chain: {1}"), authorityPiece(issuer, rootFrom), chainLength),
    ),
    fact(words(l10n.t("Root authority")), words(l10n.t("{0}: {1}"), authorityPiece(root, rootFrom), from[rootFrom])),
    fact(words(l10n.t("Validity")), words(l10n.t("from {0} to {1}"), utc(validFrom), utc(validTo))),
  ];
}

/** Public authorities are no secret; one that a company made may have its name. */
const authorityPiece = (name: string, from: ShownCertificate["rootFrom"]): Piece =>
  from === "node" ? name : hiddenPiece("authority", name);

/** `*.procore.com` is as public as Procore's hosts. */
const namePiece = (name: string): Piece =>
  typeof hostPiece(name.replace(/^\*\./u, "")) === "string" ? name : hiddenPiece("host", name);

const hiddenNames = (names: string): Piece =>
  names.split(", ").every((name) => typeof namePiece(name) === "string") ? names : hiddenPiece("host", names);

function certificateTroubles({ refused }: ShownCertificate, host: string, way: Way) {
  if (refused === undefined) return [];
  const proxy = way.kind === "proxy" ? { proxy: way.address } : {};
  return [failed({ kind: "network", cause: refused.cause, code: refused.code, host, ...proxy })];
}

/** "[::1]" without its brackets. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/u, "$1");

const hostOfAddress = (address: string): string => bare(address.replace(/:\d+$/u, ""));

/** This machine's own addresses are the same everywhere. */
const addressPiece = (address: string): Piece =>
  /^127\.|^::1$/u.test(address) ? address : hiddenPiece("address", address);

/** "{0}, {1}, {2}". */
const places = (count: number): string => Array.from({ length: count }, (_, index) => `{${index}}`).join(", ");
