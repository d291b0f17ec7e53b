import type { Clock } from "../clock.ts";
import { ProcoreError } from "../errors.ts";

/**
 * Runs something for at most `timeoutMs`, after which it rejects with `network/timeout` and the inner signal is
 * aborted. The caller's signal wins at once, whether or not `run` listens to its own: the rejection is its reason.
 */
export async function withDeadline<T>(
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly host: string },
  run: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const inner = new AbortController();
  const settled = new AbortController();
  let stop = (reason: unknown): void => inner.abort(reason);
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      reject(reason);
      inner.abort(reason);
    };
  });
  const onAbort = (): void => stop(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const { clock, timeoutMs, host } = options;
  clock.sleep(timeoutMs, settled.signal).then(
    () => stop(new ProcoreError({ kind: "network", cause: "timeout", host, code: "DEADLINE" })),
    () => undefined,
  );
  try {
    return await Promise.race([run(inner.signal), stopped]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    settled.abort();
  }
}
