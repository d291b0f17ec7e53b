import type { Environment, Origins } from "../procore/environments.ts";
import type { Grant } from "../session.ts";
import type { SentRecord, StepId } from "./sentRecord.ts";

/** An app at a login host: whose requests they are before a sign-in has become a connection. */
export interface SigningIn {
  readonly loginOrigin: string;
  /** Undefined while no answer shows that the login service knows the app: it may be a secret in the wrong box. */
  readonly clientId: string | undefined;
}

/** Where somebody signs in, and as what. */
export interface SignInPlace {
  readonly environment: Environment & { readonly origins: Origins };
  readonly account: Grant["kind"];
}

/** What was sent for a sign-in that has not become a connection. */
export interface SentAttempt extends SignInPlace {
  /** The app that was tried last, where the login service knows it. */
  readonly clientId: string | undefined;
  readonly records: SentSteps;
  /** When the newest was sent: epoch ms. */
  readonly at: number;
}

/** The last of each step. */
export type SentSteps = ReadonlyMap<StepId, SentRecord>;

interface Owned {
  readonly owner: string | SigningIn;
  readonly records: SentSteps;
}

const mostOwners = 50;
const nothing: SentSteps = new Map();

/**
 * What this window sent, by connection or sign-in, the last of each step. It lives in memory and is gone with the window;
 * nothing secret comes here (`recordSent.ts`).
 */
export class SentRecords {
  readonly #owners = new Map<string, Owned>();
  /** By login host: where somebody signs in whose sign-in has not come to its end. */
  readonly #places = new Map<string, SignInPlace>();

  add(owner: string | SigningIn, record: SentRecord): void {
    this.#put(owner, new Map([...this.#of(owner), [record.step, record]]));
  }

  of(connectionId: string): SentSteps {
    return this.#of(connectionId);
  }

  /** Somebody signs in there: what is sent for it can be seen from now on, also when it comes to nothing. */
  begin({ environment, account }: SignInPlace): void {
    this.#places.set(originOf({ environment }), { environment, account });
  }

  /** Sign-ins that were begun and have not come to their end, with what was sent for them: the newest first. */
  attempts(): readonly SentAttempt[] {
    return Array.from(this.#places.values(), (place) => this.#attempt(place))
      .filter(({ records }) => records.size > 0)
      .toSorted((one, other) => other.at - one.at);
  }

  /** A sign-in became a connection: what was sent for it before is the connection's from now on. */
  claim(app: SigningIn, connectionId: string): void {
    const moved = this.#of(app);
    this.#owners.delete(keyOf(app));
    // Keys that are known by now were tried before, with a mistake.
    this.#owners.delete(keyOf({ ...app, clientId: undefined }));
    if (moved.size > 0) this.#put(connectionId, new Map([...this.of(connectionId), ...moved]));
  }

  /** A sign-in to this place came to its end: those before it are over, too. */
  end(place: Pick<SignInPlace, "environment">): void {
    const origin = originOf(place);
    this.#places.delete(origin);
    for (const { owner } of this.#signIns(origin)) this.#owners.delete(keyOf(owner));
  }

  /**
   * Who signed in belongs to another connection than the one that asked `/me`, to a sign-in that came to nothing, or to
   * none: that request moves with them.
   */
  moveUser(from: string, to: string | SigningIn | undefined): void {
    const { me, rest } = split(this.of(from));
    if (me === undefined || from === to) return;
    this.#put(from, rest);
    if (to !== undefined) this.add(to, me);
  }

  /** Forgets what belongs to a connection. */
  forget(connectionId: string): void {
    this.#owners.delete(connectionId);
  }

  /**
   * The app that was tried last, and what was sent with keys that nobody knew. A browser is opened also when no answer
   * told whether there is such an app: that alone does not show that it is one.
   */
  #attempt(place: SignInPlace): SentAttempt {
    const owned = this.#signIns(originOf(place));
    const app = owned.findLast(({ owner, records }) => owner.clientId !== undefined && hasReply(records));
    const unknown = owned.find(({ owner }) => owner.clientId === undefined);
    const all = owned
      .filter((each) => each === app || each === unknown)
      .flatMap(({ records }) => [...records.values()]);
    const inOrder = all.toSorted((one, other) => one.at - other.at);
    const records = new Map(inOrder.map((record) => [record.step, record]));
    return { ...place, clientId: app?.owner.clientId, records, at: inOrder.at(-1)?.at ?? 0 };
  }

  /** In the order in which they sent last. */
  #signIns(loginOrigin: string) {
    return Array.from(this.#owners.values()).flatMap(({ owner, records }) =>
      typeof owner !== "string" && owner.loginOrigin === loginOrigin ? [{ owner, records }] : [],
    );
  }

  #of(owner: string | SigningIn): SentSteps {
    return this.#owners.get(keyOf(owner))?.records ?? nothing;
  }

  #put(owner: string | SigningIn, records: SentSteps): void {
    const key = keyOf(owner);
    this.#owners.delete(key);
    this.#owners.set(key, { owner, records });
    for (const oldest of [...this.#owners.keys()].slice(0, -mostOwners)) this.#owners.delete(oldest);
  }
}

const hasReply = (records: SentSteps): boolean =>
  Array.from(records.values()).some(({ outcome }) => outcome.kind === "reply");

const originOf = ({ environment }: Pick<SignInPlace, "environment">): string =>
  new URL(environment.origins.login).origin;

const keyOf = (owner: string | SigningIn): string =>
  typeof owner === "string" ? owner : JSON.stringify([owner.loginOrigin, owner.clientId ?? null]);

function split(records: SentSteps) {
  const rest = new Map(records);
  const me = rest.get("me");
  rest.delete("me");
  return { me, rest };
}
