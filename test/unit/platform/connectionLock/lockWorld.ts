import type { LockOptions, OwnerDescription } from "../../../../src/platform/connectionLock/index.ts";
import type { Processes } from "../../../../src/platform/connectionLock/processes.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import { MemoryFiles } from "./memoryFiles.ts";

/** One folder, one clock for machines and file system, and processes that are told when they are dead. */
export class LockWorld {
  readonly clock = new FakeClock();
  readonly files: MemoryFiles;
  readonly folder = "/sessions/one.lock";
  readonly gone = new Set<number>();
  readonly waited: OwnerDescription[] = [];

  constructor(options: { readonly links: "known" | "unknown" } = { links: "known" }) {
    this.files = new MemoryFiles(() => this.clock.now(), options);
  }

  /** What process `pid` passes to `takeLock`. Processes of another namespace cannot check each other. */
  options(pid: number, changes: Partial<LockOptions> & { readonly pidNamespace?: string } = {}): LockOptions {
    const { pidNamespace = "pid:[1]", ...rest } = changes;
    return {
      folder: this.folder,
      clock: this.clock,
      monotonicNow: () => this.clock.now(),
      files: this.files,
      processes: this.processes(pid, pidNamespace),
      onWaiting: (owner) => this.waited.push(owner),
      ...rest,
    };
  }

  processes(pid: number, pidNamespace: string): Processes {
    return {
      self: async () => ({ bootId: "b0", pidNamespace, pid, processStart: String(pid), host: "desk" }),
      look: async (identity) => (this.gone.has(identity.pid) ? "gone" : "running"),
    };
  }

  ticketFile(ticket: number): string {
    return `${this.folder}/${ticket}`;
  }
}

/** Lets all work that waits for promises only come to an end. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A promise whose end can be looked at. */
export interface Watched<T> {
  readonly promise: Promise<T>;
  value(): T | undefined;
  error(): unknown;
}

/** Starts to look at it; a rejection is seen, not thrown. */
export function watch<T>(promise: Promise<T>): Watched<T> {
  let value: T | undefined;
  let error: unknown;
  const look = async (): Promise<void> => {
    try {
      value = await promise;
    } catch (reason) {
      error = reason;
    }
  };
  void look();
  return { promise, value: () => value, error: () => error };
}
