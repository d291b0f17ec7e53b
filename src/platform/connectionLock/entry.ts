import * as v from "valibot";
import type { ProcessIdentity } from "./processes.ts";

/** Who holds the lock: a process, one of its takes, and when (epoch ms by the owner's wall clock). */
export interface Owner extends ProcessIdentity {
  readonly nonce: string;
  readonly takenAt: number;
}

/** What a ticket's file says. `unreadable`: empty, torn, or of a version this one does not know. */
export type Entry = { readonly state: "held" | "free"; readonly owner: Owner } | { readonly state: "unreadable" };

/** What replaces the first bytes of a file when its lock is released. As long as "held", so that it needs no space. */
export const freeMark = "free";

const ownerSchema = v.object({
  v: v.literal(1),
  bootId: v.optional(v.string()),
  pidNamespace: v.optional(v.string()),
  // Zero and negative numbers are process groups to the system.
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  processStart: v.optional(v.string()),
  host: v.string(),
  nonce: v.pipe(v.string(), v.uuid()),
  takenAt: v.number(),
});

/** The text of a ticket that is held: the state, then the owner, each in a line. */
export const renderHeld = (owner: Owner): string => `held\n${JSON.stringify({ v: 1, ...owner })}\n`;

/** Reads a ticket's text; never throws, because what cannot be read has a rule of its own. */
export function parseEntry(text: string): Entry {
  const [, state, json] = /^(held|free)\n(.*)\n$/u.exec(text) ?? [];
  const parsed = json === undefined ? undefined : v.safeParse(ownerSchema, parseJson(json));
  if (parsed?.success !== true) return { state: "unreadable" };
  const { v: _version, ...owner } = parsed.output;
  return { state: state === freeMark ? "free" : "held", owner };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
