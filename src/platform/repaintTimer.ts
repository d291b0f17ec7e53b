import { minuteMs, secondMs, type Clock } from "../core/clock.ts";
import type { Listen } from "../core/events.ts";

export interface RepaintTimerDependencies {
  readonly clock: Clock;
  /** Shows the present state; returns when (epoch ms) it changes by itself, if it does. */
  readonly paint: (now: number) => number | undefined;
  readonly isFocused: () => boolean;
  readonly onDidChangeFocus: Listen<unknown>;
  /** Takes care of the sleep nobody waits for. */
  readonly background: (work: Promise<unknown>, what: string) => void;
}

export interface RepaintTimer {
  /** Paints now, e.g. because the session changed, and plans the next wake-up anew. */
  repaint(): void;
  /** Paints within a second, once for however many calls, and not while the window is in the background. */
  repaintSoon(): void;
  dispose(): void;
}

/**
 * Keeps something painted that changes by the minute: at most one wake-up a minute, none while the window is in the
 * background, and a repaint at once when it comes to the front. It paints when it is created.
 */
export function createRepaintTimer(deps: RepaintTimerDependencies): RepaintTimer {
  let planned = new AbortController();
  let soon: AbortController | undefined;

  const stop = (): void => {
    planned.abort();
    soon?.abort();
    soon = undefined;
  };

  const repaint = (): void => {
    stop();
    const now = deps.clock.now();
    const changesAt = deps.paint(now);
    if (changesAt === undefined || !deps.isFocused()) return;
    planned = new AbortController();
    deps.background(sleepAndRepaint(delayMs(now, changesAt), planned.signal), "update the status bar");
  };

  const sleepAndRepaint = async (ms: number, signal: AbortSignal): Promise<void> => {
    try {
      await deps.clock.sleep(ms, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (!signal.aborted) repaint();
  };

  const repaintSoon = (): void => {
    if (soon !== undefined || !deps.isFocused()) return;
    soon = new AbortController();
    deps.background(sleepAndRepaint(secondMs, soon.signal), "update the status bar");
  };

  const focus = deps.onDidChangeFocus(() => {
    if (deps.isFocused()) repaint();
    else stop();
  });
  repaint();
  return {
    repaint,
    repaintSoon,
    dispose() {
      focus.dispose();
      stop();
    },
  };
}

/**
 * A change that is due within half a minute of this paint is left to the minute after it. So there is one wake-up a
 * minute, also when timers come a little early or late.
 */
function delayMs(now: number, changesAt: number): number {
  const ms = Math.max(0, changesAt - now);
  return ms < minuteMs / 2 ? ms + minuteMs : ms;
}
