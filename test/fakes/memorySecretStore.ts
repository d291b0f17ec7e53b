import type { SecretStore } from "../../src/auth/vault.ts";

/** SecretStorage in memory; `fail` makes the next calls of one kind reject, as a locked keyring does. */
export class MemorySecretStore implements SecretStore {
  readonly values = new Map<string, string>();
  readonly #failing = new Set<"get" | "store" | "delete">();

  fail(...calls: readonly ("get" | "store" | "delete")[]): void {
    this.#failing.clear();
    for (const call of calls) this.#failing.add(call);
  }

  async get(key: string): Promise<string | undefined> {
    this.#check("get");
    return this.values.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.#check("store");
    this.values.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#check("delete");
    this.values.delete(key);
  }

  #check(call: "get" | "store" | "delete"): void {
    if (this.#failing.has(call)) throw new Error("The keyring is locked");
  }
}
