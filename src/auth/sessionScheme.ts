/** The scheme of the read-only documents that Show Session opens; the query is the connection's id. */
export const sessionScheme = "procore-session";
