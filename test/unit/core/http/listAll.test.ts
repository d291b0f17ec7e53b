import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import * as fc from "fast-check";
import { listAll, type ListSource, type LoadedPage } from "../../../../src/core/http/listAll.ts";
import type { Page } from "../../../../src/core/http/paging.ts";

interface Row {
  readonly id: string;
}
type Answer = LoadedPage<Row>;

const rows = (from: number, count: number): readonly Row[] =>
  Array.from({ length: Math.max(0, count) }, (_, index) => ({ id: String(from + index) }));
const untold = { total: undefined, perPage: undefined, hasNext: undefined };

/** A list of `count` rows on a server that gives `perPage` at once, with headers as `told` says. */
const server =
  (count: number, perPage: number, told: (page: number) => Partial<Answer["paging"]>) =>
  (page: number): Answer => {
    const start = (page - 1) * perPage;
    return { items: rows(start + 1, Math.min(perPage, count - start)), paging: { ...untold, ...told(page) } };
  };

/** Notes the calls; each waits for `answer`, or is answered by `reply` in a moment. */
function sourceOf(
  reply: (page: number) => Answer,
  options: { readonly held?: "held"; readonly maxPages?: number } = {},
) {
  const calls: { readonly page: number; readonly priority: string; readonly signal: AbortSignal }[] = [];
  const held = new Map<number, () => void>();
  let underWay = 0;
  let most = 0;
  const load: ListSource<Row>["load"] = async (page, priority, signal) => {
    calls.push({ page, priority, signal });
    underWay += 1;
    most = Math.max(most, underWay);
    try {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        if (options.held === undefined) setImmediate(resolve);
        else held.set(page, resolve);
      });
      return reply(page);
    } finally {
      underWay -= 1;
    }
  };
  const maxPages = options.maxPages === undefined ? {} : { maxPages: options.maxPages };
  const source: ListSource<Row> = { load, perPage: 10, idOf: ({ id }) => id, ...maxPages };
  return {
    source,
    calls,
    held,
    most: () => most,
    underWay: () => underWay,
    asked: () => calls.map(({ page }) => page),
  };
}

async function all(source: ListSource<Row>, signal?: AbortSignal): Promise<readonly Page<Row>[]> {
  const pages: Page<Row>[] = [];
  for await (const page of listAll(source, signal)) pages.push(page);
  return pages;
}

const idsOf = (pages: readonly Page<Row>[]): readonly string[] =>
  pages.flatMap(({ items }) => items.map(({ id }) => id));
