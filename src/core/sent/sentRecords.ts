import type { SentRecord, StepId } from "./sentRecord.ts";

/** An app at a login host: whose requests they are before a sign-in has become a connection. */
export interface SigningIn {
  readonly loginOrigin: string;
  readonly clientId: string;
}

const mostOwners = 50;

/**
 * What this window sent, by connection, the last of each step. It lives in memory and is gone with the window; nothing
 * secret comes here (`recordSent.ts`).
 */
export class SentRecords {
  readonly #owners = new Map<string, ReadonlyMap<StepId, SentRecord>>();

  add(owner: string | SigningIn, record: SentRecord): void {
    const key = keyOf(owner);
    this.#put(key, new Map([...(this.#owners.get(key) ?? []), [record.step, record]]));
  }

  of(connectionId: string): ReadonlyMap<StepId, SentRecord> {
    return this.#owners.get(connectionId) ?? new Map();
  }

  /** A sign-in became a connection: what was sent for it before is the connection's from now on. */
  claim(app: SigningIn, connectionId: string): void {
    this.#move(keyOf(app), connectionId);
  }

  /**
   * Who signed in belongs to another connection than the one that asked `/me`, or to none: that request moves with them.
   */
  moveUser(from: string, to: string | undefined): void {
    const { me, rest } = split(this.of(from));
    if (me === undefined || from === to) return;
    this.#put(from, rest);
    if (to !== undefined) this.add(to, me);
  }

  /** Forgets what belongs to a connection. */
  forget(connectionId: string): void {
    this.#owners.delete(connectionId);
  }

  #move(from: string, to: string): void {
    const moved = this.#owners.get(from);
    if (moved === undefined) return;
    this.#owners.delete(from);
    this.#put(to, new Map([...this.of(to), ...moved]));
  }

  #put(key: string, records: ReadonlyMap<StepId, SentRecord>): void {
    this.#owners.delete(key);
    this.#owners.set(key, records);
    for (const oldest of [...this.#owners.keys()].slice(0, -mostOwners)) this.#owners.delete(oldest);
  }
}

const keyOf = (owner: string | SigningIn): string =>
  typeof owner === "string" ? owner : JSON.stringify([owner.loginOrigin, owner.clientId]);

function split(records: ReadonlyMap<StepId, SentRecord>) {
  const rest = new Map(records);
  const me = rest.get("me");
  rest.delete("me");
  return { me, rest };
}
