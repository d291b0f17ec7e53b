import { patienceMs } from "../../harness/until.ts";

/** Lets everything that waits for its turn have one. */
export const tick = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/**
 * Waits in steps too short to be felt as long as something is so. @param what says it in the error
 * @throws when it is still so after a time that no machine needs
 */
export async function ticksWhile(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (isSo()) {
    if (performance.now() > deadline) throw new Error(`After ${patienceMs / 1_000} s still so: ${what}`);
    await tick();
  }
}
