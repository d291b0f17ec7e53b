import type { LockFiles } from "../../../../src/platform/connectionLock/lockFiles.ts";

interface Inode {
  text: string;
  modifiedAt: number;
}

/**
 * A file system in memory whose clock is given. Each call is one step at the moment it is made. Not imitated: folders,
 * rights, full disks, files that are held open, and the steps inside one call.
 */
export class MemoryFiles implements LockFiles {
  readonly names = new Map<string, Inode>();
  readonly #now: () => number;
  readonly #links: "known" | "unknown";

  constructor(now: () => number, options: { readonly links: "known" | "unknown" } = { links: "known" }) {
    this.#now = now;
    this.#links = options.links;
  }

  /** The numbers of all tickets, lowest first. */
  get tickets(): readonly number[] {
    return [...this.names.keys()]
      .map((file) => Number(file.slice(file.lastIndexOf("/") + 1)))
      .filter(Number.isInteger)
      .sort((a, b) => a - b);
  }

  /** Makes every file older. */
  age(ms: number): void {
    for (const inode of this.names.values()) inode.modifiedAt -= ms;
  }

  put(file: string, text: string): void {
    this.names.set(file, { text, modifiedAt: this.#now() });
  }

  async makeFolder(): Promise<void> {
    // Folders are not imitated.
  }
  async list(folder: string): Promise<readonly string[]> {
    return [...this.names.keys()]
      .filter((file) => file.startsWith(`${folder}/`))
      .map((file) => file.slice(folder.length + 1));
  }
  async read(file: string): Promise<Readonly<Inode> | undefined> {
    const inode = this.names.get(file);
    return inode && { ...inode };
  }
  async modifiedAt(file: string): Promise<number | undefined> {
    return this.names.get(file)?.modifiedAt;
  }
  async create(file: string, text: string): Promise<void> {
    if (this.names.has(file)) throw coded("EEXIST");
    this.put(file, text);
  }
  async link(from: string, to: string): Promise<void> {
    if (this.#links === "unknown") throw coded("ENOTSUP");
    const inode = this.names.get(from);
    if (inode === undefined) throw coded("ENOENT");
    if (this.names.has(to)) throw coded("EEXIST");
    this.names.set(to, inode);
  }
  async overwriteStart(file: string, toStart: (text: string) => string | undefined): Promise<void> {
    const inode = this.names.get(file);
    const start = inode && toStart(inode.text);
    if (inode && start !== undefined) inode.text = start + inode.text.slice(start.length);
  }
  async remove(file: string): Promise<void> {
    this.names.delete(file);
  }
}

/** The same files, but `before` runs before each call and may hold it up. */
export function withSteps(files: LockFiles, before: (call: string) => Promise<void>): LockFiles {
  const step = async <T>(call: string, run: () => Promise<T>): Promise<T> => {
    await before(call);
    return await run();
  };
  return {
    makeFolder: (folder) => step("makeFolder", () => files.makeFolder(folder)),
    list: (folder) => step("list", () => files.list(folder)),
    read: (file) => step("read", () => files.read(file)),
    modifiedAt: (file) => step("modifiedAt", () => files.modifiedAt(file)),
    create: (file, text) => step("create", () => files.create(file, text)),
    link: (from, to) => step("link", () => files.link(from, to)),
    overwriteStart: (file, toStart) => step("overwriteStart", () => files.overwriteStart(file, toStart)),
    remove: (file) => step("remove", () => files.remove(file)),
  };
}

const coded = (code: string): Error => Object.assign(new Error(code), { code });
