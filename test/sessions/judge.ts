import type { Disturbances } from "./disturbances.ts";
import { beyondCaps, countByCause, type Cause, type CauseCounts, type Excuse } from "./excuses.ts";
import type { Report } from "./reports.ts";
import type { Stop } from "./workers.ts";
import { sendOf, type Offer, type Send, type Told } from "./sends.ts";

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

export interface RunRecord extends Pick<Disturbances, "kills" | "takeOvers" | "answersTaken"> {
  readonly offers: readonly Offer[];
  readonly workers: readonly Told[];
  readonly losses: readonly Loss[];
}

export interface Verdict {
  readonly sentTwice: CauseCounts;
  readonly lost: CauseCounts;
  readonly lostAnswers: number;
  /** Everything that has no such cause, in words: each is a fault of ours. */
  readonly unexplained: readonly string[];
}

/** Judges a run: every refresh token sent once, no session lost, but for counted causes. */
export function judge(record: RunRecord): Verdict {
  const unexplained: string[] = [];
  const sentTwice: Excuse[] = [];
  const lost: Excuse[] = [];
  const { offers, losses } = record;
  for (const [index, offer] of offers.entries()) {
    const before = previous(offers, index);
    if (before === undefined) continue;
    const cause = explain(record, before, offer);
    if (cause === undefined)
      unexplained.push(`sent twice: ${describe(record, before)}, then ${describe(record, offer)}`);
    else sentTwice.push({ cause, connectionId: offer.connectionId });
  }
  for (const loss of losses) {
    const cause = causeOfLoss(record, loss);
    if (cause === undefined) unexplained.push(`lost: ${describeEnd(record, loss)}`);
    else lost.push({ cause, connectionId: loss.connectionId });
  }
  const lostAnswers = offers.filter((offer) => look(record, offer).send?.end?.kind === "lost").length;
  if (lostAnswers > record.answersTaken) {
    unexplained.push(`${lostAnswers} answers did not arrive, but only ${record.answersTaken} were taken away`);
  }
  unexplained.push(...beyondCaps(record, { "refresh tokens sent twice": sentTwice, "sessions lost": lost }));
  return { sentTwice: countByCause(sentTwice), lost: countByCause(lost), lostAnswers, unexplained };
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
  return causeOfEnd(record, first) ?? causeOfLateComer(record, first, second);
}

/** Did this send end in a way that nobody can help? */
function causeOfEnd(record: RunRecord, offer: Offer): Cause | undefined {
  const { worker, send } = look(record, offer);
  const { connectionId, outcome, tokenFingerprint } = offer;
  if (worker === undefined || send === undefined) return undefined;
  if (send.end?.kind === "lost") return "lostAnswer";
  if (wasTakenOver(worker, { connectionId, from: send.sentAt, to: send.end?.at ?? Infinity })) return "takenOver";
  if (worker.end !== "killed") return undefined;
  if (outcome === "renewed") return send.end === undefined ? "killed" : undefined;
  // Refused, but killed before it could write that down: then the request it was for was never answered. The token is
  // still stored only because who spent it could not help that: without such a beginning there is no excuse.
  const isAnswered = (report: Report): boolean =>
    "connectionId" in report && report.connectionId === connectionId && report.at >= (send.end?.at ?? Infinity);
  const spent = renewalOf(record, tokenFingerprint);
  if (worker.reports.some(isAnswered) || spent === undefined) return undefined;
  return causeOfEnd(record, spent) === undefined ? undefined : "killed";
}

/** The offer for which the server gave another token. */
const renewalOf = ({ offers }: RunRecord, token: string): Offer | undefined =>
  offers.find(({ outcome, tokenFingerprint }) => outcome === "renewed" && tokenFingerprint === token);

/** The last look at the connection's lock before a send: what happens to the lock later, its owner cannot know. */
function lastLook({ reports }: Told, connectionId: string, sentAt: number): number {
  const isLook = (report: Report): boolean => report.kind === "looking" && report.lock === `sessions/${connectionId}`;
  return reports.findLast((report) => isLook(report) && report.at <= sentAt)?.at ?? sentAt;
}

/** A request that was under way before another process took the lock of the dead or stopped one, and came later. */
function causeOfLateComer(record: RunRecord, first: Offer, second: Offer): Cause | undefined {
  const { worker, send } = look(record, second);
  if (worker === undefined || send === undefined) return undefined;
  // Who is dead sent it before another one could take the lock and spend it.
  const spent = look(record, renewalOf(record, second.tokenFingerprint) ?? first).send;
  const sentFirst = spent !== undefined && send.sentAt <= spent.sentAt;
  if (worker.end === "killed" && send.end === undefined && sentFirst) return "killed";
  const { connectionId, at } = second;
  const from = lastLook(worker, connectionId, send.sentAt);
  return wasTakenOver(worker, { connectionId, from, to: at }) ? "takenOver" : undefined;
}

interface TimeOfLock {
  readonly connectionId: string;
  readonly from: number;
  readonly to: number;
}

const wasTakenOver = ({ stops }: Told, { connectionId, from, to }: TimeOfLock): boolean =>
  stops.some((stop) => stop.takenOver === connectionId && stop.from <= to && (stop.to ?? Infinity) >= from);

function causeOfLoss(record: RunRecord, loss: Loss): Cause | undefined {
  const { offers } = record;
  const own = [...offers.keys()]
    .slice(loss.from, loss.to)
    .filter((index) => offers[index]?.connectionId === loss.connectionId);
  const last = own.at(-1);
  const offer = last === undefined ? undefined : offers[last];
  if (last === undefined || offer === undefined) return undefined;
  // Refused, because it was spent before; or renewed, and what was given in exchange was not kept.
  const spent = renewalOf(record, offer.tokenFingerprint);
  return spent === undefined ? undefined : causeOfEnd(record, spent);
}

function describe(record: RunRecord, offer: Offer): string {
  const { worker, send } = look(record, offer);
  const end = send?.end === undefined ? "without an end" : `${send.end.kind} at ${send.end.at}`;
  const fate =
    worker === undefined ? "unknown process" : `${worker.end}, ${JSON.stringify(stopsNear(worker, offer.at))}`;
  return `${offer.tokenFingerprint} ${offer.outcome} at ${offer.at} from ${offer.sender ?? "?"} (${end}; ${fate})`;
}

const stopsNear = ({ stops }: Told, at: number): readonly Stop[] =>
  stops.filter(({ from, to = Infinity }) => from <= at && to >= at - recentMs);

function describeEnd(record: RunRecord, { connectionId, from, to, at, stored }: Loss): string {
  const own = record.offers.slice(from, to).filter((offer) => offer.connectionId === connectionId);
  const told = own.slice(-3).map((offer) => describe(record, offer));
  const overtaken = record.workers.flatMap(({ name, stops }) =>
    stops
      .filter((stop) => stop.takenOver === connectionId && stop.from <= at && (stop.to ?? Infinity) >= at - recentMs)
      .map(({ from: since, to: until }) => `${name} from ${since} to ${until ?? "the end"}`),
  );
  const offers = told.length === 0 ? "no refresh" : told.join(" | ");
  return `${connectionId} at ${at} (${stored}) after ${offers}; taken over before: ${overtaken.join(", ") || "none"}`;
}

/** How long before a loss a stop may have begun that has to do with it. */
const recentMs = 2_000;
