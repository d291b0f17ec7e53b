/** The scheme of the read-only documents that Show Session opens; the query is the connection's id. */
export const sessionScheme = "procore-session";

/**
 * The scheme of the read-only documents that Show What Was Sent opens: the authority is the step, the query the
 * connection's id, or `signInKey` of a sign-in that has not become a connection; empty where there is none.
 */
export const sentScheme = "procore-sent";

const signInStart = "sign-in/";

/** What stands for a sign-in to an environment that has not become a connection. No connection has such an id. */
export const signInKey = (environmentId: string): string => `${signInStart}${environmentId}`;

/** The environment of `signInKey`; undefined for a connection's id. */
export const environmentOfKey = (key: string): string | undefined =>
  key.startsWith(signInStart) ? key.slice(signInStart.length) : undefined;
