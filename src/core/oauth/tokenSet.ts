import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { minuteMs } from "../clock.ts";
import { Secret } from "../secret.ts";
import { parseStored } from "../storedValue.ts";

/** A session's tokens. Times are the server's, so that a clock that is hours off and a laptop that slept both work. */
export interface TokenSet {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  /** Epoch ms, the server's time. */
  readonly expiresAt: number;
  /** How long the access token was good for when it was issued. */
  readonly lifetimeMs: number;
  /** Server's clock minus this machine's when the answer came, ms; 0 when they agree within five seconds. */
  readonly clockSkewMs: number;
}

/** Which of several copies of a session's tokens is the newer one: a later sign-in, or a later renewal of the same one. */
export interface TokenOrder {
  readonly generation: number;
  readonly rotation: number;
}

/** A token set as it is stored. */
export interface StoredTokenSet extends TokenOrder {
  readonly tokens: TokenSet;
}

/** Is the first of two copies the newer one? */
export const isNewer = (one: TokenOrder, other: TokenOrder): boolean =>
  one.generation > other.generation || (one.generation === other.generation && one.rotation > other.rotation);

/** The newest of those that are known, without what belongs to it; undefined when none is. */
export function newestOrder(...known: readonly (TokenOrder | undefined)[]): TokenOrder | undefined {
  const [newest] = known.filter((one) => one !== undefined).toSorted((one, other) => (isNewer(one, other) ? -1 : 1));
  return newest === undefined ? undefined : { generation: newest.generation, rotation: newest.rotation };
}

/**
 * Should the access token be renewed before the next request: is less than the smaller of a minute and a tenth of its
 * lifetime left?
 * @param serverNow epoch ms in the server's time: this machine's plus the skew
 */
export function needsRenewal(tokens: Pick<TokenSet, "expiresAt" | "lifetimeMs">, serverNow: number): boolean {
  return tokens.expiresAt - serverNow < Math.min(minuteMs, tokens.lifetimeMs / 10);
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.minLength(1));
const storedSchema = v.object({
  v: v.literal(1),
  generation: count,
  rotation: count,
  accessToken: text,
  refreshToken: v.optional(text),
  expiresAt: v.pipe(v.number(), v.finite()),
  lifetimeMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
  clockSkewMs: v.pipe(v.number(), v.finite()),
});

/** The text to store, tokens in the clear: for SecretStorage or sealing, and for nothing else. */
export function serializeTokenSet({ generation, rotation, tokens }: StoredTokenSet): string {
  const stored: v.InferOutput<typeof storedSchema> = {
    v: 1,
    generation,
    rotation,
    accessToken: tokens.accessToken.reveal(),
    refreshToken: tokens.refreshToken?.reveal(),
    expiresAt: tokens.expiresAt,
    lifetimeMs: tokens.lifetimeMs,
    clockSkewMs: tokens.clockSkewMs,
  };
  return JSON.stringify(stored);
}

/** Reads what `serializeTokenSet` wrote; rejects as `parseStored` does, and the caller leaves the text as it is. */
export function parseStoredTokenSet(stored: string): StoredTokenSet {
  const { generation, rotation, accessToken, refreshToken, expiresAt, lifetimeMs, clockSkewMs } = parseStored(
    stored,
    storedSchema,
    l10n.t("The stored session"),
  );
  const tokens: TokenSet = {
    accessToken: new Secret(accessToken),
    refreshToken: refreshToken === undefined ? undefined : new Secret(refreshToken),
    expiresAt,
    lifetimeMs,
    clockSkewMs,
  };
  return { generation, rotation, tokens };
}
