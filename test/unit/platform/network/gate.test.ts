import assert from "node:assert/strict";
import { createGate } from "../../../../src/platform/network/gate.ts";

/** Something that runs until it is told to end. */
function job() {
  let end = (_error?: Error): void => undefined;
  const state = { runs: 0 };
  const run = (): Promise<void> => {
    state.runs += 1;
    return new Promise((resolve, reject) => {
      end = (error) => (error === undefined ? resolve() : reject(error));
    });
  };
  return { run, state, end: (error?: Error) => end(error) };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const { signal } = new AbortController();

describe("createGate", () => {
  it("runs two at once and the others in their order, whether those before them end well or not", async () => {
    const gate = createGate(2);
    const jobs = Array.from({ length: 5 }, job);
    const results = jobs.map(({ run }) => gate(run, signal).catch((error: unknown) => error));
    const running = async (): Promise<string> => {
      await settle();
      return jobs.map(({ state }) => state.runs).join("");
    };
    assert.equal(await running(), "11000");
    const broken = new Error("broken");
    jobs[1]?.end(broken);
    assert.equal(await running(), "11100");
    jobs[0]?.end();
    assert.equal(await running(), "11110");
    for (const each of jobs) each.end();
    await settle();
    jobs[4]?.end();
    assert.deepEqual(await Promise.all(results), [undefined, broken, undefined, undefined, undefined]);
  });

  it("loses no place to those who gave up waiting, and never runs them", async () => {
    const gate = createGate(1);
    const [first, second, third] = [job(), job(), job()];
    const running = gate(first.run, signal);
    const stop = new AbortController();
    const waiting = gate(second.run, stop.signal);
    const last = gate(third.run, signal);
    const reason = new Error("enough");
    stop.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    await assert.rejects(gate(second.run, stop.signal), (error) => error === reason);
    first.end();
    await running;
    await settle();
    assert.deepEqual([second.state.runs, third.state.runs], [0, 1]);
    third.end();
    await last;
    await gate(async () => undefined, signal);
  });
});
