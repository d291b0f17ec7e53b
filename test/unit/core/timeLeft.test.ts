import assert from "node:assert/strict";
import * as fc from "fast-check";
import { hourMs, minuteMs, secondMs } from "../../../src/core/clock.ts";
import { timeLeft } from "../../../src/core/timeLeft.ts";

describe("timeLeft", () => {
  const cases: readonly (readonly [string, number, string | undefined])[] = [
    ["a whole session", 90 * minuteMs, "1h 30m"],
    ["an exact hour", hourMs, "1h 0m"],
    ["just under an hour", hourMs - 1, "59m"],
    ["exact minutes", 5 * minuteMs, "5m"],
    ["rounded down", 5 * minuteMs - 1, "4m"],
    ["one minute", minuteMs, "1m"],
    ["the last minute", 59 * secondMs, "<1m"],
    ["the last millisecond", 1, "<1m"],
    ["the end", 0, undefined],
    ["past the end", -hourMs, undefined],
    ["a server whose tokens live for days", 50 * hourMs, "50h 0m"],
  ];
  for (const [name, leftMs, expected] of cases) {
    it(name, () => assert.equal(timeLeft(leftMs)?.text, expected));
  }

  it("tells exactly when its text changes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 * hourMs }), (leftMs) => {
        const now = timeLeft(leftMs);
        assert(now !== undefined && now.changesInMs >= 1 && now.changesInMs <= minuteMs);
        assert.equal(timeLeft(leftMs - now.changesInMs + 1)?.text, now.text);
        assert.notEqual(timeLeft(leftMs - now.changesInMs)?.text, now.text);
      }),
    );
  });
});
