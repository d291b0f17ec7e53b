import * as l10n from "@vscode/l10n";
import { Emitter, type Listen } from "../core/events.ts";
import type { RateLimit } from "../core/http/rateLimit.ts";
import { plain } from "../core/plain.ts";
import {
  serviceAccountOf,
  type Connection,
  type PendingAuthorization,
  type SessionSource,
  type SessionState,
  type TransportUse,
} from "../core/session.ts";
import type { ConnectionsFile, StoredConnections } from "./connectionsFile.ts";

/** Remembers the active connection of this window. */
export interface ActiveConnectionMemory {
  get(): string | undefined;
  set(connectionId: string | undefined): PromiseLike<void>;
}

type Fields = Partial<Omit<Connection, "id">>;
export type ConnectionChange = Fields | ((connection: Connection) => Fields | undefined);

/**
 * The connections and which of them this window works with: one state, replaced whole, one change event. What is
 * durable goes through `connections.json`, which other windows follow.
 */
export class Connections implements SessionSource {
  readonly #file: ConnectionsFile;
  readonly #memory: ActiveConnectionMemory;
  readonly #changes = new Emitter<SessionState>();
  readonly #rateLimits = new Map<string, RateLimit>();
  readonly #rateLimitChanges = new Emitter<string>();
  readonly #transportUses = new Map<string, TransportUse>();
  #state: SessionState = { active: undefined, connections: [], pending: undefined };
  #loaded: "no" | "yes" = "no";

  readonly onDidChange: Listen<SessionState> = this.#changes.event;
  readonly onDidChangeRateLimit: Listen<string> = this.#rateLimitChanges.event;

  constructor(file: ConnectionsFile, memory: ActiveConnectionMemory) {
    this.#file = file;
    this.#memory = memory;
  }

  get current(): SessionState {
    return this.#state;
  }

  /** Has `connections.json` been read in this window? */
  get loaded(): "no" | "yes" {
    return this.#loaded;
  }

  get(connectionId: string): Connection | undefined {
    return this.#state.connections.find(({ id }) => id === connectionId);
  }

  /** Reads the file again: at start, and whenever another window wrote it. */
  async load(): Promise<void> {
    const stored = await this.#file.read();
    this.#loaded = "yes";
    this.#adopt(stored);
  }

  /** Keeps a damaged file beside a new, empty one. */
  async setAside(): Promise<void> {
    await this.#file.setAside();
    await this.load();
  }

  /** Adds a connection, or replaces the one with its id; nothing when what is listed then speaks against that. */
  async put(
    connection: Connection,
    may: (listed: Connection | undefined) => boolean = () => true,
  ): Promise<"put" | "left"> {
    let result: "put" | "left" = "put";
    await this.#update((list) => {
      const listed = list.find(({ id }) => id === connection.id);
      result = may(listed) ? "put" : "left";
      if (result === "left") return list;
      return listed === undefined ? [...list, connection] : list.map((item) => (item === listed ? connection : item));
    });
    return result;
  }

  /**
   * Changes one connection as it is stored now; nothing when it was removed meanwhile, or when `change` looks at it
   * and gives undefined. Gives the connection as it is stored then.
   */
  async change(connectionId: string, change: ConnectionChange): Promise<Connection | undefined> {
    const changed = (item: Connection): Connection => ({
      ...item,
      ...(typeof change === "function" ? change(item) : change),
    });
    let stored: Connection | undefined;
    await this.#update((list) => {
      // Asked again where another window changed the list meanwhile.
      stored = undefined;
      return list.map((item) => (item.id === connectionId ? (stored = changed(item)) : item));
    });
    return stored;
  }

  /** Gives the connection as it was stored, if it was. */
  async remove(connectionId: string): Promise<Connection | undefined> {
    let removed: Connection | undefined;
    await this.#update((list) => {
      removed = list.find(({ id }) => id === connectionId);
      return list.filter((item) => item !== removed);
    });
    this.#rateLimits.delete(connectionId);
    this.#transportUses.delete(connectionId);
    return removed;
  }

  /** Makes a connection this window's active one, and the first choice of new windows. */
  async activate(connectionId: string): Promise<void> {
    await this.#memory.set(connectionId);
    this.#adopt(await this.#file.update((stored) => ({ ...stored, lastUsed: connectionId })));
  }

  setPending(pending: PendingAuthorization | undefined): void {
    this.#replace({ ...this.#state, pending });
  }

  rateLimit(connectionId: string): RateLimit | undefined {
    return this.#rateLimits.get(connectionId);
  }

  noteRateLimit(connectionId: string, limit: RateLimit): void {
    this.#rateLimits.set(connectionId, limit);
    this.#rateLimitChanges.fire(connectionId);
  }

  transportUse(connectionId: string): TransportUse | undefined {
    return this.#transportUses.get(connectionId);
  }

  noteTransportUse(connectionId: string, use: TransportUse): void {
    this.#transportUses.set(connectionId, use);
    this.#rateLimitChanges.fire(connectionId);
  }

  dispose(): void {
    this.#changes.dispose();
    this.#rateLimitChanges.dispose();
  }

  async #update(change: (list: readonly Connection[]) => readonly Connection[]): Promise<void> {
    this.#adopt(await this.#file.update((stored) => ({ ...stored, connections: change(stored.connections) })));
  }

  #adopt({ connections, lastUsed }: StoredConnections): void {
    const wanted = [this.#memory.get(), this.#state.active?.id, lastUsed];
    const active =
      wanted.map((id) => connections.find((item) => item.id === id)).find((item) => item !== undefined) ??
      (connections.length === 1 ? connections[0] : undefined);
    // Another window's switch moves no window that began with the same connection, also not when that is reloaded.
    if (active !== undefined && active.id === this.#state.active?.id && active.id !== lastUsed)
      this.#remember(active.id);
    this.#replace({ ...this.#state, connections, active });
  }

  #remember(connectionId: string): void {
    if (this.#memory.get() === connectionId) return;
    // Nothing is lost but the choice after a reload.
    this.#memory.set(connectionId).then(noop, noop);
  }

  #replace(state: SessionState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#changes.fire(state);
  }
}

/** How a connection is called where several are listed: environment, user, app. */
export function connectionTitle(connection: Connection): string {
  const { environment, user, clientId } = connection;
  const who = serviceAccountOf(connection) ?? user?.name ?? user?.login;
  return plain(
    [environment.label, ...(who === undefined ? [] : [who]), l10n.t("app {0}", shortClientId(clientId))].join(" · "),
    120,
  );
}

/** Marks the connection that the window uses, among others. */
export const activeMark = (): string => l10n.t({ message: "active", comment: ["The connection that the window uses"] });

export const shortClientId = (clientId: string): string =>
  clientId.length <= 10 ? clientId : `${clientId.slice(0, 8)}…`;

const noop = (): void => undefined;
