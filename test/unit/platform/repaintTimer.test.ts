import assert from "node:assert/strict";
import { minuteMs, secondMs } from "../../../src/core/clock.ts";
import { Emitter } from "../../../src/core/events.ts";
import { createRepaintTimer } from "../../../src/platform/repaintTimer.ts";
import { sessionStatus } from "../../../src/status/sessionStatus.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { FakeSessionSource } from "../../fakes/fakeSessionSource.ts";
import { activeUntil, sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";

function setUp(options: { readonly leftMs?: number; readonly focused?: "yes" | "no" } = {}) {
  const clock = new FakeClock();
  const active = sampleConnection({ session: activeUntil(clock.now() + (options.leftMs ?? 90 * minuteMs)) });
  const session = new FakeSessionSource(stateWith(active));
  const focus = new Emitter<void>();
  const failures: unknown[] = [];
  const paints: { readonly at: number; readonly text: string }[] = [];
  let focused = options.focused !== "no";
  const timer = createRepaintTimer({
    clock,
    paint: (now) => {
      const status = sessionStatus(session.current, now);
      paints.push({ at: now, text: status.text });
      return status.nextChangeAt;
    },
    isFocused: () => focused,
    onDidChangeFocus: focus.event,
    background: (work) => void work.catch((error: unknown) => failures.push(error)),
  });
  session.onDidChange(() => timer.repaint());
  const setFocused = (value: "yes" | "no"): void => {
    focused = value === "yes";
    focus.fire();
  };
  return { clock, session, timer, paints, failures, setFocused };
}

describe("the status bar's timer", () => {
  for (const [name, leftMs] of [
    ["a fresh one", 90 * minuteMs],
    ["one that began in mid-minute", 90 * minuteMs - 17_321],
    ["one painted just before a minute begins", 89 * minuteMs + 5],
  ] as const) {
    it(`wakes up at most once a minute over a whole session (${name}) and then never`, async () => {
      const { clock, paints, failures } = setUp({ leftMs });
      assert.equal(paints.length, 1);
      await clock.advance(90 * minuteMs);
      const gaps = paints.slice(1).map(({ at }, index) => at - (paints[index]?.at ?? 0));
      assert(gaps.length >= 88 && gaps.length <= 90, `${gaps.length} wake-ups`);
      // The first one only completes the minute that had begun.
      assert(
        gaps.slice(1).every((gap) => gap >= minuteMs - 1),
        `${Math.min(...gaps.slice(1))} ms between two`,
      );
      await clock.advance(90 * minuteMs);
      assert.equal(paints.length, gaps.length + 1);
      assert.equal(paints.at(-1)?.text, "$(key) Sandbox renews on next use");
      assert.equal(clock.sleeperCount, 0);
      assert.deepEqual(failures, []);
    });
  }

  it("shows each minute right after it began", async () => {
    const { clock, paints } = setUp({ leftMs: 3 * minuteMs + 40 * secondMs });
    await clock.advance(5 * minuteMs);
    const texts = paints.map(({ text }) => text.replace("$(key) Sandbox ", ""));
    assert.deepEqual(texts, ["3m", "2m", "1m", "<1m", "renews on next use"]);
  });

  it("sleeps while the window is in the background and repaints when it comes back", async () => {
    const { clock, paints, setFocused, failures } = setUp();
    setFocused("no");
    assert.equal(clock.sleeperCount, 0);
    await clock.advance(30 * minuteMs);
    assert.equal(paints.length, 1);
    setFocused("yes");
    assert.equal(paints.at(-1)?.text, "$(key) Sandbox 1h 0m");
    assert.equal(clock.sleeperCount, 1);
    assert.deepEqual(failures, []);
  });

  it("starts without a wake-up in a window that is in the background", async () => {
    const { clock, paints } = setUp({ focused: "no" });
    await clock.advance(10 * minuteMs);
    assert.equal(paints.length, 1);
  });

  it("repaints at once when the session changes, also in the background, and plans one wake-up only", async () => {
    const { clock, paints, session, setFocused } = setUp();
    session.set(stateWith(sampleConnection({ session: { kind: "signedOut" } })));
    assert.equal(paints.at(-1)?.text, "$(key) Procore: Sign In");
    assert.equal(clock.sleeperCount, 0);
    for (let i = 0; i < 5; i += 1) {
      session.set(stateWith(sampleConnection({ session: activeUntil(clock.now() + 20 * minuteMs) })));
    }
    await clock.advance(0);
    assert.equal(clock.sleeperCount, 1);
    setFocused("no");
    session.set(stateWith(undefined, { connections: [sampleConnection()] }));
    assert.equal(paints.at(-1)?.text, "$(key) Procore: Sign In");
    assert.equal(clock.sleeperCount, 0);
  });

  it("leaves nothing behind", async () => {
    const { clock, timer, paints, setFocused } = setUp();
    timer.dispose();
    setFocused("yes");
    await clock.advance(10 * minuteMs);
    assert.equal(paints.length, 1);
    assert.equal(clock.sleeperCount, 0);
  });

  it("paints once within a second for however many replies tell of the limits, and not in the background", async () => {
    const { clock, timer, paints, failures, setFocused } = setUp();
    for (let reply = 0; reply < 40; reply += 1) {
      timer.repaintSoon();
      await clock.advance(20);
    }
    assert.equal(paints.length, 1);
    await clock.advance(200);
    assert.equal(paints.length, 2);
    timer.repaintSoon();
    setFocused("no");
    timer.repaintSoon();
    await clock.advance(10 * secondMs);
    assert.equal(paints.length, 2);
    assert.equal(clock.sleeperCount, 0);
    setFocused("yes");
    timer.repaintSoon();
    timer.dispose();
    assert.equal(clock.sleeperCount, 0);
    assert.deepEqual(failures, []);
  });
});