const ids = (count: number): readonly string[] => rows(1, count).map(({ id }) => id);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("listAll", () => {
  it("loads the first page alone, then the rest at most eight at once, in order", async () => {
    const { source, calls, most, asked } = sourceOf(server(233, 10, () => ({ total: 233, perPage: 10 })));
    const pages = listAll(source);
    await pages.next();
    assert.equal(asked()[0], 1);
    assert.deepEqual(
      calls.map(({ priority }) => priority),
      ["user", ...Array.from({ length: calls.length - 1 }, () => "background")],
    );
    const rest: Page<Row>[] = [];
    for await (const page of pages) rest.push(page);
    assert.deepEqual(idsOf(rest), ids(233).slice(10));
    assert.equal(most(), 8);
    assert.equal(asked().length, 24);
    assert.equal(rest.at(-1)?.hasNext, false);
  });

  const lists: readonly {
    readonly name: string;
    readonly reply: (page: number) => Answer;
    readonly count: number;
    readonly requests?: number;
  }[] = [
    { name: "an empty list", reply: server(0, 10, () => ({ total: 0, perPage: 10 })), count: 0, requests: 1 },
    { name: "one short page", reply: server(4, 10, () => ({ total: 4 })), count: 4, requests: 1 },
    { name: "no header at all", reply: server(25, 10, () => ({})), count: 25, requests: 3 },
    { name: "no header, the last page full", reply: server(20, 10, () => ({})), count: 20, requests: 3 },
    {
      name: "Link only",
      reply: server(20, 10, (page) => ({ hasNext: page < 2 })),
      count: 20,
      requests: 2,
    },
    { name: "a smaller page than asked for, told", reply: server(25, 4, () => ({ total: 25, perPage: 4 })), count: 25 },
    {
      name: "a smaller page than asked for, not told",
      reply: server(25, 4, () => ({ total: 25 })),
      count: 25,
      requests: 7,
    },
    { name: "a Per-Page that lies", reply: server(25, 4, () => ({ total: 25, perPage: 10 })), count: 25, requests: 7 },
    {
      name: "a server that gives everything at once",
      reply: server(250, 250, () => ({ total: 250 })),
      count: 250,
      requests: 1,
    },
    {
      name: "a server that gives everything on every page",
      reply: () => ({ items: rows(1, 10), paging: untold }),
      count: 10,
      requests: 2,
    },
    { name: "a Total that is too small", reply: server(95, 10, () => ({ total: 5, perPage: 10 })), count: 95 },
    {
      name: "a Total that is too small with Link right",
      reply: server(95, 10, (page) => ({ total: 20, perPage: 10, hasNext: page < 10 })),
      count: 95,
      requests: 10,
    },
    {
      name: "a Total that grows on the way",
      reply: server(95, 10, (page) => ({ total: 30 + page * 10, perPage: 10 })),
      count: 95,
    },
  ];
  for (const { name, reply, count, requests } of lists) {
    it(`reads ${name}`, async () => {
      const { source, asked } = sourceOf(reply);
      const pages = await all(source);
      assert.deepEqual(idsOf(pages), ids(count));
      if (requests !== undefined) assert.equal(asked().length, requests);
    });
  }

  it("ends a Total that is too large at the first empty page, and asks for few beyond", async () => {
    const { source, asked, underWay } = sourceOf(server(35, 10, () => ({ total: 1_000_000, perPage: 10 })));
    assert.deepEqual(idsOf(await all(source)), ids(35));
    assert.ok(asked().length <= 5 + 16, String(asked().length));
    await turn();
    assert.equal(underWay(), 0);
  });

  it("tells a row once that slipped to the next page meanwhile", async () => {
    const reply = (page: number): Answer => ({
      items: page === 1 ? rows(1, 10) : rows(10, 5),
      paging: { ...untold, total: 15 },
    });
    assert.deepEqual(idsOf(await all(sourceOf(reply).source)), ids(14));
  });

  it("stops at the most pages that are allowed", async () => {
    const { source, asked } = sourceOf(
      server(10_000, 10, () => ({ total: 10_000 })),
      { maxPages: 12 },
    );
    const pages = await all(source);
    assert.equal(pages.length, 12);
    assert.equal(pages.at(-1)?.hasNext, false);
    assert.equal(asked().length, 12);
  });

  it("holds the rest back while the consumer is slow, and a slow page does not hold up the others", async () => {
    const { source, held, asked } = sourceOf(
      server(1_000, 10, () => ({ total: 1_000 })),
      { held: "held" },
    );
    const pages = listAll(source);
    const first = pages.next();
    await turn();
    held.get(1)?.();
    await first;
    await turn();
    assert.deepEqual(asked(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Page 2 is slow, the others are not.
    for (let round = 0; round < 5; round += 1) {
      for (const [page, answer] of held) if (page !== 2) answer();
      await turn();
    }
    assert.equal(Math.max(...asked()), 17, "sixteen pages ahead and no more");
    const second = pages.next();
    await turn();
    held.get(2)?.();
    assert.equal((await second).value?.page, 2);
    await pages.return?.();
  });

  it("fails at the page that failed, after the pages before it, and ends the others", async () => {
    const broken = new Error("page 3");
    const { source, calls, underWay } = sourceOf((page) => {
      if (page === 3) throw broken;
      return server(95, 10, () => ({ total: 95 }))(page);
    });
    const pages: number[] = [];
    await assert.rejects(async () => {
      for await (const { page } of listAll(source)) pages.push(page);
    }, broken);
    assert.deepEqual(pages, [1, 2]);
    await turn();
    assert.equal(underWay(), 0);
    assert.ok(calls.every(({ signal }) => signal.aborted));
  });

  /** A list of ten pages of which the first came; the others are asked for and held back. */
  async function afterFirstPage() {
    const { source, held, underWay } = sourceOf(
      server(95, 10, () => ({ total: 95 })),
      { held: "held" },
    );
    const stop = new AbortController();
    const pages = listAll(source, stop.signal);
    const first = pages.next();
    await turn();
    held.get(1)?.();
    await first;
    return { pages, stop, underWay };
  }

  it("ends at once when it is aborted, also between two pages", async () => {
    for (const at of ["under way", "between"] as const) {
      const { pages, stop, underWay } = await afterFirstPage();
      const second = at === "under way" ? pages.next() : undefined;
      stop.abort();
      await assert.rejects(second ?? pages.next(), { name: "AbortError" });
      await turn();
      assert.equal(underWay(), 0);
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    }
  });

  it("ends every request when the consumer leaves, also while it waits for a page", async () => {
    const { pages, stop, underWay } = await afterFirstPage();
    const second = pages.next();
    await turn();
    assert.equal(underWay(), 8);
    await pages.return?.();
    assert.deepEqual(await second, { done: true, value: undefined });
    assert.equal(underWay(), 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    assert.deepEqual(await pages.next(), { done: true, value: undefined });
  });

  it("sends nothing when it is left before it began", async () => {
    const { source, asked } = sourceOf(server(95, 10, () => ({ total: 95 })));
    const pages = listAll(source);
    await pages.return?.();
    assert.deepEqual(await pages.next(), { done: true, value: undefined });
    assert.deepEqual(asked(), []);
  });

  it("gives every row once and in order, whatever the headers say", async () => {
    const header = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
    const told = fc.array(fc.record({ total: header, perPage: header }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 30 }),
        told,
        async (count, size, words) => {
          // Link is right, as Procore's is; Total and Per-Page are anything.
          const reply = server(count, size, (page) => ({
            ...words[page % words.length],
            hasNext: page * size < count,
          }));
          const { source, most } = sourceOf(reply);
          assert.deepEqual(idsOf(await all(source)), ids(count));
          assert.ok(most() <= 8);
        },
      ),
      { numRuns: 150 },
    );
  });
});
