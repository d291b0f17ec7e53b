import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../../core/errors.ts";
import { isLoopback } from "../../core/http/origin.ts";
import type { Transport } from "../../core/http/transport.ts";
import type { TransportUse } from "../../core/session.ts";
import { foundNoWay } from "./proxyFailures.ts";
import { type Route, routeTo } from "./route.ts";
import type { Environment, NetworkSettings } from "./settings.ts";

/** Whose requests it is about: a connection's, or those of a sign-in, which has none yet, to a host. */
export interface TransportUser {
  readonly connectionId: string | undefined;
  readonly host: string;
}

export interface TransportChoiceOptions {
  readonly undici: Transport;
  /** The editor's `fetch`. */
  readonly vscode: Transport;
  readonly settings: () => NetworkSettings;
  readonly env: Environment;
  /** Hears which transport brought a reply, whenever that is news. */
  readonly onUse: (user: TransportUser, use: TransportUse) => void;
}

/**
 * `forget` begins anew, for one connection or for all: what was learned holds only for the settings with which it was
 * learned.
 */
export type TransportChoice = Transport & { forget(connectionId?: string): void };

type Kind = TransportUse["kind"];

/**
 * Sends with the transport that `procore.network.transport` names. "auto" begins with undici. Where one of them found
 * no way to the host, so that nothing was sent, the other tries once; the one that brought a reply is remembered for the
 * connection. What could have been sent is never sent again, so token calls and writes may move too.
 */
export function createTransportChoice(options: TransportChoiceOptions): TransportChoice {
  const learned = new Map<string, TransportUse>();
  const send: Transport = async (request, signal) => {
    const setting = options.settings().transport;
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
    const key = request.connectionId ?? url?.origin ?? "";
    const known = learned.get(key);
    const first: Kind = setting === "auto" ? (known?.kind ?? "undici") : setting;
    const note = (use: TransportUse): void => {
      // Of several requests that began together the first tells.
      const before = learned.get(key);
      learned.set(key, use);
      if (url === undefined || (before?.kind === use.kind && before.reason === use.reason)) return;
      options.onUse({ connectionId: request.connectionId, host: url.host }, use);
    };
    try {
      const reply = await options[first](request, signal);
      if (url !== undefined && (known?.kind !== "vscode" || first !== "vscode")) note(useOf(first, url, options));
      return reply;
    } catch (error) {
      const mayMove = setting === "auto" && url !== undefined && !isLoopback(url.hostname) && foundNoWay(error);
      if (!mayMove || signal?.aborted === true) throw error;
      const second: Kind = first === "undici" ? "vscode" : "undici";
      const reply = await options[second](request, signal).catch((other: unknown) => {
        // When neither found a way, what undici said names proxy and cause best.
        throw first === "undici" && neverLeft(other) ? error : other;
      });
      note({ kind: second, reason: l10n.t("{0} found no way: {1}", first, firstSentence(error)) });
      return reply;
    }
  };
  return Object.assign(send, {
    forget(connectionId?: string) {
      if (connectionId === undefined) learned.clear();
      else learned.delete(connectionId);
    },
  });
}

const neverLeft = (error: unknown): boolean =>
  foundNoWay(error) ||
  (error instanceof ProcoreError &&
    error.failure.kind === "network" &&
    error.failure.cause === "certificatesUnchecked");

function useOf(kind: Kind, url: URL, { settings, env }: TransportChoiceOptions): TransportUse {
  const current = settings();
  if (kind === "vscode") return { kind, reason: l10n.t("procore.network.transport says so") };
  return { kind, reason: wordsFor(routeTo(url, current, env)) };
}

function wordsFor(route: Route): string {
  if (route.kind === "proxy") return l10n.t("through the proxy {0} ({1})", route.proxy.address, route.proxy.namedBy);
  const words = {
    loopback: l10n.t("this machine needs no proxy"),
    noProxy: l10n.t("no proxy for this host"),
    noneNamed: l10n.t("no proxy is named"),
    off: l10n.t("http.proxySupport is off"),
  };
  return words[route.why];
}

const firstSentence = (error: unknown): string =>
  error instanceof ProcoreError ? (/^.*?(?=\. |\.$|$)/u.exec(error.message)?.[0] ?? "") : "";
