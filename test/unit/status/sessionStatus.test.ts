import assert from "node:assert/strict";
import { minuteMs } from "../../../src/core/clock.ts";
import { sessionStatus } from "../../../src/status/sessionStatus.ts";
import { activeUntil, sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { now, statusCases } from "./statusCases.ts";

describe("sessionStatus", () => {
  it("says every state in the reviewed words", () => {
    const blocks = statusCases.map(([name, state]) => {
      const { visibility, text, warning, accessibilityLabel, nextChangeAt } = sessionStatus(state, now);
      const change = nextChangeAt === undefined ? "never" : `in ${nextChangeAt - now} ms`;
      return [
        `# ${name}`,
        `${text}${visibility === "hidden" ? "   (hidden)" : ""}`,
        `warning ${warning}, changes ${change}`,
        `spoken: ${accessibilityLabel}`,
      ].join("\n");
    });
    assertGolden("status/texts", blocks.join("\n\n"));
  });

  it("says when the token will end", () => {
    const start = Date.UTC(2026, 0, 5, 9, 0);
    const state = stateWith(sampleConnection({ session: activeUntil(start + 90 * minuteMs) }));
    assert.equal(sessionStatus(state, start + 85 * minuteMs).text, "$(key) Sandbox 5m");
  });

  it("counts in the server's time", () => {
    const session = activeUntil(now + 10 * minuteMs);
    const text = (clockSkewMs: number): string =>
      sessionStatus(stateWith(sampleConnection({ session, clockSkewMs })), now).text;
    assert.equal(text(4 * minuteMs), "$(key) Sandbox 6m");
    assert.equal(text(-60 * minuteMs), "$(key) Sandbox 1h 10m");
  });

  it("keeps what a screen reader says while the time ticks", () => {
    const state = stateWith(sampleConnection({ session: activeUntil(now + 90 * minuteMs) }));
    const spoken = [0, 1, 89, 90, 200].map(
      (minutes) => sessionStatus(state, now + minutes * minuteMs).accessibilityLabel,
    );
    assert.equal(new Set(spoken).size, 1);
  });
});
