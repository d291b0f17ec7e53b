import { sessionKey } from "../../../../src/auth/sessionHome.ts";
import type { SecretStore } from "../../../../src/auth/vault.ts";
import { LateSecrets } from "../../../fakes/lateSecrets.ts";
import type { Caller } from "./caller.ts";

/**
 * Where windows keep secrets. `desktop`: one store for all, whose changes come to the other windows late, with events.
 * `browser`: each has a copy of the page's.
 */
export type Workbench = "desktop" | "browser";

/** A window's secrets, from its start to its end. */
export interface OpenSecrets extends SecretStore {
  readonly values: ReadonlyMap<string, string>;
  /** The window goes: what it wrote is on its way without it. */
  readonly close: () => void;
}

/** The store that outlives windows; `taking` is whether it takes values. */
export class SharedSecrets {
  readonly #workbench: Workbench;
  readonly #desktop: LateSecrets;
  #page: ReadonlyMap<string, string> = new Map();
  taking: "yes" | "no" = "yes";
  /** Hears of each change in a window when that window has it. */
  onChange: (key: string, of: Caller) => void = () => undefined;

  constructor(workbench: Workbench, now: () => number) {
    this.#workbench = workbench;
    this.#desktop = new LateSecrets(now);
  }

  /** The secrets as a window sees them from its start on. */
  openFor(caller: Caller): OpenSecrets {
    const own = this.#workbench === "desktop" ? this.#openDesktop(caller) : this.#openPage();
    const write = async (key: string, change: () => PromiseLike<void>): Promise<void> => {
      await caller.storeStep(key);
      await change();
      if (this.#workbench === "desktop" && key.startsWith(sessionKey(""))) {
        caller.stored(key.slice(sessionKey("").length));
      }
      this.onChange(key, caller);
      await caller.step(`wrote ${key}`);
    };
    return {
      values: own.values,
      close: own.close,
      get: async (key) => {
        await caller.step(`reads ${key}`);
        return own.values.get(key);
      },
      store: async (key, value) => {
        if (this.taking === "no") throw new Error("The keyring is locked");
        await write(key, () => own.store(key, value));
      },
      delete: (key) => write(key, () => own.delete(key)),
    };
  }

  /** What a window that starts now would see. */
  get kept(): ReadonlyMap<string, string> {
    return this.#workbench === "desktop" ? this.#desktop.kept : this.#page;
  }

  /** Somebody puts other values in the place of what is kept; a browser's windows go on with their own copies. */
  replace(values: ReadonlyMap<string, string>): void {
    if (this.#workbench === "desktop") this.#desktop.replace(new Map(values));
    else this.#page = new Map(values);
  }

  /** It is so late now: windows have what had its time to come to them. */
  tell(now: number): void {
    this.#desktop.tell(now);
  }

  #openDesktop(caller: Caller): OpenSecrets {
    return this.#desktop.open((key) => this.onChange(key, caller));
  }

  #openPage(): OpenSecrets {
    const values = new Map(this.#page);
    // Each write replaces everybody's secrets by this window's.
    const write = (change: () => unknown): void => {
      change();
      this.#page = new Map(values);
    };
    return {
      values,
      close: () => undefined,
      get: async (key) => values.get(key),
      store: async (key, value) => write(() => values.set(key, value)),
      delete: async (key) => write(() => values.delete(key)),
    };
  }
}
