/** One measured number, and the bar it must not pass where there is one. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly bar?: number;
  readonly unit: "ms" | "KB" | "requests" | "sessions" | "refreshes" | "×" | "MB" | "replies" | "steps" | "s";
  /** What the number was compared with, or how it came about. */
  readonly note: string;
}

/** A number is good when it is not above its bar; one without a bar is told, not judged. */
export const isWithin = ({ value, bar }: Measurement): boolean => bar === undefined || value <= bar;

/** The table that `npm run bench` prints. */
export function tableOf(measurements: readonly Measurement[]): string {
  const rows = measurements.map((item) => [
    item.bar === undefined ? "" : isWithin(item) ? "ok" : "FAILS",
    item.what,
    `${rounded(item.value)} ${item.unit}`,
    item.bar === undefined ? "" : `≤ ${rounded(item.bar)} ${item.unit}`,
    item.note,
  ]);
  const all = [["", "what", "measured", "bar", "how"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The middle one; of an even number the lower. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted[Math.ceil(sorted.length / 2) - 1];
  if (middle === undefined) throw new Error("There is no median of nothing");
  return middle;
}

const rounded = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
