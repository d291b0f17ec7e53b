import { inspect } from "node:util";

const pauseMs = 50;

/** How long a condition may take on a slow machine before a test is told that it never came. */
export const patienceMs = 45_000;

/** How long an act may take to show, before it is done again. */
const effectPatienceMs = 3_000;

/**
 * Acts again and again until its effect is seen, and not once more then: a key that comes while rows are drawn anew, or
 * before its view has the focus, does nothing.
 * @throws when it was not seen in time
 */
export async function actUntil(
  what: string,
  act: () => Promise<unknown>,
  isSeen: () => Promise<boolean>,
  effectMs: number = effectPatienceMs,
): Promise<void> {
  const yes = (seen: boolean): boolean => seen;
  const attempt = async (): Promise<boolean> => {
    if (await isSeen()) return true;
    await act();
    return until(what, isSeen, yes, effectMs).catch(() => false);
  };
  await until(what, attempt, yes);
}

/**
 * Reads again and again until `accept` says yes.
 * @param what names the condition in the error: "the tree shows Acme"
 * @throws when it did not happen in time, with what was read last
 */
export async function until<T>(
  what: string,
  read: () => Promise<T>,
  accept: (value: T) => boolean,
  timeoutMs: number = patienceMs,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (performance.now() > deadline) {
      const last = inspect(value, { depth: 5, breakLength: 120, maxArrayLength: 40 });
      throw new Error(`Not seen within ${timeoutMs / 1_000} s: ${what}. Last seen: ${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
