import * as v from "valibot";
import { companyId, projectId, type CompanyId, type ProjectId } from "../core/procore/ids.ts";
import type { MemoryStore } from "./viewMemory.ts";

/** A project that somebody picked: ids and its name, nothing else. */
export interface RecentProject {
  readonly companyId: CompanyId;
  readonly projectId: ProjectId;
  readonly name: string;
}

const entrySchema = v.object({
  companyId: v.pipe(
    v.string(),
    v.transform((id) => companyId(id)),
  ),
  projectId: v.pipe(
    v.string(),
    v.transform((id) => projectId(id)),
  ),
  name: v.string(),
});
const storedSchema = v.record(v.string(), v.array(entrySchema));

const most = 20;

/** The projects that were picked last, by connection: twenty of each, the last one first. */
export class Recents {
  readonly #store: MemoryStore;
  #entries: Readonly<Record<string, readonly RecentProject[]>>;

  /** What cannot be read in `store` counts as nothing. */
  constructor(store: MemoryStore) {
    this.#store = store;
    const parsed = v.safeParse(storedSchema, store.get());
    this.#entries = parsed.success ? parsed.output : {};
  }

  list(connectionId: string): readonly RecentProject[] {
    return Object.hasOwn(this.#entries, connectionId) ? (this.#entries[connectionId] ?? []) : [];
  }

  /** Puts a project first. */
  add(connectionId: string, { companyId, projectId, name }: RecentProject): void {
    const others = this.list(connectionId).filter(
      (other) => other.companyId !== companyId || other.projectId !== projectId,
    );
    const entries = [{ companyId, projectId, name }, ...others].slice(0, most);
    this.#write({ ...this.#entries, [connectionId]: entries });
  }

  forget(connectionId: string): void {
    this.keepOnly(Object.keys(this.#entries).filter((id) => id !== connectionId));
  }

  /** Forgets connections that are no more. */
  keepOnly(connectionIds: readonly string[]): void {
    const kept = Object.entries(this.#entries).filter(([id]) => connectionIds.includes(id));
    if (kept.length < Object.keys(this.#entries).length) this.#write(Object.fromEntries(kept));
  }

  #write(entries: Readonly<Record<string, readonly RecentProject[]>>): void {
    this.#entries = entries;
    this.#store.set(entries);
  }
}
