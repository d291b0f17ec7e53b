import * as v from "valibot";
import type { Company } from "../core/procore/companies.ts";
import { PerConnection } from "./perConnection.ts";
import type { MemoryStore } from "./viewMemory.ts";

/** How a company last answered: with its projects, or that the app is not installed in it. */
export interface CompanyAnswer {
  readonly kind: "connected" | "notConnected";
  /** Epoch ms. */
  readonly at: number;
}

const answersSchema = v.record(
  v.string(),
  v.object({ kind: v.picklist(["connected", "notConnected"]), at: v.pipe(v.number(), v.finite()) }),
);

/** The last answer of each company, by connection, over reloads. Company ids only, no names. */
export class CompanyAnswers {
  readonly #stored: PerConnection<Readonly<Record<string, CompanyAnswer>>>;

  constructor(store: MemoryStore) {
    this.#stored = new PerConnection(store, { value: answersSchema, nothing: {} });
  }

  get(connection: string, companyId: string): CompanyAnswer | undefined {
    return this.#stored.get(connection)[companyId];
  }

  /** Notes an answer; `changed` when the app was missing before and is not now, or the reverse. */
  note(connection: string, companyId: string, answer: CompanyAnswer): "changed" | "same" {
    const before = this.#stored.get(connection);
    this.#stored.set(connection, { ...before, [companyId]: answer });
    const wasMissing = before[companyId]?.kind === "notConnected";
    return wasMissing === (answer.kind === "notConnected") ? "same" : "changed";
  }

  /** Forgets connections that are no more. */
  keepOnly(connections: readonly string[]): void {
    this.#stored.keepOnly(connections);
  }
}

/** Companies without the app last; otherwise in the server's order. */
export function installedFirst(
  companies: readonly Company[],
  answerOf: (id: string) => CompanyAnswer | undefined,
): readonly Company[] {
  const isMissing = ({ id }: Company): boolean => answerOf(id)?.kind === "notConnected";
  return [...companies.filter((company) => !isMissing(company)), ...companies.filter(isMissing)];
}
