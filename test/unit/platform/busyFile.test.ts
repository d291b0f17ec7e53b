import assert from "node:assert/strict";
import { errorCodeOf, repeatWhileBusy } from "../../../src/platform/busyFile.ts";

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe("repeatWhileBusy", () => {
  /** Runs a step that fails `times` times with `code`, and tells how it ended and how long it waited. */
  async function run(code: string, times: number): Promise<{ end: string; waitedMs: number; calls: number }> {
    let waitedMs = 0;
    let calls = 0;
    const clock = {
      sleep: async (ms: number): Promise<void> => {
        waitedMs += ms;
      },
    };
    const step = async (): Promise<string> => {
      calls += 1;
      if (calls <= times) throw coded(code);
      return "done";
    };
    const end = await repeatWhileBusy(clock, step).catch((error: unknown) => errorCodeOf(error) ?? "no code");
    return { end, waitedMs, calls };
  }

  const cases: readonly { name: string; code: string; times: number; end: string; waitedMs: number; calls: number }[] =
    [
      { name: "runs once when all is well", code: "EBUSY", times: 0, end: "done", waitedMs: 0, calls: 1 },
      { name: "repeats EBUSY", code: "EBUSY", times: 3, end: "done", waitedMs: 150, calls: 4 },
      { name: "repeats EPERM", code: "EPERM", times: 1, end: "done", waitedMs: 50, calls: 2 },
      { name: "repeats EACCES", code: "EACCES", times: 1, end: "done", waitedMs: 50, calls: 2 },
      { name: "repeats up to two seconds", code: "EBUSY", times: 40, end: "done", waitedMs: 2_000, calls: 41 },
      { name: "gives up after two seconds", code: "EBUSY", times: 41, end: "EBUSY", waitedMs: 2_000, calls: 41 },
      { name: "does not repeat anything else", code: "ENOSPC", times: 1, end: "ENOSPC", waitedMs: 0, calls: 1 },
    ];
  for (const { name, code, times, ...expected } of cases) {
    it(name, async () => assert.deepEqual(await run(code, times), expected));
  }
});

describe("errorCodeOf", () => {
  const cases: readonly { name: string; error: unknown; code: string | undefined }[] = [
    { name: "a system's error", error: coded("ENOENT"), code: "ENOENT" },
    { name: "an error without a code", error: new Error("x"), code: undefined },
    { name: "a number as code", error: Object.assign(new Error("x"), { code: 20 }), code: undefined },
    { name: "no error", error: "ENOENT", code: undefined },
  ];
  for (const { name, error, code } of cases) it(`reads ${name}`, () => assert.equal(errorCodeOf(error), code));
});
