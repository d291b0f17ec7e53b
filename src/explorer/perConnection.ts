import * as v from "valibot";
import type { MemoryStore } from "./viewMemory.ts";

/**
 * A value for each connection in one store, which other windows write as well: what is there is looked at each time. What
 * cannot be read counts as missing.
 */
export class PerConnection<T> {
  readonly #store: MemoryStore;
  readonly #schema: v.GenericSchema<unknown, Record<string, T>>;
  readonly #nothing: T;
  /** What was read last: the editor gives the same object until somebody writes. */
  #last: { readonly stored: unknown; readonly parsed: Readonly<Record<string, T>> } | undefined;

  constructor(
    store: MemoryStore,
    { value, nothing }: { readonly value: v.GenericSchema<unknown, T>; readonly nothing: T },
  ) {
    this.#store = store;
    this.#schema = v.record(v.string(), value);
    this.#nothing = nothing;
  }

  get(connection: string): T {
    const all = this.#all();
    return Object.hasOwn(all, connection) ? (all[connection] ?? this.#nothing) : this.#nothing;
  }

  set(connection: string, value: T): void {
    this.#store.set({ ...this.#all(), [connection]: value });
  }

  /** Forgets connections that are no more. */
  keepOnly(connections: readonly string[]): void {
    const all = Object.entries(this.#all());
    const kept = all.filter(([id]) => connections.includes(id));
    if (kept.length < all.length) this.#store.set(Object.fromEntries(kept));
  }

  #all(): Readonly<Record<string, T>> {
    const stored = this.#store.get();
    if (this.#last === undefined || this.#last.stored !== stored) {
      const parsed = v.safeParse(this.#schema, stored);
      this.#last = { stored, parsed: parsed.success ? parsed.output : {} };
    }
    return this.#last.parsed;
  }
}
