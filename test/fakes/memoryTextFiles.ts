import type { TextFiles } from "../../src/platform/atomicFile.ts";

/** Text files in memory, by path; `touched` has each that was opened for use. */
export class MemoryTextFiles implements TextFiles {
  readonly texts = new Map<string, string>();
  readonly touched: string[] = [];

  async read(file: string): Promise<string | undefined> {
    return this.texts.get(file);
  }

  async write(file: string, text: string): Promise<void> {
    this.texts.set(file, text);
  }

  async remove(file: string): Promise<void> {
    this.texts.delete(file);
  }

  async touch(file: string): Promise<void> {
    this.touched.push(file);
  }
}
