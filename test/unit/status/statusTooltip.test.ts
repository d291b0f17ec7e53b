import assert from "node:assert/strict";
import { minuteMs } from "../../../src/core/clock.ts";
import { statusTooltip } from "../../../src/status/statusTooltip.ts";
import { activeUntil, sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { now, statusCases } from "./statusCases.ts";

const timeZone = "Europe/Berlin";

describe("statusTooltip", () => {
  it("tells every state in the reviewed words", () => {
    const rateLimit = { limit: 3600, remaining: 3580, resetAt: now + 10 * minuteMs };
    const blocks = statusCases.map(([name, state]) => {
      const lines = statusTooltip(state, { now, rateLimit, timeZone });
      return [`# ${name}`, ...lines.map(({ label, value }) => `${label}: ${value}`)].join("\n");
    });
    assertGolden("status/tooltips", blocks.join("\n\n"));
  });

  it("tells the end in this machine's time", () => {
    const changes = { clockSkewMs: 60 * minuteMs, session: activeUntil(now + 84 * minuteMs) };
    const lines = statusTooltip(stateWith(sampleConnection(changes)), { now, rateLimit: undefined, timeZone });
    const session = lines.find(({ label }) => label === "Session");
    assert.equal(session?.value, "until 10:30, then renews on next use");
  });

  it("leaves out what is not known", () => {
    const labels = statusTooltip(stateWith(sampleConnection()), { now, rateLimit: undefined }).map(
      ({ label }) => label,
    );
    assert.deepEqual(labels, ["Environment", "User", "App", "Hosts", "Session"]);
  });

  it("does not tell a reset that is over", () => {
    const rateLimit = { limit: 600, remaining: 2, resetAt: now };
    const lines = statusTooltip(stateWith(sampleConnection()), { now, rateLimit, timeZone });
    assert.equal(lines.at(-1)?.value, "2 of 600 requests left");
  });
});
