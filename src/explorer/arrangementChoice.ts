import * as v from "valibot";
import { asItComes, type Arrangement } from "./arrangement.ts";
import type { MemoryStore } from "./viewMemory.ts";

/** What of an arrangement this window remembers; active or all is a setting. */
export type RememberedChoice = Omit<Arrangement, "status">;

const storedSchema = v.object({
  stage: v.fallback(v.optional(v.pipe(v.string(), v.minLength(1))), undefined),
  order: v.fallback(v.picklist(["name", "number", "lastUpdate"]), asItComes.order),
  freeCompanies: v.fallback(v.picklist(["hidden", "shown"]), asItComes.freeCompanies),
});

/** The arrangement of this window, over reloads. What cannot be read counts as not chosen. */
export class ArrangementChoice {
  readonly #store: MemoryStore;
  readonly #status: () => Arrangement["status"];
  #chosen: RememberedChoice;

  constructor(store: MemoryStore, status: () => Arrangement["status"]) {
    this.#store = store;
    this.#status = status;
    const parsed = v.safeParse(storedSchema, store.get());
    const { stage, order, freeCompanies } = parsed.success ? parsed.output : asItComes;
    this.#chosen = { stage, order, freeCompanies };
  }

  get current(): Arrangement {
    return { ...this.#chosen, status: this.#status() };
  }

  /** Changes a part; the rest stays. */
  choose(changes: Partial<RememberedChoice>): void {
    this.#chosen = { ...this.#chosen, ...changes };
    this.#store.set(this.#chosen);
  }
}
