import { ProcoreError } from "../core/errors.ts";
import type { Connection, SessionState } from "../core/session.ts";
import { setContextKey, type ContextKeys } from "../platform/contextKeys.ts";
import type { TellWalkthrough } from "../platform/walkthrough.ts";

/** Tells the editor's `when` clauses and the walkthrough how the connections stand. */
export async function setContextKeys(
  { active, connections, pending }: SessionState,
  tellWalkthrough: TellWalkthrough,
): Promise<void> {
  const signedIn = active !== undefined && active.session.kind !== "signedOut";
  const state = signedIn ? "signedIn" : active === undefined ? "noConnection" : "signedOut";
  // All at once, so that a state that follows does not come in between.
  await Promise.all([
    setContextKey("procore.state", state),
    setContextKey("procore.activeIsLocal", active?.environment.kind === "local"),
    tellWalkthrough("procore.signedInAs", signedIn ? signedInAs(active) : "nobody"),
    setContextKey("procore.hasConnection", connections.length > 0),
    setContextKey("procore.signInPending", pending !== undefined),
  ]);
}

/** Tells them that the list of connections could not be read, and whether an update would help. */
export async function setFailedKey(error: unknown): Promise<void> {
  const isNewer = error instanceof ProcoreError && error.failure.kind === "newerVersion";
  await setContextKey("procore.state", isNewer ? "newerVersion" : "failed");
}

function signedInAs({ environment, grant }: Connection): ContextKeys["procore.signedInAs"] {
  const isService = grant.kind === "clientCredentials";
  if (environment.kind === "local") return isService ? "localServiceAccount" : "localPerson";
  return isService ? "serviceAccount" : "person";
}
