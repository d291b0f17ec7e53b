import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { inspect } from "node:util";

/** When a call fails: before it does anything, or after it did its work. */
export type FailsWhen = "before" | "after";

const functions = ["link", "mkdir", "open", "readFile", "readdir", "rename", "rm", "stat", "unlink", "utimes"] as const;
const handleMethods = ["close", "readFile", "stat", "sync", "write", "writeFile"] as const;

/**
 * Node's own file functions, for everything below a folder: notes every call by name and kind of file, and makes the
 * chosen one throw an error that tells everything it was given. Nothing waits for the disk.
 */
export class FailingFiles {
  readonly #folder: string;
  readonly #originals = new Map<string, unknown>();
  #seen = new Map<string, number>();
  #failing: { readonly call: string; readonly when: FailsWhen } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    for (const name of functions) this.#replace(name);
    syncBuiltinESMExports();
  }

  /** Each kind of call that was made, such as `rename connections.json`. */
  get calls(): readonly string[] {
    return [...this.#seen.keys()];
  }

  /** From now on counts anew, and lets the first call of this kind fail. */
  fail(call: string, when: FailsWhen): void {
    this.#seen = new Map();
    this.#failing = { call, when };
  }

  mend(): void {
    this.#failing = undefined;
  }

  dispose(): void {
    for (const [name, original] of this.#originals) Reflect.set(fsPromises, name, original);
    syncBuiltinESMExports();
  }

  #replace(name: (typeof functions)[number]): void {
    const original: unknown = Reflect.get(fsPromises, name);
    if (typeof original !== "function") throw new Error(`Node has no ${name}`);
    this.#originals.set(name, original);
    const replaced = async (...given: readonly unknown[]): Promise<unknown> => {
      const file = given.find((one) => typeof one === "string" && one.startsWith(this.#folder));
      const act = (): Promise<unknown> => Reflect.apply(original, fsPromises, given) as Promise<unknown>;
      if (typeof file !== "string") return await act();
      const result = await this.#call(`${name} ${kindOf(path.relative(this.#folder, file))}`, given, act);
      return name === "open" && typeof result === "object" && result !== null ? this.#watch(result, file) : result;
    };
    Reflect.set(fsPromises, name, replaced);
  }

  #watch(handle: object, file: string): object {
    const kind = kindOf(path.relative(this.#folder, file));
    for (const name of handleMethods) {
      const original: unknown = Reflect.get(handle, name);
      if (typeof original !== "function") throw new Error(`A file has no ${name}`);
      const act = (given: readonly unknown[]) => async (): Promise<unknown> =>
        name === "sync" ? undefined : await (Reflect.apply(original, handle, given) as Promise<unknown>);
      Reflect.set(handle, name, (...given: readonly unknown[]) =>
        this.#call(`${name} of ${kind}`, [file, ...given], act(given)),
      );
    }
    return handle;
  }

  async #call(call: string, given: readonly unknown[], act: () => Promise<unknown>): Promise<unknown> {
    const count = (this.#seen.get(call) ?? 0) + 1;
    this.#seen.set(call, count);
    const fails = this.#failing?.call === call && count === 1 ? this.#failing.when : "never";
    if (fails === "before") throw failure(call, given);
    const result = await act();
    if (fails === "after") throw failure(call, [...given, result]);
    return result;
  }
}

const failure = (call: string, told: readonly unknown[]): Error =>
  Object.assign(new Error(`EIO: ${call} ${told.map((one) => inspect(one)).join(" ")}`), { code: "EIO", told });

/** Names that are made up stand for each other. */
const kindOf = (relative: string): string =>
  relative.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "<id>").replaceAll(/\d+/gu, "<n>") || "the folder";
