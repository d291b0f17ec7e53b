/** One line to the person at the terminal. */
export const say = (text: string): void => console.log(text);

const every = 5_000;

/**
 * Runs `work` and keeps the terminal alive meanwhile: a line at the start, one every five seconds, one at the end.
 * Says nothing at the end when `work` throws: the error tells more.
 */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - startedAt) / 1_000)} s`;
  say(`${what} …`);
  const timer = setInterval(() => say(`  … ${what}: ${seconds()} so far`), every);
  try {
    const result = await work();
    say(`  … done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
