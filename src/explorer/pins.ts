import * as v from "valibot";
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

  constructor(store: MemoryStore) {
    this.#stored = new PerConnection<readonly Pin[]>(store, { value: pinsSchema, nothing: [] });
  }

  of(connection: string): readonly Pin[] {
    return this.#stored.get(connection);
  }

  has(connection: string, pin: Pick<Pin, "companyId" | "projectId">): boolean {
    return this.of(connection).some((known) => isSamePin(known, pin));
  }

  /** Adds those that are not there yet, at the end. */
  add(connection: string, pins: readonly Pin[]): void {
    const fresh = pins.filter((pin) => !this.has(connection, pin));
    if (fresh.length > 0) this.#stored.set(connection, [...this.of(connection), ...fresh]);
  }

  remove(connection: string, pins: readonly Pick<Pin, "companyId" | "projectId">[]): void {
    const kept = this.of(connection).filter((known) => !pins.some((pin) => isSamePin(known, pin)));
    this.#stored.set(connection, kept);
  }

  /** Forgets connections that are no more. */
  keepOnly(connections: readonly string[]): void {
    this.#stored.keepOnly(connections);
  }
}

const isSamePin = (one: Pick<Pin, "companyId" | "projectId">, other: Pick<Pin, "companyId" | "projectId">): boolean =>
  one.companyId === other.companyId && one.projectId === other.projectId;
