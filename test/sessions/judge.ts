import type { Report } from "./reports.ts";
import { sendOf, type Offer, type Send, type Told } from "./sends.ts";

/**
 * What the server's single-use rule makes unavoidable, whatever a client does:
 * - `killed`: the process was killed between the server's commit and its own store;
 * - `takenOver`: it was stopped there, and a person took its lock over;
 * - `lostAnswer`: the server committed, and its answer never arrived.
 */
export const causes = ["killed", "takenOver", "lostAnswer"] as const;
export type Cause = (typeof causes)[number];

/** A session that had to be begun again: the offers of its time are those with an index from `from` to before `to`. */
export interface Loss {
  readonly connectionId: string;
  readonly from: number;
  readonly to: number;
  /** True epoch ms. */
  readonly at: number;
  /** What was stored then, in words. */
  readonly stored: string;
}

export interface RunRecord {
  readonly offers: readonly Offer[];
  readonly workers: readonly Told[];
  readonly losses: readonly Loss[];
  /** How many answers were taken away after the server had acted. */
  readonly answersTaken: number;
}

export interface Verdict {
  readonly sentTwice: Readonly<Record<Cause, number>>;
  readonly lost: Readonly<Record<Cause, number>>;
  readonly lostAnswers: number;
  /** Everything that has no such cause, in words: each is a fault of ours. */
  readonly unexplained: readonly string[];
}

/** Judges a run: every refresh token sent once, no session lost, but for counted causes. */
export function judge(record: RunRecord): Verdict {
  const sentTwice = { killed: 0, takenOver: 0, lostAnswer: 0 };
  const lost = { killed: 0, takenOver: 0, lostAnswer: 0 };
  const unexplained: string[] = [];
  const { offers, losses } = record;
  for (const [index, offer] of offers.entries()) {
    const before = previous(offers, index);
    if (before === undefined) continue;
    const cause = explain(record, before, offer);
    if (cause === undefined)
      unexplained.push(`sent twice: ${describe(record, before)}, then ${describe(record, offer)}`);
    else sentTwice[cause] += 1;
  }
  for (const loss of losses) {
    const cause = causeOfLoss(record, loss);
    if (cause === undefined) unexplained.push(`lost: ${describeEnd(record, loss)}`);
    else lost[cause] += 1;
  }
  const lostAnswers = offers.filter((offer) => look(record, offer).send?.end?.kind === "lost").length;
  if (lostAnswers > record.answersTaken) {
    unexplained.push(`${lostAnswers} answers did not arrive, but only ${record.answersTaken} were taken away`);
  }
  return { sentTwice, lost, lostAnswers, unexplained };
}

/** The same token's offer before this one. */
function previous(offers: readonly Offer[], index: number): Offer | undefined {
  const token = offers[index]?.tokenFingerprint;
  return offers.slice(0, index).findLast(({ tokenFingerprint }) => tokenFingerprint === token);
}

interface Look {
  readonly worker: Told | undefined;
  readonly send: Send | undefined;
}

function look({ workers }: RunRecord, offer: Offer): Look {
  const worker = workers.find(({ name }) => name === offer.sender);
  return { worker, send: worker && sendOf(offer, worker) };
}

/** Why could the token of `first` come again as `second`? */
function explain(record: RunRecord, first: Offer, second: Offer): Cause | undefined {
  const before = look(record, first);
  return causeOfEnd(before, first) ?? causeOfLateComer(look(record, second), second);
}

/** Did this send end in a way that nobody can help? */
function causeOfEnd({ worker, send }: Look, { connectionId }: Offer): Cause | undefined {
  if (worker === undefined || send === undefined) return undefined;
  if (send.end?.kind === "lost") return "lostAnswer";
  if (wasTakenOver(worker, { from: send.sentAt, to: send.end?.at ?? Infinity })) return "takenOver";
  // Refused, but killed before it could write that down: then the request it was for was never answered.
  const isAnswered = (report: Report): boolean =>
    "connectionId" in report && report.connectionId === connectionId && report.at >= (send.end?.at ?? 0);
  const toldLast = send.end?.kind === "refused" && !worker.reports.some(isAnswered);
  return worker.end === "killed" && (send.end === undefined || toldLast) ? "killed" : undefined;
}

/** How long a process that goes on may take from its last look at the lock to its send. */
const lastLookMs = 250;

/** A request that was under way before another process took the lock of the dead or stopped one, and came later. */
function causeOfLateComer({ worker, send }: Look, offer: Offer): Cause | undefined {
  if (worker === undefined || send === undefined) return undefined;
  if (worker.end === "killed" && send.end === undefined) return "killed";
  return wasTakenOver(worker, { from: send.sentAt - lastLookMs, to: offer.at }) ? "takenOver" : undefined;
}

const wasTakenOver = ({ stops }: Told, time: { readonly from: number; readonly to: number }): boolean =>
  stops.some((stop) => stop.lock === "takenOver" && stop.from <= time.to && (stop.to ?? Infinity) >= time.from);

function causeOfLoss(record: RunRecord, loss: Loss): Cause | undefined {
  const { offers } = record;
  const own = [...offers.keys()]
    .slice(loss.from, loss.to)
    .filter((index) => offers[index]?.connectionId === loss.connectionId);
  const last = own.at(-1);
  const offer = last === undefined ? undefined : offers[last];
  if (last === undefined || offer === undefined) return undefined;
  // Refused, because it was spent before; or renewed, and what was given in exchange was not kept.
  const spent = offers.find(
    ({ outcome, tokenFingerprint }) => outcome === "renewed" && tokenFingerprint === offer.tokenFingerprint,
  );
  return spent === undefined ? undefined : causeOfEnd(look(record, spent), spent);
}

function describe(record: RunRecord, offer: Offer): string {
  const { worker, send } = look(record, offer);
  const end = send?.end === undefined ? "without an end" : `${send.end.kind} at ${send.end.at}`;
  const fate = worker === undefined ? "unknown process" : `${worker.end}, ${JSON.stringify(worker.stops.slice(-3))}`;
  return `${offer.tokenFingerprint} ${offer.outcome} at ${offer.at} from ${offer.sender ?? "?"} (${end}; ${fate})`;
}

function describeEnd(record: RunRecord, { connectionId, from, to, at, stored }: Loss): string {
  const own = record.offers.slice(from, to).filter((offer) => offer.connectionId === connectionId);
  const told = own.slice(-3).map((offer) => describe(record, offer));
  const overtaken = record.workers.flatMap(({ name, stops }) =>
    stops
      .filter((stop) => stop.lock === "takenOver" && stop.from <= at && (stop.to ?? Infinity) >= at - recentMs)
      .map(({ from: since, to: until }) => `${name} from ${since} to ${until ?? "the end"}`),
  );
  const offers = told.length === 0 ? "no refresh" : told.join(" | ");
  return `${connectionId} at ${at} (${stored}) after ${offers}; taken over before: ${overtaken.join(", ") || "none"}`;
}

/** How long before a loss a stop may have begun that has to do with it. */
const recentMs = 2_000;
