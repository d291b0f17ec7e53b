/** A pair that the server gave out, and whether its refresh token is still good. */
export interface Issue {
  /** Of a pair that nobody keeps yet: the connection that is signed in again; empty for a new one. */
  connectionId: string;
  /** Who signed in, as `/me` tells. */
  readonly user: number;
  readonly refreshToken: string;
  readonly accessToken: string;
  /** How many pairs there were when its sign-in began. */
  readonly signIn: number;
  readonly expiresAt: number;
  state: "live" | "spent" | "revoked";
  /** Why nobody can be blamed when it is lost. */
  excuse: string | undefined;
  /** Why nobody can be blamed when its refresh token comes twice: who sent it first did not live to say so. */
  sentUnknown: string | undefined;
  /** How often its refresh token arrived. */
  arrivals: number;
}

/** Nobody can be blamed for this pair, neither for its loss nor for what comes twice. */
export function excuseAll(issue: Issue, why: string): void {
  issue.excuse ??= why;
  issue.sentUnknown ??= why;
}
