import type { SecretStore } from "../../src/auth/vault.ts";

/** One window's secrets, as it sees them. */
export interface LateCopy extends SecretStore {
  readonly values: ReadonlyMap<string, string>;
}

interface Copy {
  readonly values: Map<string, string>;
  readonly onChange: (key: string) => void;
}

/** What has been written in one window and is on its way to the others. */
interface Way {
  readonly due: number;
  readonly from: Copy;
  readonly go: () => void;
}

/** How long a window keeps what was written before the main process has it, and that one before it tells the windows. */
const flushMs = 100;
const tellMs = 100;

/**
 * The desktop's SecretStorage as several windows see it: each has a copy of its own and finds there at once what it
 * wrote. The main process has that a tenth of a second later, and tells it to all windows after another one; they take
 * it then, also over what they wrote themselves meanwhile, which comes back to them in the same way. What a copy does not
 * hold is not deleted anywhere.
 *
 * Time is what `now` says, and comes by `tell`.
 * @see microsoft/vscode, Storage#set, #delete and #acceptExternal; StorageDatabaseChannel
 */
export class LateSecrets {
  /** What the main process has, and every window that starts now. */
  readonly kept = new Map<string, string>();
  readonly #copies = new Set<Copy>();
  readonly #now: () => number;
  #ways: Way[] = [];

  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  /** One more window's. `onChange` hears what another window changed, when that arrives. */
  open(onChange: (key: string) => void = () => undefined): LateCopy & { readonly close: () => void } {
    const copy: Copy = { values: new Map(this.kept), onChange };
    this.#copies.add(copy);
    return {
      values: copy.values,
      get: async (key) => copy.values.get(key),
      store: async (key, value) => {
        if (copy.values.get(key) === value) return;
        copy.values.set(key, value);
        this.#flushLater(copy, key, value);
      },
      delete: async (key) => {
        if (copy.values.delete(key)) this.#flushLater(copy, key, undefined);
      },
      // A window that goes hands over what it still has, also one whose extensions were killed; that takes its time.
      close: () => {
        this.#copies.delete(copy);
        this.tell(Math.max(...this.#ways.filter(({ from }) => from === copy).map(({ due }) => due)));
      },
    };
  }

  /** All windows hear of everything that was written; with `until`, of what has had its time by then. */
  tell(until = Infinity): void {
    for (;;) {
      const due = this.#ways.findIndex((way) => way.due <= until);
      const [way] = due < 0 ? [] : this.#ways.splice(due, 1);
      if (way === undefined) return;
      way.go();
    }
  }

  /** What somebody did to the main process's secrets while no window looked: all have it at once, as if they were anew. */
  replace(values: ReadonlyMap<string, string>): void {
    this.#ways = [];
    for (const known of [this.kept, ...Array.from(this.#copies, (copy) => copy.values)]) {
      known.clear();
      for (const [key, value] of values) known.set(key, value);
    }
  }

  #flushLater(from: Copy, key: string, value: string | undefined): void {
    const due = this.#now() + flushMs;
    const flush = (): void => {
      put(this.kept, key, value);
      this.#ways.push({ due: due + tellMs, from: main, go: () => this.#tellAll(key) });
    };
    this.#ways.push({ due, from, go: flush });
  }

  #tellAll(key: string): void {
    const value = this.kept.get(key);
    for (const { values, onChange } of this.#copies) {
      if (values.get(key) === value) continue;
      put(values, key, value);
      onChange(key);
    }
  }
}

const main: Copy = { values: new Map(), onChange: () => undefined };

function put(values: Map<string, string>, key: string, value: string | undefined): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}
