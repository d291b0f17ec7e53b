import { randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { secondMs } from "../../core/clock.ts";
import type { KeptCode, KeptToken } from "../state.ts";

/** An authorization code that nobody has exchanged. */
export type CodeRecord = KeptCode & { readonly clientId: string };

/** An access token with the refresh token issued beside it. */
export type TokenRecord = KeptToken & { readonly clientId: string };

/** What an access token is good for at the moment it is shown. */
export type TokenCheck =
  { readonly kind: "valid"; readonly token: TokenRecord } | { readonly kind: "expired" | "revoked" | "unknown" };

export interface GrantSettings {
  readonly tokenTtlSeconds: number;
  readonly codeTtlSeconds: number;
  readonly rotation: "now" | "on_use";
}

/** Revoked pairs kept so that they can still be told from unknown ones. */
const revokedKept = 200;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Looks like the JSON Web Token that Procore issues; the signature is noise, for nobody may read or check it. */
function makeAccessToken(subject: string, createdAt: number, expiresAt: number): string {
  const header = part({ typ: "JWT", alg: "ES512" });
  const claims = {
    iss: "local-sandbox",
    sub: subject,
    iat: Math.floor(createdAt / 1000),
    exp: Math.floor(expiresAt / 1000),
  };
  return `${header}.${part({ ...claims, jti: randomBytes(12).toString("hex") })}.${randomBytes(132).toString("base64url")}`;
}

/** The codes and tokens of all apps; none works for another app than its own. What ends what is Doorkeeper's (5.5) way, for Procore's service answers in its words. */
export class Grants {
  readonly #clock: Clock;
  readonly #settings: GrantSettings;
  readonly #changed: () => void;
  readonly #codes = new Map<string, CodeRecord>();
  /** By access token, oldest first. */
  readonly #tokens = new Map<string, TokenRecord>();

  constructor(clock: Clock, settings: GrantSettings, changed: () => void) {
    this.#clock = clock;
    this.#settings = settings;
    this.#changed = changed;
  }

  get codes(): readonly CodeRecord[] {
    return Array.from(this.#codes.values());
  }

  get tokens(): readonly TokenRecord[] {
    return Array.from(this.#tokens.values());
  }

  /** Takes up what an earlier sandbox had issued; `clientId` is the app of records that name none. */
  restore(
    clientId: string,
    { codes, tokens }: { readonly codes: readonly KeptCode[]; readonly tokens: readonly KeptToken[] },
  ): void {
    for (const code of codes) this.#codes.set(code.code, { ...code, clientId: code.clientId ?? clientId });
    for (const token of tokens) this.#tokens.set(token.accessToken, { ...token, clientId: token.clientId ?? clientId });
  }

  issueCode(request: Pick<CodeRecord, "userId" | "redirectUri" | "clientId">): string {
    const now = this.#clock.now();
    // Nothing tells an expired code from a used or an unknown one, so only those that still work are kept.
    for (const { code, expiresAt } of this.#codes.values()) if (expiresAt <= now) this.#codes.delete(code);
    const code = randomBytes(32).toString("base64url");
    this.#codes.set(code, { ...request, code, expiresAt: now + this.#settings.codeTtlSeconds * secondMs });
    this.#changed();
    return code;
  }

  /** Undefined for a code that is unknown, used, expired, another app's or for another redirect URI; a refusal does not use it up. */
  exchangeCode(
    code: string,
    { redirectUri, clientId }: Pick<CodeRecord, "redirectUri" | "clientId">,
  ): TokenRecord | undefined {
    const record = this.#codes.get(code);
    if (record === undefined || record.expiresAt <= this.#clock.now() || record.redirectUri !== redirectUri)
      return undefined;
    if (record.clientId !== clientId) return undefined;
    this.#codes.delete(code);
    return this.#issue({ clientId, userId: record.userId, refreshToken: randomBytes(32).toString("base64url") });
  }

  /** Undefined for a refresh token that is unknown, used, revoked or another app's; using a spent one ends nothing else. */
  refresh(refreshToken: string, clientId: string): TokenRecord | undefined {
    const old = this.#byRefreshToken(refreshToken);
    if (old === undefined || old.revoked || old.clientId !== clientId) return undefined;
    const replaced = this.#settings.rotation === "on_use" ? { previousRefreshToken: refreshToken } : {};
    if (this.#settings.rotation === "now") this.#tokens.set(old.accessToken, { ...old, revoked: true });
    const user = old.userId === undefined ? {} : { userId: old.userId };
    return this.#issue({ clientId, ...user, ...replaced, refreshToken: randomBytes(32).toString("base64url") });
  }

  /** A token that acts as the app itself: no refresh token. */
  issueForApp(clientId: string): TokenRecord {
    return this.#issue({ clientId });
  }

  /** Judges an access token; a valid one counts as used. */
  use(accessToken: string): TokenCheck {
    const token = this.#tokens.get(accessToken);
    if (token === undefined) return { kind: "unknown" };
    if (token.revoked) return { kind: "revoked" };
    if (token.expiresAt <= this.#clock.now()) return { kind: "expired" };
    if (token.previousRefreshToken === undefined) return { kind: "valid", token };
    const { previousRefreshToken, ...used } = token;
    const previous = this.#byRefreshToken(previousRefreshToken);
    if (previous !== undefined) this.#tokens.set(previous.accessToken, { ...previous, revoked: true });
    this.#tokens.set(accessToken, used);
    this.#changed();
    return { kind: "valid", token: used };
  }

  /**
   * Ends the pair that an access or refresh token belongs to, but only while its access token lives (Doorkeeper 5.5).
   * Refused to another app than its own; an unknown or dead token is fine.
   */
  revoke(anyToken: string, clientId: string): "done" | "refused" {
    const token = this.#tokens.get(anyToken) ?? this.#byRefreshToken(anyToken);
    if (token !== undefined && token.clientId !== clientId) return "refused";
    if (token === undefined || token.revoked || token.expiresAt <= this.#clock.now()) return "done";
    this.#tokens.set(token.accessToken, { ...token, revoked: true });
    this.#changed();
    return "done";
  }

  /** Lets access tokens reach their end now; the refresh tokens beside them go on. */
  expireAccessTokens(userId?: string): void {
    const now = this.#clock.now();
    this.#replace(userId, (token) => ({ ...token, expiresAt: Math.min(token.expiresAt, now) }));
  }

  /** Ends whole pairs, as a person does who cuts the app off. */
  endTokens(userId?: string): void {
    this.#replace(userId, (token) => ({ ...token, revoked: true }));
  }

  #replace(userId: string | undefined, change: (token: TokenRecord) => TokenRecord): void {
    for (const token of this.tokens) {
      if (userId === undefined || token.userId === userId) this.#tokens.set(token.accessToken, change(token));
    }
    this.#changed();
  }

  #byRefreshToken(refreshToken: string): TokenRecord | undefined {
    for (const token of this.#tokens.values()) if (token.refreshToken === refreshToken) return token;
    return undefined;
  }

  #issue(parts: Pick<TokenRecord, "clientId" | "userId" | "refreshToken" | "previousRefreshToken">): TokenRecord {
    const createdAt = this.#clock.now();
    const expiresAt = createdAt + this.#settings.tokenTtlSeconds * secondMs;
    const accessToken = makeAccessToken(parts.userId ?? "app", createdAt, expiresAt);
    const token = { ...parts, accessToken, createdAt, expiresAt, revoked: false };
    this.#tokens.set(accessToken, token);
    this.#prune();
    this.#changed();
    return token;
  }

  #prune(): void {
    const revoked = this.tokens.filter((token) => token.revoked);
    for (const { accessToken } of revoked.slice(0, -revokedKept)) this.#tokens.delete(accessToken);
  }
}
