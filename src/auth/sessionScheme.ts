/** The scheme of the read-only documents that Show Session opens; the query is the connection's id. */
export const sessionScheme = "procore-session";

/**
 * The scheme of the read-only documents that Show What Was Sent opens: the authority is the step, the query the
 * connection's id, empty where there is none.
 */
export const sentScheme = "procore-sent";
