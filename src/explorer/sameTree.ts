import type { Connection } from "../core/session.ts";

/**
 * Do the rows of `before` still hold for `after`? They do through a refreshed token, a status or a session that needs
 * mending; another connection, address or user, signing out and signing in make a tree of its own. A user who becomes
 * known just after signing in (`/me` answered) is the one whose rows are there.
 */
export function isSameTree(before: Connection | undefined, after: Connection | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return (
    before.id === after.id &&
    before.origins.api === after.origins.api &&
    (before.session.kind === "signedOut") === (after.session.kind === "signedOut") &&
    (before.user === undefined || before.user.id === after.user?.id)
  );
}

/**
 * Was the session broken and works again, or did somebody sign in anew? What failed before may then go well. A renewal
 * is no news: a request that fails after each would be sent for ever.
 */
export function isMended(before: Connection | undefined, after: Connection | undefined): boolean {
  if (before === undefined || after?.session.kind !== "active") return false;
  if (before.session.kind === "broken") return true;
  const isRenewal = after.lastRefreshAt !== undefined;
  return before.session.kind === "active" && !isRenewal && before.session.expiresAt !== after.session.expiresAt;
}
