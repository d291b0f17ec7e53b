import assert from "node:assert/strict";
import { judge, type Loss } from "../../sessions/judge.ts";
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
const takenOver = (from: number, to: number): Stop => ({ from, to, lock: "takenOver" });

const two = worker("two", "ended", [sending(50), failed(55, "signedOut/refreshTokenSpent")]);
const twice = [offer(12, "one", "renewed"), offer(52, "two", "refused")];
const loss: Loss = { connectionId: "connection", from: 0, to: 2, at: 60, stored: "nothing stored" };

interface Case {
  readonly name: string;
  readonly one: Told;
  readonly cause: "killed" | "takenOver" | "lostAnswer" | undefined;
}

const cases: readonly Case[] = [
  { name: "killed before its answer", one: worker("one", "killed", [sending(10)]), cause: "killed" },
  { name: "killed before it stored", one: worker("one", "killed", [sending(10), answered(13)]), cause: "killed" },
  {
    name: "killed after it stored",
    one: worker("one", "killed", [sending(10), answered(13), stored(20)]),
    cause: undefined,
  },
  {
    name: "its answer was taken away",
    one: worker("one", "ended", [sending(10), failed(14, "network/reset")]),
    cause: "lostAnswer",
  },
  {
    name: "stopped and taken over before it stored",
    one: worker("one", "ended", [sending(10), answered(80), stored(81)], [takenOver(15, 79)]),
    cause: "takenOver",
  },
  {
    name: "stopped and taken over, but only after it stored",
    one: worker("one", "ended", [sending(10), answered(13), stored(20)], [takenOver(30, 40)]),
    cause: undefined,
  },
  { name: "neither stored nor disturbed", one: worker("one", "ended", [sending(10), answered(13)]), cause: undefined },
  { name: "another worker's disturbance", one: worker("other", "killed", [sending(10)]), cause: undefined },
];

describe("the judge of the many-process run", () => {
  for (const { name, one, cause } of cases) {
    it(`${name}: ${cause ?? "not explained"}`, () => {
      const verdict = judge({ offers: twice, workers: [one, two], losses: [loss], answersTaken: 1 });
      for (const counts of [verdict.sentTwice, verdict.lost]) {
        assert.equal(
          Object.values(counts).reduce((sum, count) => sum + count),
          cause === undefined ? 0 : 1,
        );
        if (cause !== undefined) assert.equal(counts[cause], 1);
      }
      assert.equal(verdict.unexplained.length, cause === undefined ? 2 : 0, verdict.unexplained.join("\n"));
    });
  }

  it("explains a second refusal by the kill of who was refused first, unless that one had told its request", () => {
    const refused = [offer(12, "one", "refused"), offer(52, "two", "refused")];
    const words: Report = {
      at: 16,
      kind: "failed",
      connectionId: "connection",
      failure: "signedOut/refreshTokenSpent",
    };
    const elsewhere: Report = { ...words, connectionId: "another" };
    for (const [reports, count] of [
      [[elsewhere], 0],
      [[elsewhere, words], 1],
    ] as const) {
      const one = worker("one", "killed", [sending(10), failed(14, "signedOut/refreshTokenSpent"), ...reports]);
      const verdict = judge({ offers: refused, workers: [one, two], losses: [], answersTaken: 0 });
      assert.equal(verdict.unexplained.length, count, verdict.unexplained.join());
    }
  });

  it("does not believe in more lost answers than were taken away", () => {
    const one = worker("one", "ended", [sending(10), failed(14, "network/reset")]);
    const verdict = judge({ offers: twice, workers: [one, two], losses: [], answersTaken: 0 });
    assert.deepEqual(verdict.unexplained, ["1 answers did not arrive, but only 0 were taken away"]);
  });

  it("does not explain a loss without any refresh", () => {
    const verdict = judge({ offers: [], workers: [two], losses: [{ ...loss, to: 0 }], answersTaken: 0 });
    assert.deepEqual(verdict.unexplained, [
      "lost: connection at 60 (nothing stored) after no refresh; taken over before: none",
    ]);
  });

  it("has nothing to say where each token came once", () => {
    const offers = [offer(12, "one", "renewed"), offer(52, "two", "renewed", "b")];
    const verdict = judge({ offers, workers: [two], losses: [], answersTaken: 0 });
    assert.deepEqual(verdict.unexplained, []);
  });
});
