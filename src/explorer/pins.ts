import * as v from "valibot";
import { Emitter, type Listen } from "../core/events.ts";
import { companyId, projectId, type CompanyId, type ProjectId } from "../core/procore/ids.ts";
import { idSchema } from "../core/procore/parsing.ts";
import { PerConnection } from "./perConnection.ts";
import type { MemoryStore } from "./viewMemory.ts";

/** A project that a person wants on top: ids and names, nothing else. */
export interface Pin {
  readonly companyId: CompanyId;
  readonly companyName: string;
  readonly projectId: ProjectId;
  readonly name: string;
}

const pinsSchema = v.array(
  v.pipe(
    v.object({ companyId: idSchema, companyName: v.string(), projectId: idSchema, name: v.string() }),
    v.transform((pin): Pin => ({ ...pin, companyId: companyId(pin.companyId), projectId: projectId(pin.projectId) })),
  ),
);

/** The pinned projects of each connection, in the order in which they were pinned, over reloads. */
export class Pins {
  readonly #stored: PerConnection<readonly Pin[]>;
  readonly #changed = new Emitter<void>();

  /** Somebody pinned a project in this window, or unpinned one. */
  readonly onDidChange: Listen<void> = this.#changed.event;

  constructor(store: MemoryStore) {
    this.#stored = new PerConnection<readonly Pin[]>(store, { value: pinsSchema, nothing: [] });
  }

  of(connection: string): readonly Pin[] {
    return this.#stored.get(connection);
  }

  has(connection: string, pin: Pick<Pin, "companyId" | "projectId">): boolean {
    return this.of(connection).some((known) => isSameProject(known, pin));
  }

  /** Adds those that are not there yet, at the end. */
  add(connection: string, pins: readonly Pin[]): void {
    const fresh = pins.filter((pin) => !this.has(connection, pin));
    if (fresh.length > 0) this.#set(connection, [...this.of(connection), ...fresh]);
  }

  remove(connection: string, pins: readonly Pick<Pin, "companyId" | "projectId">[]): void {
    const kept = this.of(connection).filter((known) => !pins.some((pin) => isSameProject(known, pin)));
    this.#set(connection, kept);
  }

  /** Forgets connections that are no more. */
  keepOnly(connections: readonly string[]): void {
    this.#stored.keepOnly(connections);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #set(connection: string, pins: readonly Pin[]): void {
    this.#stored.set(connection, pins);
    this.#changed.fire();
  }
}

/** Do both name one project? */
export const isSameProject = (
  one: Pick<Pin, "companyId" | "projectId">,
  other: Pick<Pin, "companyId" | "projectId">,
): boolean => one.companyId === other.companyId && one.projectId === other.projectId;
