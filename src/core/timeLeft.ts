import * as l10n from "@vscode/l10n";
import { hourMs, minuteMs } from "./clock.ts";

/** A session's time left, as text and until when the text holds. */
export interface TimeLeft {
  readonly text: string;
  /** How many ms later the text changes. */
  readonly changesInMs: number;
}

/** Whole hours and minutes, rounded down ("1h 24m", "24m"); "<1m" in the last minute; undefined past the end. */
export function timeLeft(leftMs: number): TimeLeft | undefined {
  if (leftMs <= 0) return undefined;
  if (leftMs < minuteMs) return { text: l10n.t("<1m"), changesInMs: leftMs };
  const hours = Math.floor(leftMs / hourMs);
  const minutes = Math.floor((leftMs % hourMs) / minuteMs);
  const text = hours === 0 ? l10n.t("{0}m", minutes) : l10n.t("{0}h {1}m", hours, minutes);
  // With exactly five minutes left the text is "5m"; one millisecond later it is "4m".
  return { text, changesInMs: (leftMs % minuteMs) + 1 };
}
