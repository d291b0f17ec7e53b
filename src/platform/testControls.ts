import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";

/** What tests that run in the extension host get from `activate`; nobody else does. */
export interface TestControls {
  readonly clock: Clock;
  /** Moves the extension's clock forward, so that a session can end without anybody waiting. */
  advanceClock(ms: number): void;
}

export function createTestControls(mode: vscode.ExtensionMode, clock: Clock): TestControls | undefined {
  if (mode !== vscode.ExtensionMode.Test) return undefined;
  let offsetMs = 0;
  return {
    clock: { now: () => clock.now() + offsetMs, sleep: (ms, signal) => clock.sleep(ms, signal) },
    advanceClock(ms) {
      offsetMs += ms;
    },
  };
}
