import type { Ledger, LedgerEntry } from "../../src/auth/ledger.ts";

/** The ledger in memory; `states` has every state that was written, oldest first. */
export class MemoryLedger implements Ledger {
  readonly entries = new Map<string, LedgerEntry>();
  readonly states: LedgerEntry["state"][] = [];

  async read(connectionId: string): Promise<LedgerEntry | undefined> {
    return this.entries.get(connectionId);
  }

  async write(connectionId: string, entry: LedgerEntry): Promise<void> {
    if ((this.entries.get(connectionId)?.generation ?? 0) > entry.generation) return;
    this.entries.set(connectionId, entry);
    this.states.push(entry.state);
  }

  async forget(connectionId: string): Promise<void> {
    this.entries.delete(connectionId);
  }

  async setAside(connectionId: string): Promise<void> {
    this.entries.delete(connectionId);
  }
}
