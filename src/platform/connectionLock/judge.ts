import type { Entry } from "./entry.ts";
import { type ProcessIdentity, type Processes, samePlace } from "./processes.ts";

/**
 * What may be done about a ticket. `takeable`: released, of a process that has ended, or stale. `alive`: its process
 * runs. `notCheckable`: it may run somewhere that cannot be seen from here, and is not stale yet.
 */
export type Verdict = "takeable" | "alive" | "notCheckable";

export interface Judging {
  readonly self: ProcessIdentity;
  readonly processes: Processes;
  readonly fileSystemNow: () => Promise<number | undefined>;
  readonly leaseMs: number;
}

/**
 * Judges the owner of the newest ticket. An owner that can be checked is never stale, however long it takes; one that
 * cannot be checked (another machine, another pid namespace, an unreadable file) is stale when its ticket is older than
 * the lease by the file system's own clock, which both sides share even if their clocks differ.
 *
 * A ticket from the future by more than a lease counts as stale too: that clock was set back since. Its owner, if it
 * lives, sees the same jump and sends nothing; and without this rule the lock could be out of reach for hours.
 */
export async function judge(
  entry: Entry & { readonly modifiedAt: number },
  { self, processes, fileSystemNow, leaseMs }: Judging,
): Promise<Verdict> {
  if (entry.state === "free") return "takeable";
  if (entry.state === "held" && samePlace(entry.owner, self)) {
    return (await processes.look(entry.owner)) === "gone" ? "takeable" : "alive";
  }
  const now = await fileSystemNow();
  return now !== undefined && Math.abs(now - entry.modifiedAt) > leaseMs ? "takeable" : "notCheckable";
}
