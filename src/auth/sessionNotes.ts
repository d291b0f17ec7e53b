import type { Clock } from "../core/clock.ts";
import { advice, type Failure } from "../core/errors.ts";
import { isNewer, newestOrder, type TokenOrder } from "../core/oauth/tokenSet.ts";
import type { Connection, Session } from "../core/session.ts";
import type { ConnectionChange, Connections } from "./connections.ts";
import { rejectedFailure, settled } from "./sessionStates.ts";

export interface SessionNotesDependencies {
  readonly connections: Connections;
  readonly clock: Clock;
  /** Hears of a list that cannot be read or written, which fails no request and hides no other error. */
  readonly onTrouble: (error: unknown) => void;
}

/** Why a session needs a person. */
export type BrokenReason = Extract<Session, { kind: "broken" }>["reason"];

/** Is what is listed about later tokens than these? Generation 0 is beside something unreadable, and of no order. */
export const isAboutLater = ({ tokenOrder }: Connection, about: TokenOrder | undefined): boolean =>
  tokenOrder !== undefined && about !== undefined && about.generation !== 0 && isNewer(tokenOrder, about);

/** A session that was signed out, in the list. */
export const signedOut = { session: { kind: "signedOut" }, lastFailure: undefined } as const;

/** Signs out in the list, unless that is about later tokens; undefined for whichever there are. */
export const signedOutUpTo =
  (about: TokenOrder | undefined): ConnectionChange =>
  (connection) =>
    isAboutLater(connection, about) ? undefined : signedOut;

/** How the list names these tokens. */
export const listedOrder = (about: TokenOrder): TokenOrder | undefined =>
  about.generation === 0 ? undefined : newestOrder(about);

/** What the list of connections says of their sessions, for all windows to read. */
export class SessionNotes {
  readonly #deps: SessionNotesDependencies;

  constructor(deps: SessionNotesDependencies) {
    this.#deps = deps;
  }

  /** The connection as the list has it now, also after another window signed it in at other addresses. */
  async fresh(connectionId: string): Promise<Connection | undefined> {
    // A list that cannot be read is told by whoever has to write it.
    await settled(this.#deps.connections.load());
    return this.#deps.connections.get(connectionId);
  }

  /** What the list says of a connection now; one that cannot be read says `unknown`. */
  async listed(connectionId: string): Promise<"removed" | "signedOut" | "spent" | "unknown" | "listed"> {
    try {
      await this.#deps.connections.load();
    } catch (error) {
      this.#deps.onTrouble(error);
      return "unknown";
    }
    const session = this.#deps.connections.get(connectionId)?.session;
    if (session === undefined) return "removed";
    if (session.kind === "signedOut") return "signedOut";
    return session.kind === "broken" && session.reason === "refreshTokenSpent" ? "spent" : "listed";
  }

  /** Says in the list why a session needs a person, unless what is listed is about later tokens than `about`. */
  async breakSession(connectionId: string, about: TokenOrder | undefined, reason: BrokenReason): Promise<void> {
    await this.note(connectionId, (connection) => {
      if (connection.session.kind !== "active" || isAboutLater(connection, about)) return undefined;
      const failure: Failure =
        reason === "credentialsRejected" ? rejectedFailure(connection) : { kind: "signedOut", reason };
      const lastFailure = { at: this.#deps.clock.now(), message: advice(failure).message };
      return { session: { kind: "broken", reason }, lastFailure };
    });
  }

  /** Says in the list that a session is signed out, unless what is listed is about later tokens than `about`. */
  async saySignedOut(connectionId: string, about: TokenOrder): Promise<void> {
    await this.note(connectionId, signedOutUpTo(about));
  }

  /**
   * Says in the list that a session was renewed. `over`: somebody signed in, signed out or removed the connection there
   * meanwhile, and that stays. A list that cannot be written is told; the session goes on.
   */
  async noteRenewal(connectionId: string, about: TokenOrder, renewed: Partial<Connection>): Promise<"listed" | "over"> {
    try {
      const isOver = (connection: Connection): boolean =>
        connection.session.kind === "signedOut" || isAboutLater(connection, about);
      const tokenOrder = listedOrder(about);
      const listed = await this.#deps.connections.change(connectionId, (connection) =>
        isOver(connection) ? undefined : { ...renewed, tokenOrder },
      );
      return listed === undefined || isOver(listed) ? "over" : "listed";
    } catch (error) {
      this.#deps.onTrouble(error);
      return "listed";
    }
  }

  /** Writes into the list, unless what is listed is about later tokens than `about`. */
  async noteAbout(connectionId: string, about: TokenOrder, fields: Partial<Connection>): Promise<void> {
    await this.note(connectionId, (connection) => (isAboutLater(connection, about) ? undefined : fields));
  }

  /** Writes into the list; trouble with the list is told, but fails no request and hides no other error. */
  async note(...change: Parameters<Connections["change"]>): Promise<void> {
    try {
      await this.#deps.connections.change(...change);
    } catch (error) {
      this.#deps.onTrouble(error);
    }
  }
}
