import type { Disturbances } from "./disturbances.ts";

/**
 * What the server's single-use rule makes unavoidable, whatever a client does:
 * - `killed`: the process was killed between the server's commit and its own store. One that died with its request on
 *   the way counts too: the server commits a moment later, and nobody is left to store. So does one that was refused
 *   because of such an end, and was killed before it could write that down: the next one asks again;
 * - `takenOver`: it was stopped there, and a person took over its lock of this connection;
 * - `lostAnswer`: the server committed, and its answer never arrived.
 */
const causes = ["killed", "takenOver", "lostAnswer"] as const;
/** Why something was let pass. */
export type Cause = (typeof causes)[number];
/** How many were let pass, by cause. */
export type CauseCounts = Readonly<Record<Cause, number>>;

const causeWords = {
  killed: "killed between commit and store",
  takenOver: "stopped and taken over there",
  lostAnswer: "answer lost",
} as const;

/** What was let pass, by cause, in one line. */
export function describeExceptions({
  sentTwice,
  lost,
}: {
  readonly sentTwice: CauseCounts;
  readonly lost: CauseCounts;
}): string {
  const told = causes.map((cause) => `${causeWords[cause]} ${sentTwice[cause]}, ${lost[cause]}`);
  return `let pass by the single-use rule (tokens sent twice, sessions lost): ${told.join("; ")}`;
}

/** One thing that the judge lets pass. */
export interface Excuse {
  readonly cause: Cause;
  readonly connectionId: string;
}

/** How many there are of each cause. */
export function countByCause(excuses: readonly Excuse[]): CauseCounts {
  const count = (wanted: Cause): number => excuses.filter(({ cause }) => cause === wanted).length;
  return { killed: count("killed"), takenOver: count("takenOver"), lostAnswer: count("lostAnswer") };
}

type Caps = Pick<Disturbances, "kills" | "takeOvers">;

/**
 * What is excused more often than its cause took place, in words. A process spends one token of a connection at a time,
 * and a person takes over the lock of one connection: a kill excuses one token and one loss of each connection, and a
 * take-over one of each in all.
 */
export function beyondCaps({ kills, takeOvers }: Caps, excused: Readonly<Record<string, readonly Excuse[]>>): string[] {
  return Object.entries(excused).flatMap(([what, excuses]) => {
    const { takenOver } = countByCause(excuses);
    const tooMany =
      takenOver > takeOvers ? [`${takenOver} ${what} by take-overs, but only ${takeOvers} took place`] : [];
    for (const id of new Set(excuses.map(({ connectionId }) => connectionId))) {
      const { killed } = countByCause(excuses.filter(({ connectionId }) => connectionId === id));
      if (killed > kills) tooMany.push(`${killed} ${what} of ${id} by kills, but only ${kills} took place`);
    }
    return tooMany;
  });
}
