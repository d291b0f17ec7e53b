/** Runs something now, or as soon as it is its turn; what gave up waiting is never run and rejects with its reason. */
export type Gate = <T>(run: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Lets at most `most` run at once, the others in the order in which they came. */
export function createGate(most: number): Gate {
  const waiting = new Set<() => void>();
  let running = 0;
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = (): void => {
        waiting.delete(enter);
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      waiting.add(enter);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  return async (run, signal) => {
    signal.throwIfAborted();
    // Whoever leaves hands its place over, so nobody who comes later can take it.
    if (running < most) running += 1;
    else await turn(signal);
    try {
      return await run();
    } finally {
      const [next] = waiting;
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
