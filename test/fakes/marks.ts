import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/**
 * The secrets of a test, and the search for them. A text counts as holding one also when it holds only the middle or
 * the end of it, or the whole in another encoding.
 */
export class Marks {
  readonly #needles = new Map<string, string>();

  /** Takes a secret in; `name` is what a finding says. */
  add(name: string, secret: string): void {
    const middle = Math.floor(secret.length / 2);
    const forms = [
      secret,
      secret.slice(-16),
      secret.slice(middle, middle + 16),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("hex"),
    ];
    for (const form of forms) if (!this.#needles.has(form)) this.#needles.set(form, name);
  }

  get count(): number {
    return new Set(this.#needles.values()).size;
  }

  /** What of the secrets a text holds: "client secret in the log". */
  findIn(text: string, where: string): readonly string[] {
    const found = [...this.#needles]
      .filter(([needle]) => text.includes(needle))
      .map(([, name]) => `${name} in ${where}`);
    return [...new Set(found)];
  }

  /** The same for every file below `folder`, whatever it holds, in UTF-8 and UTF-16. */
  async findBelow(folder: string): Promise<readonly string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries.filter((item) => item.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      // A file that is gone by now holds nothing.
      const bytes = await readFile(file).catch(() => Buffer.alloc(0));
      for (const encoding of ["latin1", "utf16le"] as const) found.push(...this.findIn(bytes.toString(encoding), file));
    }
    return found;
  }
}
