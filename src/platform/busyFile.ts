import type { Clock } from "../core/clock.ts";

const patienceMs = 2_000;
const pauseMs = 50;

/**
 * Runs `step`, and repeats it for up to two seconds while the system says that the file is busy. On Windows a virus
 * scanner or a reader holds a file for a moment, and rename, unlink and open then fail with EPERM, EACCES or EBUSY.
 */
export async function repeatWhileBusy<T>(clock: Pick<Clock, "sleep">, step: () => Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      return await step();
    } catch (error) {
      const busy = ["EPERM", "EACCES", "EBUSY"].includes(errorCodeOf(error) ?? "");
      if (!busy || waitedMs >= patienceMs) throw error;
      await clock.sleep(pauseMs);
    }
  }
}

/** The system's own code of a failed call (ENOENT, …), if it has one. */
export const errorCodeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
