import type { Bench } from "./bench.ts";
import type { Heard } from "./fronts.ts";

export type SecretKind = "access token" | "client secret" | "code" | "refresh token";

/** The secrets of a bench, by their values, also those that it does not have any more. */
export type KnownSecrets = Map<string, SecretKind>;

/** Adds what the bench has now. */
export async function learnSecrets(known: KnownSecrets, { app, code, home, connection }: Bench): Promise<void> {
  known.set(app.clientSecret.reveal(), "client secret");
  known.set(code.reveal(), "code");
  const tokens = (await home.session(connection().id))?.tokens;
  if (tokens === undefined) return;
  known.set(tokens.accessToken.reveal(), "access token");
  if (tokens.refreshToken !== undefined) known.set(tokens.refreshToken.reveal(), "refresh token");
}

/** A request and the secrets in it, as in "login.procore.com POST /oauth/token: client secret, code". */
export function withSecrets({ host, method, path, text }: Heard, known: KnownSecrets): string {
  const found = Array.from(known).filter(([value]) => text.includes(value) || text.includes(encodeURIComponent(value)));
  const kinds = [...new Set(found.map(([, kind]) => kind))].toSorted();
  return `${host} ${method} ${path}: ${kinds.join(", ")}`;
}

/** Where a secret may go; in other requests there is none. */
const allowed = [
  /^login\.procore\.com POST \/oauth\/token: client secret(?:, (?:code|refresh token))?$/u,
  /^login\.procore\.com POST \/oauth\/revoke: (?:access token, client secret|client secret, refresh token)$/u,
  /^login\.procore\.com GET \/oauth\/token\/info: access token$/u,
  /^api\.procore\.com GET \/rest\/\S+: access token$/u,
];

/** Those of requests, as `withSecrets` writes them, that brought a secret where it does not belong, or lacked one. */
export const astray = (requests: readonly string[]): readonly string[] =>
  requests.filter((request) => !allowed.some((pattern) => pattern.test(request)));
