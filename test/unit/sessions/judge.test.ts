import assert from "node:assert/strict";
import { judge, type Loss, type RunRecord, type Verdict } from "../../sessions/judge.ts";
import type { Report } from "../../sessions/reports.ts";
import type { Offer, Told } from "../../sessions/sends.ts";
import type { Stop } from "../../sessions/workers.ts";

/** One token, offered first by "one" and then by "two". */
const offer = (at: number, sender: string, outcome: Offer["outcome"], token = "a"): Offer => ({
  at,
  sender,
  outcome,
  tokenFingerprint: token,
  issuedFingerprint: outcome === "renewed" ? "b" : undefined,
  connectionId: "connection",
});

const worker = (name: string, end: Told["end"], reports: readonly Report[], stops: readonly Stop[] = []): Told => ({
  name,
  end,
  reports,
  stops,
});

const sending = (at: number): Report => ({ at, kind: "sending", spent: "a" });
const answered = (at: number): Report => ({ at, kind: "answered", spent: "a", issued: "b" });
const stored = (at: number): Report => ({ at, kind: "stored", issued: "b" });
const failed = (at: number, failure: string): Report => ({ at, kind: "notAnswered", spent: "a", failure });
const takenOver = (from: number, to: number, connectionId = "connection"): Stop => ({
  from,
  to,
  takenOver: connectionId,
});

const two = worker("two", "ended", [sending(50), failed(55, "signedOut/refreshTokenSpent")]);
const twice = [offer(12, "one", "renewed"), offer(52, "two", "refused")];
const loss: Loss = { connectionId: "connection", from: 0, to: 2, at: 60, stored: "nothing stored" };
const one = (end: Told["end"], reports: readonly Report[], stops: readonly Stop[] = []): Told =>
  worker("one", end, reports, stops);

/** A run in which one of each disturbance took place. */
const judged = (record: Partial<RunRecord>): Verdict =>
  judge({ offers: twice, workers: [two], losses: [], kills: 1, takeOvers: 1, answersTaken: 1, ...record });

interface Case {
  readonly name: string;
  readonly first: Told;
  readonly cause: "killed" | "takenOver" | "lostAnswer" | undefined;
}

const cases: readonly Case[] = [
  { name: "killed before its answer", first: one("killed", [sending(10)]), cause: "killed" },
  { name: "killed before it stored", first: one("killed", [sending(10), answered(13)]), cause: "killed" },
  { name: "killed after it stored", first: one("killed", [sending(10), answered(13), stored(20)]), cause: undefined },
  {
    name: "its answer was taken away",
    first: one("ended", [sending(10), failed(14, "network/reset")]),
    cause: "lostAnswer",
  },
  {
    name: "stopped and taken over before it stored",
    first: one("ended", [sending(10), answered(80), stored(81)], [takenOver(15, 79)]),
    cause: "takenOver",
  },
  {
    name: "stopped before it stored, and another connection's lock taken over",
    first: one("ended", [sending(10), answered(80), stored(81)], [takenOver(15, 79, "another")]),
    cause: undefined,
  },
  {
    name: "stopped and taken over, but only after it stored",
    first: one("ended", [sending(10), answered(13), stored(20)], [takenOver(30, 40)]),
    cause: undefined,
  },
  { name: "neither stored nor disturbed", first: one("ended", [sending(10), answered(13)]), cause: undefined },
  { name: "another worker's disturbance", first: worker("other", "killed", [sending(10)]), cause: undefined },
];

