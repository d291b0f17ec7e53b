// A process that reads a list each time its parent asks for it, and tells how long that took and how much heap.
import { readers, type Place, type ReaderName } from "./readers.ts";

/** What one reading took. */
export interface Reading {
  readonly ms: number;
  readonly requests: number;
  readonly rows: number;
  /** The most that was used beyond what was there before, looked at every five milliseconds. */
  readonly peakHeapBytes: number;
  /** What is still used, beyond what was there before, after a collection, with all rows kept. */
  readonly keptHeapBytes: number;
}

const heap = (): number => process.memoryUsage().heapUsed;

async function read(name: ReaderName, place: Place): Promise<Reading> {
  collect();
  const before = heap();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, heap())), 5);
  const startedAt = performance.now();
  const { rows, requests } = await readers[name](place);
  const ms = performance.now() - startedAt;
  clearInterval(watch);
  collect();
  const reading = { ms, requests, peakHeapBytes: peak - before, keptHeapBytes: heap() - before };
  // Counted last, so that the rows are alive while their heap is measured.
  return { ...reading, rows: rows.length };
}

function collect(): void {
  if (globalThis.gc === undefined) throw new Error("Run with --expose-gc");
  globalThis.gc();
}

process.on("message", ({ name, place }: { readonly name: ReaderName; readonly place: Place }) => {
  read(name, place).then(
    (reading) => process.send?.(reading),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
