import { hourMs, minuteMs } from "./clock.ts";

/** A span as a status bar shows it: "1h 24m", "24m", "<1m". Minutes are rounded down; never negative. */
export function timeLeft(spanMs: number): string {
  if (spanMs < minuteMs) return "<1m";
  const hours = Math.floor(spanMs / hourMs);
  const minutes = Math.floor((spanMs % hourMs) / minuteMs);
  return hours === 0 ? `${minutes}m` : `${hours}h ${minutes}m`;
}
