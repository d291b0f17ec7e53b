import * as l10n from "@vscode/l10n";
import { minuteMs, secondMs } from "../clock.ts";
import { advice, type Failure, ProcoreError } from "../errors.ts";
import { apiFailure, notTheApi, redirectTo, replyFacts, webPageOf } from "../http/apiFailure.ts";
import type { TimedReply } from "../http/exchange.ts";
import { readClockSkewMs, readServerDate } from "../http/headers.ts";
import type { TransportUse } from "../session.ts";
import { fact, type Fact, failed, type Outcome } from "./check.ts";
import type { DiagnosePorts } from "./ports.ts";
import type { Step } from "./runSteps.ts";
import { hostPiece, words } from "./words.ts";

/** What the transports met, for the parts that come later. */
export interface Met {
  /** Hosts from which an answer came that is theirs. */
  readonly reached: Set<string>;
  /** Server's clock minus this machine's in ms, by host. */
  readonly skews: Map<string, number>;
}

type Kind = TransportUse["kind"];
type Result =
  | { readonly kind: Kind; readonly ms: number; readonly status: number }
  | { readonly kind: Kind; readonly failure: Failure };

/** The id of the step below. */
export const transportId = ({ host }: URL): string => `transport ${host}`;

/** One request without a token to a host, through each of both transports; which answer comes does not matter. */
export function transportStep(ports: DiagnosePorts, url: URL, met: Met, needs: readonly string[]): Step {
  const chosen = ports.settings.transport;
  return {
    id: transportId(url),
    title: words(l10n.t("Requests to {0}"), hostPiece(url.host)),
    needs,
    async run(signal) {
      const results: readonly Result[] = [
        await attempt(ports, "undici", url, met, signal),
        await attempt(ports, "vscode", url, met, signal),
      ];
      const wanted = results.filter(({ kind }) => chosen === "auto" || kind === chosen);
      return outcomeOf(results, wanted, url.host, met);
    },
  };
}

function outcomeOf(results: readonly Result[], wanted: readonly Result[], host: string, met: Met): Outcome {
  const facts = results.map(resultFact);
  const works = wanted.some((result) => "status" in result);
  if (works) {
    met.reached.add(host);
    return { facts, verdict: results.every((result) => "status" in result) ? "ok" : "note" };
  }
  // When both failed, what undici says names proxy and cause best.
  const [first] = wanted;
  return { facts, troubles: first !== undefined && "failure" in first ? [failed(first.failure)] : [] };
}

function resultFact(result: Result): Fact {
  const name = words(result.kind === "undici" ? l10n.t("Through undici") : l10n.t("Through the editor's fetch"));
  if ("failure" in result)
    return fact(
      name,
      words(
        l10n.t({ message: "failed: {0}", comment: ["{0} is the headline of a failure, e.g. Certificate not trusted"] }),
        advice(result.failure).headline,
      ),
    );
  return fact(
    name,
    words(l10n.t("the host answered {0} to a request without a token, in {1} ms"), result.status, result.ms),
  );
}

async function attempt(ports: DiagnosePorts, kind: Kind, url: URL, met: Met, signal: AbortSignal): Promise<Result> {
  try {
    const timed = await ports.send(kind, url, signal);
    const skew = skewOf(timed);
    if (skew !== undefined) met.skews.set(url.host, skew);
    const failure = failureOf(timed, url);
    if (failure !== undefined) return { kind, failure };
    return { kind, status: timed.reply.status, ms: timed.receivedAt - timed.sentAt };
  } catch (error) {
    if (error instanceof ProcoreError && !signal.aborted) return { kind, failure: error.failure };
    throw error;
  }
}

/** Why an answer is not the host's own; undefined for any that is, such as its 401. */
function failureOf(timed: TimedReply, url: URL): Failure | undefined {
  const { status, headers } = timed.reply;
  const location = headers["location"];
  const source = { host: url.host, ...replyFacts(timed) };
  if (status >= 300 && status <= 399 && location !== undefined && URL.canParse(location, url.href)) {
    return notTheApi({ ...source, instead: redirectTo(new URL(location, url), location) }, l10n.t("an answer")).failure;
  }
  if (status < 400) {
    const instead = webPageOf(timed.reply);
    return instead === undefined ? undefined : notTheApi({ ...source, instead }, l10n.t("an answer")).failure;
  }
  const { failure } = apiFailure(timed, url.host);
  const isStrange =
    failure.kind === "network" || (failure.kind === "http" && (failure.instead !== undefined || status >= 500));
  return isStrange ? failure : undefined;
}

function skewOf({ reply, sentAt, receivedAt }: TimedReply): number | undefined {
  if (readServerDate(reply.headers) === undefined) return undefined;
  return readClockSkewMs(reply.headers, { sentAt, receivedAt });
}

/** So far apart that certificates and people are confused. */
const farMs = 10 * minuteMs;

/** This machine's clock against the `Date` of the hosts. */
export function clockStep(met: Met, needs: readonly string[]): Step {
  return {
    id: "clock",
    title: words(l10n.t("Clock")),
    needs,
    async run() {
      if (met.skews.size === 0)
        return { facts: [fact(words(l10n.t("Not done")), words(l10n.t("no host told its time")))], verdict: "skipped" };
      const facts = Array.from(met.skews, ([host, skew]) => fact(words("{0}", hostPiece(host)), skewWords(skew)));
      const worst = Math.max(...Array.from(met.skews.values(), Math.abs));
      if (worst < farMs) return { facts, verdict: worst === 0 ? "ok" : "note" };
      const cure = l10n.t(
        "This machine's clock is far from the server's. Sessions go by the server's time, but certificates may be refused: let the system set date and time by itself.",
      );
      return {
        facts,
        troubles: [{ kind: "finding", headline: l10n.t("Clock is wrong"), words: words(cure), action: "retry" }],
      };
    },
  };
}

function skewWords(skewMs: number) {
  const seconds = Math.round(Math.abs(skewMs) / secondMs);
  if (seconds === 0) return words(l10n.t("the clock agrees with this machine's within 5 s"));
  return skewMs > 0
    ? words(l10n.t("the clock is {0} s ahead of this machine's"), seconds)
    : words(l10n.t("the clock is {0} s behind this machine's"), seconds);
}
