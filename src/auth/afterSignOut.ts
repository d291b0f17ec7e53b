import * as l10n from "@vscode/l10n";
import { advice, ProcoreError } from "../core/errors.ts";
import { isProcoreHost } from "../core/procore/customEnvironments.ts";
import type { Connection } from "../core/session.ts";
import { timeLeft } from "../core/timeLeft.ts";
import type { Revocation } from "./endings.ts";

/** What a person is told of a sign-out; `information` is no trouble. */
export interface SignOutNews {
  readonly severity: "information" | "warning";
  readonly text: string;
}

/** What there is to tell when the server was not told of a sign-out, or is still being told; `now` is epoch ms. */
export function signOutNews(connection: Connection, revocation: Revocation, now: number): SignOutNews | undefined {
  const { host } = new URL(connection.origins.login);
  if (revocation.kind === "notWaited") {
    const text = l10n.t("Signed out here. {0} is still being told; leave this window open for a minute.", host);
    return { severity: "information", text };
  }
  if (revocation.kind !== "notTold") return undefined;
  // Only what happened: what a failure's own words advise next, e.g. to try again, helps no session that is over here.
  const what = l10n.t("Signed out here, but {0} could not be told.", host);
  const why =
    revocation.error instanceof ProcoreError ? [l10n.t("Cause: {0}.", advice(revocation.error.failure).headline)] : [];
  return { severity: "warning", text: [what, ...why, ...whatLivesOn(connection, now)].join(" ") };
}

/** What becomes of the session at the server, and what a person can do about it. */
function whatLivesOn({ grant, session, clockSkewMs, origins }: Connection, now: number): readonly string[] {
  if (grant.kind === "clientCredentials") {
    // A service account has no refresh token, and no profile to revoke an app in.
    const left = session.kind === "active" ? timeLeft(session.expiresAt - (now + clockSkewMs)) : undefined;
    return left === undefined ? [] : [l10n.t("Its token ends by itself in {0}.", left.text)];
  }
  return isProcoreHost(origins.login)
    ? [l10n.t("To end the session there too, revoke the app in your Procore profile under My Connected Apps.")]
    : [];
}

/**
 * Runs `forget` when a connection was removed, and again when what still goes on behind that is over: a late call to the
 * server leaves its own traces. Gives what `removing` gives.
 */
export async function forgetAfter(removing: Promise<Revocation>, forget: () => void): Promise<Revocation> {
  const revocation = await removing.finally(forget);
  if ("later" in revocation) void revocation.later?.then(forget);
  return revocation;
}
