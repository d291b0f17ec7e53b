import { readFile, readlink } from "node:fs/promises";
import os from "node:os";
import { errorCodeOf } from "../busyFile.ts";

/**
 * A process among all that ever ran. `processStart` is in clock ticks since boot: with it, a number that the system
 * gave to a second process names the first one no more. Only Linux offers boot id, namespace and start without
 * starting another program; elsewhere they are absent and the host name stands for the machine. There `ps -o lstart=` or
 * PowerShell would tell, at the price of a process for each look (PowerShell: half a second), and what it buys is rare:
 * that the number of a dead owner was given to another process. Such an owner counts as alive, so after 45 seconds a
 * person is offered to take over, which harms nobody.
 * @see proc(5), proc_pid_stat(5) field 22 "starttime", pid_namespaces(7)
 */
export interface ProcessIdentity {
  readonly bootId?: string | undefined;
  readonly pidNamespace?: string | undefined;
  readonly pid: number;
  readonly processStart?: string | undefined;
  readonly host: string;
}

/** The processes of this machine, as far as they can be seen from here. */
export interface Processes {
  self(): Promise<ProcessIdentity>;
  /** Only for an identity of the same place (`samePlace`). In doubt a process is `running`. */
  look(identity: ProcessIdentity): Promise<"running" | "gone">;
}

/** What the system is asked; `undefined` where it has no answer. */
export interface ProcessSource {
  readonly pid: number;
  readonly host: string;
  readText(file: string): Promise<string | undefined>;
  readLink(file: string): Promise<string | undefined>;
  /** Whether a signal could be sent to this number: `kill(pid, 0)`. */
  signal(pid: number): "found" | "missing";
}

/** True if the process numbers of both mean the same processes. */
export const samePlace = (one: ProcessIdentity, other: ProcessIdentity): boolean => placeOf(one) === placeOf(other);

const placeOf = ({ bootId, pidNamespace, host }: ProcessIdentity): string =>
  bootId === undefined || pidNamespace === undefined ? `host ${host}` : `boot ${bootId} ${pidNamespace}`;

/** Judges processes by what `source` tells. */
export function createProcesses(source: ProcessSource): Processes {
  return {
    async self() {
      const [bootId, pidNamespace, stat] = await Promise.all([
        source.readText("/proc/sys/kernel/random/boot_id"),
        source.readLink("/proc/self/ns/pid"),
        source.readText("/proc/self/stat"),
      ]);
      const processStart = parseStat(stat)?.start;
      return { bootId: bootId?.trim(), pidNamespace, pid: source.pid, processStart, host: source.host };
    },
    async look({ pid, processStart }) {
      if (source.signal(pid) === "missing") return "gone";
      if (processStart === undefined) return "running";
      // In a namespace without a /proc of its own, /proc/<pid> tells about other processes than our numbers mean.
      if ((await source.readLink("/proc/self")) !== String(source.pid)) return "running";
      const stat = parseStat(await source.readText(`/proc/${pid}/stat`));
      if (stat === undefined) return "running";
      // A process that ended keeps its number until its parent asked for it, in a container perhaps for ever.
      const ended = ["Z", "X", "x"].includes(stat.state);
      return ended || stat.start !== processStart ? "gone" : "running";
    },
  };
}

/** The second field, the program's name, may hold blanks and brackets; the rest begins behind its last bracket. */
function parseStat(text: string | undefined): { readonly state: string; readonly start: string } | undefined {
  const fields = text
    ?.slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(" ");
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}

const ifThere = async (reading: Promise<string>): Promise<string | undefined> => {
  try {
    return await reading;
  } catch {
    // Whatever the reason, the system does not tell: /proc is missing, hidden, or of a process that just ended.
    return undefined;
  }
};

/** The processes of this machine. */
export const systemProcesses: Processes = createProcesses({
  pid: process.pid,
  host: os.hostname(),
  readText: (file) => ifThere(readFile(file, "utf8")),
  readLink: (file) => ifThere(readlink(file)),
  signal(pid) {
    try {
      process.kill(pid, 0);
      return "found";
    } catch (error) {
      // EPERM is a process of somebody else.
      return errorCodeOf(error) === "ESRCH" ? "missing" : "found";
    }
  },
});
