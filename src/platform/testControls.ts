import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import type { Log } from "./log.ts";

/** What tests that run in the extension host get from `activate`; nobody else does. */
export interface TestControls {
  readonly clock: Clock;
  /** Moves the extension's clock forward and wakes what slept until then, so that nobody has to wait. */
  advanceClock(ms: number): void;
  /** With it a test ends this instance and activates the extension again, as another window does. */
  readonly context: vscode.ExtensionContext;
  /** Every error that went to the log, as it was thrown: nothing secret may hang on it, however deep. */
  readonly errors: readonly unknown[];
  /** The same log, with its errors noted. */
  watch(log: Log): Log;
}

export function createTestControls(context: vscode.ExtensionContext, clock: Clock): TestControls | undefined {
  if (context.extensionMode !== vscode.ExtensionMode.Test) return undefined;
  let offsetMs = 0;
  const now = (): number => clock.now() + offsetMs;
  const sleepers = new Set<{ readonly wakesAt: number; readonly early: AbortController }>();
  const errors: unknown[] = [];
  return {
    clock: {
      now,
      async sleep(ms, signal) {
        const sleeper = { wakesAt: now() + ms, early: new AbortController() };
        const { signal: woken } = sleeper.early;
        sleepers.add(sleeper);
        try {
          await clock.sleep(ms, signal === undefined ? woken : AbortSignal.any([signal, woken]));
        } catch (error) {
          if (!woken.aborted || signal?.aborted === true) throw error;
        } finally {
          sleepers.delete(sleeper);
        }
      },
    },
    advanceClock(ms) {
      offsetMs += ms;
      for (const { wakesAt, early } of sleepers) if (wakesAt <= now()) early.abort();
    },
    context,
    errors,
    watch: (log) => ({
      ...log,
      warn(message, error) {
        if (error !== undefined) errors.push(error);
        log.warn(message, error);
      },
      error(message, error) {
        errors.push(error);
        log.error(message, error);
      },
    }),
  };
}