describe("the judge of the many-process run", () => {
  for (const { name, first, cause } of cases) {
    it(`${name}: ${cause ?? "not explained"}`, () => {
      const verdict = judged({ workers: [first, two], losses: [loss] });
      const counts = { killed: 0, takenOver: 0, lostAnswer: 0, ...(cause && { [cause]: 1 }) };
      assert.deepEqual([verdict.sentTwice, verdict.lost], [counts, counts]);
      assert.equal(verdict.unexplained.length, cause === undefined ? 2 : 0, verdict.unexplained.join("\n"));
    });
  }

  describe("of a token that was refused and comes again, where the first refused one was killed", () => {
    const words: Report = {
      at: 56,
      kind: "failed",
      connectionId: "connection",
      failure: "signedOut/refreshTokenSpent",
    };
    const offers = [...twice, offer(92, "three", "refused")];
    const three = worker("three", "ended", [sending(90), failed(95, "signedOut/refreshTokenSpent")]);
    const cutOff = one("killed", [sending(10)]);
    const killed = (...after: readonly Report[]): Told => worker("two", "killed", [...two.reports, ...after]);

    for (const { name, workers, unexplained } of [
      { name: "explains it", workers: [cutOff, killed({ ...words, connectionId: "another" }), three], unexplained: 0 },
      { name: "does not where that one had told its request", workers: [cutOff, killed(words), three], unexplained: 1 },
      {
        name: "does not where who spent it had no such excuse",
        workers: [one("ended", [sending(10), answered(13), stored(20)]), killed(), three],
        unexplained: 2,
      },
    ])
      it(name, () => {
        const verdict = judged({ offers, workers, kills: 2 });
        assert.equal(verdict.unexplained.length, unexplained, verdict.unexplained.join("\n"));
      });
  });

  it("explains the request of a dead process that comes late only where it was sent first", () => {
    const good = one("ended", [sending(10), answered(13), stored(20)]);
    for (const [sentAt, count] of [
      [9, 1],
      [11, 0],
    ] as const) {
      const { sentTwice } = judged({ workers: [good, worker("two", "killed", [sending(sentAt)])] });
      assert.equal(sentTwice.killed, count, `sent at ${sentAt}`);
    }
  });

  it("explains the request of a process that was taken over after its last look at the lock, however late it comes", () => {
    const good = one("ended", [sending(10), answered(13), stored(20)]);
    const looking = (lock: string): Report => ({ at: 5, kind: "looking", lock });
    for (const [lock, stop, count] of [
      ["sessions/connection", takenOver(6, 9), 1],
      ["sessions/connection", takenOver(3, 4), 0],
      ["sessions/another", takenOver(6, 9), 0],
    ] as const) {
      const late = worker("two", "ended", [looking(lock), ...two.reports], [stop]);
      assert.equal(judged({ workers: [good, late] }).sentTwice.takenOver, count, `${lock} ${stop.from}`);
    }
  });

  it("does not believe in more lost answers than were taken away", () => {
    const first = one("ended", [sending(10), failed(14, "network/reset")]);
    const { unexplained } = judged({ workers: [first, two], answersTaken: 0 });
    assert.deepEqual(unexplained, ["1 answers did not arrive, but only 0 were taken away"]);
  });

  it("does not let more pass by kills than there were, for each connection", () => {
    const first = one("killed", [sending(10)]);
    const { unexplained } = judged({ workers: [first, two], losses: [loss, loss] });
    assert.deepEqual(unexplained, ["2 sessions lost of connection by kills, but only 1 took place"]);
    const none = judged({ workers: [first, two], kills: 0 });
    assert.deepEqual(none.unexplained, ["1 refresh tokens sent twice of connection by kills, but only 0 took place"]);
  });

  it("does not let more pass by take-overs than there were", () => {
    const first = one("ended", [sending(10), answered(80), stored(81)], [takenOver(15, 79)]);
    const { unexplained } = judged({ workers: [first, two], losses: [loss, loss] });
    assert.deepEqual(unexplained, ["2 sessions lost by take-overs, but only 1 took place"]);
    const none = judged({ workers: [first, two], takeOvers: 0 });
    assert.deepEqual(none.unexplained, ["1 refresh tokens sent twice by take-overs, but only 0 took place"]);
  });

  it("does not explain a loss without any refresh", () => {
    const { unexplained } = judged({ offers: [], losses: [{ ...loss, to: 0 }] });
    assert.deepEqual(unexplained, [
      "lost: connection at 60 (nothing stored) after no refresh; taken over before: none",
    ]);
  });

  it("has nothing to say where each token came once", () => {
    const offers = [offer(12, "one", "renewed"), offer(52, "two", "renewed", "b")];
    assert.deepEqual(judged({ offers }).unexplained, []);
  });
});
