import * as v from "valibot";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const codeSchema = v.object({
  code: v.string(),
  /** The app it was issued to; left out by a sandbox that had one app only. */
  clientId: v.optional(v.string()),
  userId: v.string(),
  redirectUri: v.string(),
  /** Epoch ms. */
  expiresAt: v.number(),
});

const tokenSchema = v.object({
  accessToken: v.string(),
  /** As for a code. */
  clientId: v.optional(v.string()),
  /** Absent for client credentials. */
  refreshToken: v.optional(v.string()),
  /** Absent for client credentials. */
  userId: v.optional(v.string()),
  /** Epoch ms. */
  createdAt: v.number(),
  /** Epoch ms: the end of the access token; the refresh token has none. */
  expiresAt: v.number(),
  revoked: v.boolean(),
  /** With rotation `on_use`: the refresh token that ends when this access token is first used. */
  previousRefreshToken: v.optional(v.string()),
});

const stateSchema = v.object({
  v: v.literal(1),
  host: v.string(),
  port: v.pipe(count, v.minValue(1), v.maxValue(65_535)),
  clientId: v.pipe(v.string(), v.minLength(1)),
  clientSecret: v.pipe(v.string(), v.minLength(1)),
  /** Of the app with the service account; left out by a sandbox that had one app only. */
  serviceClientId: v.optional(v.pipe(v.string(), v.minLength(1))),
  serviceClientSecret: v.optional(v.pipe(v.string(), v.minLength(1))),
  seed: v.pipe(v.number(), v.safeInteger()),
  companies: count,
  projects: v.optional(count),
  /** Company ids. */
  disconnected: v.array(v.string()),
  codes: v.array(codeSchema),
  tokens: v.array(tokenSchema),
});

/** A code as it is kept; see `Grants`. */
export type KeptCode = Readonly<v.InferOutput<typeof codeSchema>>;

/** A token as it is kept; see `Grants`. */
export type KeptToken = Readonly<v.InferOutput<typeof tokenSchema>>;

/**
 * What a sandbox must keep to go on after a restart as if nothing had happened: plain data for a JSON file.
 * It holds the client secret and the tokens of the sandbox, which open nothing anywhere else.
 */
export type SandboxState = Readonly<v.InferOutput<typeof stateSchema>>;

/** Reads a kept state; throws an `Error` naming the first wrong part (never its value). */
export function parseSandboxState(value: unknown): SandboxState {
  const result = v.safeParse(stateSchema, value);
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]) ?? "its shape";
  throw new Error(`The kept state of the Local Sandbox cannot be read: ${path} is not as expected.`);
}
