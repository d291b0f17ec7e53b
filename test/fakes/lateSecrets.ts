import type { SecretStore } from "../../src/auth/vault.ts";

/**
 * The desktop's SecretStorage as several windows see it: each reads its own copy, and hears of what another one wrote
 * only when that is told. `told` is when a test says so.
 */
export class LateSecrets {
  readonly #copies: Map<string, string>[] = [];
  #waiting: (() => void)[] = [];

  /** One more window's, which begins with what the first one has. */
  open(): SecretStore & { readonly values: ReadonlyMap<string, string> } {
    const own = new Map(this.#copies[0]);
    this.#copies.push(own);
    const write = (change: (copy: Map<string, string>) => void): void => {
      change(own);
      for (const copy of this.#copies) if (copy !== own) this.#waiting.push(() => change(copy));
    };
    return {
      values: own,
      get: async (key) => own.get(key),
      store: async (key, value) => write((copy) => copy.set(key, value)),
      delete: async (key) => write((copy) => copy.delete(key)),
    };
  }

  /** All windows hear of everything that was written. */
  tell(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }
}
