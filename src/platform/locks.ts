import path from "node:path";
import { performance } from "node:perf_hooks";
import { ProcoreError } from "../core/errors.ts";
import { type HeldLock, type LockOptions, type OwnerDescription, takeLock, takeOver } from "./connectionLock/index.ts";

/** Is the lock still ours? Asked right before something that cannot be taken back. */
export type StillHeld = () => Promise<"held" | "lost">;

/** Locks that all windows of this machine share, by name. */
export interface Locks {
  /** Runs `work` while nobody else holds the lock of that name; a signal stops the waiting for it, not the work. */
  hold<T>(name: string, work: (stillHeld: StillHeld) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * A person's Take Over: the owner for whom this window gave up waiting (`sessionBusy`) loses the lock, which is free
   * then. That owner sees it before it sends. If somebody else has the lock by now, waits for that one as `hold` does.
   * Of `others` those are taken over as well on which this window gave up; nothing waits for the rest.
   */
  takeOver(name: string, signal?: AbortSignal, others?: readonly string[]): Promise<void>;
}

export interface LocksDependencies extends Pick<LockOptions, "clock" | "files" | "processes"> {
  readonly folder: string;
  readonly onTrouble: (error: unknown) => void;
}

/** `folder/<name>.lock` is the lock's own folder. What `work` did stays done when releasing fails; that is told. */
export function createLocks({ folder, onTrouble, ...shared }: LocksDependencies): Locks {
  const stuck = new Map<string, OwnerDescription>();
  const optionsFor = (name: string): LockOptions => ({
    ...shared,
    folder: path.join(folder, `${name}.lock`),
    monotonicNow: () => performance.now(),
  });
  const take = async (name: string, signal: AbortSignal | undefined): Promise<HeldLock> => {
    let owner: OwnerDescription | undefined;
    const onWaiting = (seen: OwnerDescription): void => {
      owner = seen;
    };
    try {
      const lock = await takeLock({ ...optionsFor(name), onWaiting }, signal);
      stuck.delete(name);
      return lock;
    } catch (error) {
      const isBusy = error instanceof ProcoreError && error.failure.kind === "sessionBusy";
      if (isBusy && owner !== undefined) stuck.set(name, owner);
      throw error;
    }
  };
  return {
    async hold(name, work, signal) {
      const lock = await take(name, signal);
      try {
        return await work(() => lock.stillHeld());
      } finally {
        await lock.release().catch(onTrouble);
      }
    },
    async takeOver(name, signal, others = []) {
      for (const each of [...others.filter((other) => stuck.has(other)), name]) {
        const owner = stuck.get(each);
        const lock = owner === undefined ? await take(each, signal) : await takeOver(optionsFor(each), owner, signal);
        stuck.delete(each);
        await lock.release().catch(onTrouble);
      }
    },
  };
}
