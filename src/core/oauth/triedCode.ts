/** A code that no login service gives out: what the keys are tried with. It is no secret. */
export const triedCode = "procore-explorer-tries-the-keys";
