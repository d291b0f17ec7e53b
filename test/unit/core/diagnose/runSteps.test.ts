import assert from "node:assert/strict";
import { fact } from "../../../../src/core/diagnose/check.ts";
import { runSteps, type Step } from "../../../../src/core/diagnose/runSteps.ts";
import { textOf, createShow, words } from "../../../../src/core/diagnose/words.ts";
import { secondMs } from "../../../../src/core/clock.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";

const step = (id: string, run: Step["run"], more: Partial<Step> = {}): Step => ({ id, title: words(id), run, ...more });
const fine = async () => ({ facts: [] });
const never = (): Promise<never> => new Promise(() => undefined);

function options() {
  const clock = new FakeClock();
  const cancel = new AbortController();
  const seen: string[] = [];
  const unforeseen: unknown[] = [];
  return {
    clock,
    cancel,
    seen,
    unforeseen,
    signal: cancel.signal,
    onChange: (checks: readonly { readonly id: string }[], running: ReturnType<typeof words> | undefined) =>
      void seen.push(`${checks.length} ${running === undefined ? "done" : textOf(running, createShow("shown"))}`),
    onError: (error: unknown) => void unforeseen.push(error),
  };
}

describe("the steps of a report", () => {
  it("run one after the other, and tell which one runs", async () => {
    const given = options();
    const checks = await runSteps([step("one", fine), step("two", fine)], given);
    assert.deepEqual(given.seen, ["0 one", "1 two", "2 done"]);
    assert.deepEqual(
      checks.map(({ verdict }) => verdict),
      ["ok", "ok"],
    );
  });

  it("leave the others when one throws what nobody foresaw, and the log hears of it", async () => {
    const given = options();
    const bug = new TypeError("Cannot read properties of undefined");
    const checks = await runSteps([step("one", () => Promise.reject(bug)), step("two", fine)], given);
    assert.deepEqual(
      checks.map(({ verdict }) => verdict),
      ["problem", "ok"],
    );
    assert.deepEqual(given.unforeseen, [bug]);
  });

  it("leave the others when one gives no answer, and end its work", async () => {
    const given = options();
    let ended: AbortSignal | undefined;
    const hangs = step("hangs", (signal) => ((ended = signal), never()), { limitMs: 10 * secondMs });
    const work = runSteps([hangs, step("two", fine)], given);
    await given.clock.advance(9 * secondMs);
    assert.deepEqual(given.seen, ["0 hangs"]);
    await given.clock.advance(secondMs);
    const checks = await work;
    assert.deepEqual(
      checks.map(({ verdict }) => verdict),
      ["problem", "ok"],
    );
    assert.equal(checks[0]?.troubles[0]?.kind, "finding");
    assert.equal(ended?.aborted, true);
    assert.equal(given.clock.sleeperCount, 0);
  });

  it("end at once when they are cancelled, also where a step does not listen", async () => {
    const given = options();
    const work = runSteps([step("one", fine), step("deaf", never), step("three", fine)], given);
    await new Promise((resolve) => setImmediate(resolve));
    given.cancel.abort();
    const checks = await work;
    assert.deepEqual(
      checks.map(({ id, verdict }) => `${id} ${verdict}`),
      ["one ok", "deaf skipped", "three skipped"],
    );
    assert.equal(given.clock.sleeperCount, 0);
  });

  it("tell what they found before a cancel or the end of their time", async () => {
    const given = options();
    const found = { facts: [fact(words("one"), words("1"))] };
    const slow = step("slow", never, { limitMs: secondMs, soFar: () => found });
    const work = runSteps([slow, slow, step("early", never, { soFar: () => undefined })], given);
    await given.clock.advance(secondMs);
    given.cancel.abort();
    const checks = await work;
    assert.deepEqual(
      checks.map(({ facts, verdict, stoppedBy }) => [facts.length, verdict, stoppedBy]),
      [
        [1, "problem", "nothing"],
        [1, "ok", "cancel"],
        [1, "skipped", "cancel"],
      ],
    );
    assert.equal(checks[0]?.facts[0], found.facts[0], "beside it stands that there was no answer");
  });

  it("are left out when what they need failed or was left out itself; a remark is no reason", async () => {
    const given = options();
    const note = async () => ({ facts: [], verdict: "note" as const });
    const wrong = async () => ({ facts: [], verdict: "problem" as const });
    const checks = await runSteps(
      [
        step("note", note),
        step("wrong", wrong),
        step("a", fine, { needs: ["note"] }),
        step("b", fine, { needs: ["wrong"] }),
        step("c", fine, { needs: ["b"] }),
      ],
      given,
    );
    assert.deepEqual(
      checks.map(({ id, verdict }) => `${id} ${verdict}`),
      ["note note", "wrong problem", "a ok", "b skipped", "c skipped"],
    );
  });
});
