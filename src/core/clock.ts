/** Time as the core sees it. `platform/clock.ts` has the real one, `test/fakes/fakeClock.ts` one that moves on demand. */
export interface Clock {
  /** Epoch milliseconds of this machine; a server's clock may differ (`Connection.clockSkewMs`). */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
