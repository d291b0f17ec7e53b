import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import type { Log } from "./log.ts";

/** What tests that run in the extension host get from `activate`; nobody else does. */
export interface TestControls {
  readonly clock: Clock;
  /** Moves the extension's clock forward, so that a session can end without anybody waiting. */
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
  const errors: unknown[] = [];
  return {
    clock: { now: () => clock.now() + offsetMs, sleep: (ms, signal) => clock.sleep(ms, signal) },
    advanceClock(ms) {
      offsetMs += ms;
    },
    context,
    errors,
    watch: (log) => ({
      ...log,
      error(message, error) {
        errors.push(error);
        log.error(message, error);
      },
    }),
  };
}
