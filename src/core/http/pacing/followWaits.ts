import { type Clock, secondMs } from "../../clock.ts";
import type { Subscription } from "../../events.ts";
import { type RequestWaits, waitText } from "./wait.ts";

/**
 * Tells what requests of a connection wait for, anew each second, until it is disposed; undefined when they go on.
 * Waits of less than a second are not told.
 */
export type FollowWaits = (
  connectionId: () => string | undefined,
  show: (text: string | undefined) => void,
) => Subscription;

/** Follows `waits`; nothing runs while nobody waits. */
export function createFollowWaits({
  waits,
  clock,
}: {
  readonly waits: RequestWaits;
  readonly clock: Clock;
}): FollowWaits {
  return (connectionId, show) => {
    let tick = new AbortController();
    let shown: string | undefined;
    const paint = (): void => {
      tick.abort();
      const id = connectionId();
      const wait = id === undefined ? undefined : waits.current(id);
      const now = clock.now();
      const leftMs = wait === undefined ? 0 : wait.until - now;
      const isTold = wait !== undefined && (shown !== undefined || leftMs >= secondMs);
      const text = isTold ? waitText(wait, now) : undefined;
      if (text !== shown) show(text);
      shown = text;
      if (leftMs <= 0) return;
      tick = new AbortController();
      clock.sleep(Math.min(leftMs, secondMs), tick.signal).then(paint, () => undefined);
    };
    const subscription = waits.onDidChange((id) => {
      if (id === connectionId()) paint();
    });
    paint();
    return {
      dispose() {
        subscription.dispose();
        tick.abort();
      },
    };
  };
}
