/** What stands where a secret was, in logs and in errors, which get into logs: not translated. */
export const hidden = "[hidden]";

/**
 * A token, authorization code or client secret. Printing, serialising or inspecting it gives `[hidden]`;
 * only `reveal()` gives the value, and `test/rules/secrets.test.ts` counts the files that call it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Compares values; `other` may come from another bundle, with a class of its own. */
  equals(other: Secret | undefined): boolean {
    return other?.reveal() === this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  // The name Node's util.inspect looks for; a global symbol, so no import of node:util.
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}
