import * as l10n from "@vscode/l10n";
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { errorCodeOf, repeatWhileBusy } from "../busyFile.ts";
import { type Entry, freeMark, type Owner, parseEntry, renderHeld } from "./entry.ts";
import type { LockFiles } from "./lockFiles.ts";

/** Numbered tickets in a folder. The newest one is the lock; see `index.ts` for why that is safe. */
export interface Chain {
  /** The highest number there is, 0 for none. */
  newest(): Promise<number>;
  read(ticket: number): Promise<(Entry & { readonly modifiedAt: number }) | undefined>;
  /** Creates a ticket if its number is not taken. Who got it says the file: read it. */
  add(ticket: number, owner: Owner): Promise<void>;
  /** Marks a ticket as released, if it is of this owner. */
  free(ticket: number, owner: Owner): Promise<void>;
  /** Now, epoch ms by the file system's clock: of a file just written in the folder. */
  fileSystemNow(): Promise<number | undefined>;
  /**
   * For who has just added the newest ticket: removes tickets whose next one is older than a lease, and drafts of
   * processes that were killed.
   */
  tidy(): Promise<void>;
}

export interface ChainOptions {
  readonly folder: string;
  readonly files: LockFiles;
  readonly clock: Clock;
  readonly leaseMs: number;
}

export function createChain({ folder, files, clock, leaseMs }: ChainOptions): Chain {
  const at = (name: number | string): string => path.join(folder, String(name));
  const tickets = async (): Promise<readonly number[]> =>
    (await files.list(folder))
      .filter((name) => /^[1-9]\d{0,14}$/u.test(name))
      .map(Number)
      .toSorted((one, other) => one - other);
  const remove = (file: string): Promise<void> => repeatWhileBusy(clock, () => files.remove(file));

  /** A file that has its second name, or none, is in nobody's way: what is left of it is tidied up later. */
  const withDraft = async <T>(text: string, use: (draft: string) => Promise<T>): Promise<T> => {
    const draft = at(`${randomUUID()}.draft`);
    await files.makeFolder(folder);
    try {
      await repeatWhileBusy(clock, () => files.create(draft, text));
      return await use(draft);
    } finally {
      await remove(draft).catch(() => undefined);
    }
  };

  return {
    newest: () => guarded("read", async () => (await tickets()).at(-1) ?? 0),

    read: (ticket) =>
      guarded("read", async () => {
        const stored = await repeatWhileBusy(clock, () => files.read(at(ticket)));
        return stored && { ...parseEntry(stored.text), modifiedAt: stored.modifiedAt };
      }),

    add: (ticket, owner) =>
      guarded("write", () =>
        withDraft(renderHeld(owner), async (draft) => {
          try {
            await files.link(draft, at(ticket));
          } catch (error) {
            if (errorCodeOf(error) !== "EEXIST") await createWithoutLink(ticket, owner);
          }
        }),
      ),

    free: (ticket, owner) =>
      guarded("write", () =>
        repeatWhileBusy(clock, () =>
          files.overwriteStart(at(ticket), (text) => {
            const entry = parseEntry(text);
            return entry.state === "held" && entry.owner.nonce === owner.nonce ? freeMark : undefined;
          }),
        ),
      ),

    fileSystemNow: () => guarded("write", () => withDraft("", (draft) => files.modifiedAt(draft))),

    tidy: () =>
      guarded("write", async () => {
        const all = await tickets();
        const now = await files.modifiedAt(at(all.at(-1) ?? ""));
        if (now === undefined) return;
        const isOld = async (name: number | string): Promise<boolean> =>
          now - ((await files.modifiedAt(at(name))) ?? now) > leaseMs;
        for (const [index, ticket] of all.entries()) {
          const next = all[index + 1];
          if (next === undefined || !(await isOld(next))) break;
          await remove(at(ticket));
        }
        for (const name of await files.list(folder)) {
          if (name.endsWith(".draft") && (await isOld(name))) await remove(at(name));
        }
      }),
  };

  /**
   * For file systems without hard links (FAT, some network drives). A process that is killed inside this call leaves an
   * empty file behind, which counts for one lease. Where the link failed for another reason, this fails for it as well.
   */
  async function createWithoutLink(ticket: number, owner: Owner): Promise<void> {
    try {
      await repeatWhileBusy(clock, () => files.create(at(ticket), renderHeld(owner)));
    } catch (error) {
      if (errorCodeOf(error) !== "EEXIST") throw error;
    }
  }
}

async function guarded<T>(doing: "read" | "write", step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    throw new ProcoreError({ kind: "storage", what: l10n.t("The lock of your session"), doing }, { cause: error });
  }
}
