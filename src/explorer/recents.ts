import * as v from "valibot";
import { companyId, projectId, type CompanyId, type ProjectId } from "../core/procore/ids.ts";
import { idSchema } from "../core/procore/parsing.ts";
import { PerConnection } from "./perConnection.ts";
import { isSameProject } from "./pins.ts";
import type { MemoryStore } from "./viewMemory.ts";

/** A project that somebody picked: ids and its name, nothing else. */
export interface RecentProject {
  readonly companyId: CompanyId;
  readonly projectId: ProjectId;
  readonly name: string;
}

const recentsSchema = v.array(
  v.pipe(
    v.object({ companyId: idSchema, projectId: idSchema, name: v.string() }),
    v.transform((entry): RecentProject => {
      return { companyId: companyId(entry.companyId), projectId: projectId(entry.projectId), name: entry.name };
    }),
  ),
);

const most = 20;

/** The projects that were picked last, by connection: twenty of each, the last one first. */
export class Recents {
  readonly #stored: PerConnection<readonly RecentProject[]>;

  constructor(store: MemoryStore) {
    this.#stored = new PerConnection<readonly RecentProject[]>(store, { value: recentsSchema, nothing: [] });
  }

  list(connectionId: string): readonly RecentProject[] {
    return this.#stored.get(connectionId);
  }

  /** Puts a project first. */
  add(connectionId: string, { companyId, projectId, name }: RecentProject): void {
    const others = this.list(connectionId).filter((other) => !isSameProject(other, { companyId, projectId }));
    this.#stored.set(connectionId, [{ companyId, projectId, name }, ...others].slice(0, most));
  }

  /** Forgets connections that are no more. */
  keepOnly(connectionIds: readonly string[]): void {
    this.#stored.keepOnly(connectionIds);
  }
}
