import { hasNextPage, type Page, type Paging } from "./paging.ts";
import type { Priority } from "./pacing/lane.ts";

/** One page as it came: its rows, and what the headers said. */
export interface LoadedPage<T> {
  readonly items: readonly T[];
  readonly paging: Paging;
}

/** Where the pages of a list come from. */
export interface ListSource<T> {
  /** One page, from 1; it sends the caller's whole query each time, since Procore's `Link` drops parameters. */
  load(page: number, priority: Priority, signal: AbortSignal): Promise<LoadedPage<T>>;
  /** The page size that is asked for; the server may give another. */
  readonly perPage: number;
  readonly idOf: (item: T) => string;
  /** Where the first page stands in the queue; the others are `background`. `user` unless said. */
  readonly priority?: Priority;
  /** Where an endless list stops; 1,000 unless said. */
  readonly maxPages?: number;
}

/** The pages of a list, to be gone through once; `return` ends every request that is under way. */
export type Pages<T> = AsyncIterableIterator<Page<T>>;

const maxUnderWay = 8;
/** Pages that are loaded or under way ahead of the one that is waited for: a slow page does not hold up the others. */
const maxAhead = 16;

/**
 * Every page of a list in order: the first one alone, since it tells how many there are, then at most eight at once. A
 * slow consumer holds the rest back: at most 16 pages are in memory. `Total` is believed as long as pages agree with it;
 * an empty page, or one that repeats what came before (a server that does not page), ends the list. A row that slipped
 * from one page to the next while the list changed comes once. Rejects with the first failure in the order of pages,
 * after the pages before it, or with the signal's reason.
 * @see procore/documentation plan_your_app/pagination.md
 */
export function listAll<T>(source: ListSource<T>, signal?: AbortSignal): Pages<T> {
  const stop = new AbortController();
  const pages = readPages(source, { stop, signal });
  return {
    next: () => pages.next(),
    // A generator's own `return` would wait for the page that is under way.
    return() {
      stop.abort(new DOMException("The list is no longer wanted", "AbortError"));
      return pages.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* readPages<T>(
  source: ListSource<T>,
  { stop, signal }: { readonly stop: AbortController; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Page<T>, undefined> {
  if (stop.signal.aborted) return;
  signal?.throwIfAborted();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const ahead = new ReadAhead(source, stop.signal);
  const { maxPages = 1_000 } = source;
  const seen = new Repeats(source.idOf);
  let perPage = source.perPage;
  try {
    for (let page = 1; ; page += 1) {
      const loaded = await ahead.take(page);
      const items = seen.withoutRepeats(loaded.items);
      if (page === 1) perPage = pageSize(loaded, source.perPage);
      else if (items.length === 0) return;
      const last = Math.min(lastPage(loaded, { page, perPage }), maxPages);
      ahead.readTo(last);
      yield { items, page, perPage, total: loaded.paging.total, hasNext: page < last };
      if (page >= last) return;
    }
  } catch (error) {
    // The consumer left while a page was under way: that is an end, not a failure.
    if (stop.signal.aborted && signal?.aborted !== true) return;
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort(new DOMException("The list is read", "AbortError"));
  }
}

/** Loads pages ahead of the one that is taken, within the limits. */
class ReadAhead<T> {
  readonly #source: ListSource<T>;
  readonly #signal: AbortSignal;
  readonly #pages = new Map<number, Promise<LoadedPage<T>>>();
  #started = 0;
  #underWay = 0;
  #taken = 0;
  #last = 1;

  constructor(source: ListSource<T>, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** The list is known to go on to page `last`, which may be fewer than was thought. */
  readTo(last: number): void {
    this.#last = last;
    this.#fill();
  }

  /** The next page. */
  async take(page: number): Promise<LoadedPage<T>> {
    this.#signal.throwIfAborted();
    this.#taken = page;
    this.#fill();
    const loading = this.#pages.get(page);
    if (loading === undefined) throw new Error(`Page ${page} was not expected`);
    this.#pages.delete(page);
    return await loading;
  }

  #fill(): void {
    while (
      this.#started < Math.min(this.#last, this.#taken + maxAhead) &&
      this.#underWay < maxUnderWay &&
      !this.#signal.aborted
    ) {
      this.#started += 1;
      this.#pages.set(this.#started, this.#load(this.#started));
    }
  }

  #load(page: number): Promise<LoadedPage<T>> {
    const priority = page === 1 ? (this.#source.priority ?? "user") : "background";
    this.#underWay += 1;
    const loading = this.#source.load(page, priority, this.#signal).finally(() => {
      this.#underWay -= 1;
      this.#fill();
    });
    // Whoever takes the page hears of its failure; one that nobody takes concerns nobody.
    loading.catch(() => undefined);
    return loading;
  }
}

/** Knows the rows of the first page and of the one before: what they held is not told again. */
class Repeats<T> {
  readonly #idOf: (item: T) => string;
  #first: ReadonlySet<string> | undefined;
  #before: ReadonlySet<string> = new Set();

  constructor(idOf: (item: T) => string) {
    this.#idOf = idOf;
  }

  withoutRepeats(items: readonly T[]): readonly T[] {
    const ids = new Set<string>();
    const fresh = items.filter((item) => {
      const id = this.#idOf(item);
      const isNew = !ids.has(id) && !this.#before.has(id) && this.#first?.has(id) !== true;
      ids.add(id);
      return isNew;
    });
    this.#first ??= ids;
    this.#before = ids;
    return fresh;
  }
}

/** Rows on a full page: where more follow, the first page is full, whatever size was asked for or told. */
function pageSize({ items, paging }: LoadedPage<unknown>, asked: number): number {
  const rows = items.length;
  const goesOn = paging.hasNext ?? (paging.total ?? 0) > rows;
  return goesOn && rows > 0 ? rows : Math.max(paging.perPage ?? asked, rows);
}

/** The last page as far as this one tells. A `Total` smaller than what has come already is none. */
function lastPage(
  { items, paging }: LoadedPage<unknown>,
  at: { readonly page: number; readonly perPage: number },
): number {
  const { page, perPage } = at;
  const rows = items.length;
  const isHonest = paging.total !== undefined && paging.total >= (page - 1) * perPage + rows;
  const total = isHonest ? paging.total : undefined;
  if (!hasNextPage({ ...paging, total }, { page, perPage, rows })) return page;
  return Math.max(page + 1, total === undefined ? 0 : Math.ceil(total / perPage));
}
