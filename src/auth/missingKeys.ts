/** What a window remembers of itself, also after a reload: for which session it asked for one. No secret. */
export interface ReloadMemory {
  /** The generation of the session for which a reload was asked. */
  get(connectionId: string): number | undefined;
  set(connectionId: string, generation: number | undefined): PromiseLike<void>;
}

/**
 * Sessions whose key this window of a web workbench lacks. Each window reads all secrets once, when it is loaded: a reload
 * brings the key if another window signed in meanwhile, and does not if another window replaced the store. So a reload
 * is asked for once for each sign-in, and after it a sign-in here.
 */
export class MissingKeys {
  readonly #memory: ReloadMemory;
  /** Asked for by this load of the window. */
  readonly #asked = new Map<string, number>();

  constructor(memory: ReloadMemory) {
    this.#memory = memory;
  }

  /** Why the session of this generation cannot be opened; from now on this window has asked for its reload. */
  async reason(connectionId: string, generation: number): Promise<"storeReplaced" | "keyLost"> {
    if (this.#asked.get(connectionId) === generation) return "storeReplaced";
    if (this.#memory.get(connectionId) === generation) return "keyLost";
    this.#asked.set(connectionId, generation);
    await this.#memory.set(connectionId, generation);
    return "storeReplaced";
  }

  /** The key is there: what was asked is settled. */
  async found(connectionId: string): Promise<void> {
    this.#asked.delete(connectionId);
    if (this.#memory.get(connectionId) !== undefined) await this.#memory.set(connectionId, undefined);
  }
}
