import type * as vscode from "vscode";

type Call = "get" | "store" | "delete";

/** The editor's own secret storage, with every call noted; `fail` makes calls of a kind throw, as a locked keyring does. */
export class WatchedSecrets implements vscode.SecretStorage {
  readonly #real: vscode.SecretStorage;
  readonly #failing = new Map<Call, (value: string) => Error>();
  /** "get procore.session.…" and so on, in order. */
  readonly calls: string[] = [];
  readonly onDidChange: vscode.SecretStorage["onDidChange"];

  constructor(real: vscode.SecretStorage) {
    this.#real = real;
    this.onDidChange = real.onDidChange;
  }

  /** From now on such calls throw; the error may carry the value, as those of some keyrings do. */
  fail(call: Call, error: (value: string) => Error = () => new Error("The keyring is locked")): void {
    this.#failing.set(call, error);
  }

  mend(): void {
    this.#failing.clear();
  }

  async get(key: string): Promise<string | undefined> {
    this.#begin("get", key);
    return await this.#real.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.#begin("store", key, value);
    await this.#real.store(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#begin("delete", key);
    await this.#real.delete(key);
  }

  async keys(): Promise<string[]> {
    return await this.#real.keys();
  }

  #begin(call: Call, key: string, value = ""): void {
    this.calls.push(`${call} ${key}`);
    const error = this.#failing.get(call);
    if (error !== undefined) throw error(value);
  }
}
