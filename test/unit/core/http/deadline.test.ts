import assert from "node:assert/strict";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { withDeadline } from "../../../../src/core/http/deadline.ts";
import { standingClock } from "./scriptedTransport.ts";

const never = (): Promise<never> => new Promise(() => undefined);

describe("withDeadline", () => {
  it("passes a result on and leaves no sleeper behind", async () => {
    const { clock, sleeping } = standingClock();
    assert.equal(await withDeadline({ clock, timeoutMs: 10, host: "h" }, async () => 7), 7);
    assert.equal(sleeping(), 0);
  });

  it("ends what takes too long with a timeout, and tells it to stop", async () => {
    const { clock, advance } = standingClock();
    let inner: AbortSignal | undefined;
    const waiting = withDeadline({ clock, timeoutMs: 10, host: "h" }, (signal) => {
      inner = signal;
      return never();
    });
    advance(10);
    const failure = { kind: "network", cause: "timeout", host: "h", code: "DEADLINE" };
    await assert.rejects(waiting, (error) => {
      assert.ok(error instanceof ProcoreError);
      assert.deepEqual(error.failure, failure);
      return true;
    });
    assert.equal(inner?.aborted, true);
  });

  it("rejects with the caller's reason at once, also when nobody listens to the signal", async () => {
    const { clock, sleeping } = standingClock();
    const stop = new AbortController();
    const waiting = withDeadline({ clock, timeoutMs: 10, host: "h" }, never, stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    assert.equal(sleeping(), 0);
    await assert.rejects(withDeadline({ clock, timeoutMs: 10, host: "h" }, never, stop.signal), /enough/);
  });
});
