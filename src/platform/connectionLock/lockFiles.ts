import { link, mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { errorCodeOf } from "../busyFile.ts";

/** A file's text and when it was written, epoch ms by the file system's clock. */
export interface StoredText {
  readonly text: string;
  readonly modifiedAt: number;
}

/** The few calls to the file system that the lock is made of, each one step that others see whole or not at all. */
export interface LockFiles {
  makeFolder(folder: string): Promise<void>;
  /** Names in the folder; none when it does not exist. */
  list(folder: string): Promise<readonly string[]>;
  read(file: string): Promise<StoredText | undefined>;
  modifiedAt(file: string): Promise<number | undefined>;
  /** Creates the file, readable for this user only, and waits until it is on the disk. EEXIST if there is one. */
  create(file: string, text: string): Promise<void>;
  /** Gives a file a second name as one step. EEXIST if the name is taken; other errors where links are not known. */
  link(from: string, to: string): Promise<void>;
  /** Replaces the first bytes by what `toStart` makes of the whole text: of the same file that was read. */
  overwriteStart(file: string, toStart: (text: string) => string | undefined): Promise<void>;
  /** No error when there is no such file. */
  remove(file: string): Promise<void>;
}

const missing = (error: unknown): undefined => {
  if (errorCodeOf(error) === "ENOENT") return undefined;
  throw error;
};

/** The files of this machine. */
export const systemFiles: LockFiles = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true });
  },
  list: async (folder) => (await readdir(folder).catch(missing)) ?? [],
  async read(file) {
    const handle = await open(file, "r").catch(missing);
    if (handle === undefined) return undefined;
    try {
      const { mtimeMs } = await handle.stat();
      return { text: await handle.readFile("utf8"), modifiedAt: mtimeMs };
    } finally {
      await handle.close();
    }
  },
  modifiedAt: async (file) => (await stat(file).catch(missing))?.mtimeMs,
  async create(file, text) {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  link,
  async overwriteStart(file, toStart) {
    const handle = await open(file, "r+").catch(missing);
    if (handle === undefined) return;
    try {
      const start = toStart(await handle.readFile("utf8"));
      if (start !== undefined) await handle.write(start, 0, "utf8");
    } finally {
      await handle.close();
    }
  },
  async remove(file) {
    await unlink(file).catch(missing);
  },
};
