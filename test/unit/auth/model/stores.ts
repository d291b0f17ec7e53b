import type { SecretStore } from "../../../../src/auth/vault.ts";
import type { Caller } from "./caller.ts";

/** Where windows keep secrets. `desktop`: one store for all, with events. `browser`: each has a copy of the page's. */
export type Workbench = "desktop" | "browser";

/** The store that outlives windows; `taking` is whether it takes values. */
export class SharedSecrets {
  readonly #workbench: Workbench;
  #values = new Map<string, string>();
  taking: "yes" | "no" = "yes";
  /** Hears of each change, and by whom. */
  onChange: (key: string, by: Caller) => void = () => undefined;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** The secrets as a window sees them from its start on. */
  openFor(caller: Caller): SecretStore & { readonly values: ReadonlyMap<string, string> } {
    const isShared = this.#workbench === "desktop";
    const own = new Map(this.#values);
    const values = (): Map<string, string> => (isShared ? this.#values : own);
    const write = async (key: string, change: (values: Map<string, string>) => void): Promise<void> => {
      await caller.step(`writes ${key}`);
      change(values());
      // In a browser each write replaces everybody's secrets by this window's.
      if (!isShared) this.#values = new Map(own);
      this.onChange(key, caller);
      await caller.step(`wrote ${key}`);
    };
    return {
      get values() {
        return values();
      },
      get: async (key) => {
        await caller.step(`reads ${key}`);
        return values().get(key);
      },
      store: async (key, value) => {
        if (this.taking === "no") throw new Error("The keyring is locked");
        await write(key, (all) => all.set(key, value));
      },
      delete: (key) => write(key, (all) => all.delete(key)),
    };
  }

  /** What a window that starts now would see. */
  get kept(): Map<string, string> {
    return this.#values;
  }
}
