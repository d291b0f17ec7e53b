import * as v from "valibot";

/** Where the memory is kept: any JSON. */
export interface MemoryStore {
  get(): unknown;
  set(value: unknown): void;
}

const pageCount = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const viewSchema = v.object({
  /** Ids of open rows, the last opened last, with the pages that were loaded below them. */
  open: v.array(v.tuple([v.string(), pageCount])),
  selected: v.optional(v.string()),
});
const storedSchema = v.record(v.string(), viewSchema);

interface View {
  readonly open: readonly (readonly [id: string, pages: number])[];
  readonly selected?: string | undefined;
}

const nothing: View = { open: [] };
const mostOpen = 100;
/** 3,000 rows: what somebody may wait for after a reload. */
const mostPages = 10;

/**
 * What is open and selected in the view, by connection, over reloads and sign-outs. The editor itself remembers
 * neither: it forgets rows that are gone for a moment. Ids only, no names. What cannot be read counts as nothing.
 */
export class ViewMemory {
  readonly #store: MemoryStore;
  #views: Readonly<Record<string, View>>;

  constructor(store: MemoryStore) {
    this.#store = store;
    const parsed = v.safeParse(storedSchema, store.get());
    this.#views = parsed.success ? parsed.output : {};
  }

  isOpen(connection: string, id: string): boolean {
    return this.#view(connection).open.some(([open]) => open === id);
  }

  /** How many pages were loaded below an open row, at most 10; 1 for others. */
  pages(connection: string, id: string): number {
    const found = this.#view(connection).open.find(([open]) => open === id);
    return Math.min(found?.[1] ?? 1, mostPages);
  }

  selected(connection: string): string | undefined {
    return this.#view(connection).selected;
  }

  /** Notes that a row is open, with so many pages below it. */
  open(connection: string, id: string, pages: number): void {
    const view = this.#view(connection);
    const others = view.open.filter(([open]) => open !== id);
    const last: View["open"][number] = [id, Math.max(1, pages)];
    this.#write(connection, { ...view, open: [...others, last].slice(-mostOpen) });
  }

  close(connection: string, id: string): void {
    const view = this.#view(connection);
    this.#write(connection, { ...view, open: view.open.filter(([open]) => open !== id) });
  }

  select(connection: string, id: string): void {
    this.#write(connection, { ...this.#view(connection), selected: id });
  }

  /** Forgets connections that are no more. */
  keepOnly(connections: readonly string[]): void {
    const kept = Object.entries(this.#views).filter(([id]) => connections.includes(id));
    if (kept.length === Object.keys(this.#views).length) return;
    this.#views = Object.fromEntries(kept);
    this.#store.set(this.#views);
  }

  #view(connection: string): View {
    return this.#views[connection] ?? nothing;
  }

  #write(connection: string, view: View): void {
    this.#views = { ...this.#views, [connection]: view };
    this.#store.set(this.#views);
  }
}
