import type { SessionSource } from "../core/session.ts";
import type { Disposable } from "../platform/disposables.ts";

/** What is kept by connection. */
export interface ByConnection {
  /** Forgets connections that are no more. */
  keepOnly(connections: readonly string[]): void;
}

/**
 * Tells the ids of all connections whenever something may be kept of one that is no more: `removed` when one went in
 * this window, else `listed`, for what went while this window was closed. Before the list of connections is read it is
 * empty, which is not to say that somebody removed them all.
 */
export function followRemovals(
  session: SessionSource,
  hear: (connections: readonly string[], why: "removed" | "listed") => void,
): Disposable {
  let known = idsOf(session);
  return session.onDidChange(() => {
    const [before, now] = [known, idsOf(session)];
    known = now;
    if (before.some((id) => !now.includes(id))) hear(now, "removed");
    else if (now.length > 0) hear(now, "listed");
  });
}

/** The same for what is only now there to forget something. */
export function forgetRemoved(session: SessionSource, kept: ByConnection): void {
  const now = idsOf(session);
  if (now.length > 0) kept.keepOnly(now);
}

const idsOf = ({ current }: SessionSource): readonly string[] => current.connections.map(({ id }) => id);
