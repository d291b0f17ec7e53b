import { begunAt, type Ledger, type LedgerEntry } from "../../src/auth/ledger.ts";

/** The ledger in memory; `states` has every state that was written, oldest first. */
export class MemoryLedger implements Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  readonly states: LedgerEntry["state"][] = [];

  async read(connectionId: string): Promise<LedgerEntry | undefined> {
    return this.entries.get(connectionId);
  }

  async write(connectionId: string, entry: LedgerEntry): Promise<void> {
    const before = this.entries.get(connectionId);
    if ((before?.generation ?? 0) > entry.generation) return;
    this.entries.set(connectionId, begunAt(entry, before?.begun));
    this.states.push(entry.state);
  }

  async begin(connectionId: string, generation: number): Promise<void> {
    const before: LedgerEntry = this.entries.get(connectionId) ?? { generation: 0, rotation: 0, state: "signedOut" };
    this.entries.set(connectionId, begunAt(before, Math.max(generation, before.begun ?? 0)));
  }

  async forget(connectionId: string): Promise<void> {
    this.entries.delete(connectionId);
  }

  async setAside(connectionId: string): Promise<void> {
    this.entries.delete(connectionId);
  }
}
