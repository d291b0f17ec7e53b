import type { ReloadMemory } from "../../src/auth/missingKeys.ts";

/** What a window remembers across a reload. */
export class MemoryReloads implements ReloadMemory {
  readonly generations = new Map<string, number>();

  get(connectionId: string): number | undefined {
    return this.generations.get(connectionId);
  }

  async set(connectionId: string, generation: number | undefined): Promise<void> {
    if (generation === undefined) this.generations.delete(connectionId);
    else this.generations.set(connectionId, generation);
  }
}
