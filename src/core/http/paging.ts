import { type Headers, readWholeNumber } from "./headers.ts";

/** One page of a list, in the server's order. */
export interface Page<T> {
  readonly items: readonly T[];
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
  /** Of the whole list, as the `Total` header says; undefined when it says nothing usable. */
  readonly total: number | undefined;
  readonly hasNext: boolean;
}

/** What a page's headers say about its list; each part is undefined when the header is missing or unreadable. */
export interface Paging {
  /** Rows in the whole list. */
  readonly total: number | undefined;
  /** The page size that the server used, which may be smaller than the one asked for. */
  readonly perPage: number | undefined;
  /** Does `Link` name a next page? */
  readonly hasNext: boolean | undefined;
}

/**
 * Reads `Total`, `Per-Page` and `Link`. The addresses in `Link` are not used: they drop parameters of the query.
 * @see procore/documentation plan_your_app/pagination.md
 */
export function readPaging(headers: Headers): Paging {
  const perPage = readWholeNumber(headers, "per-page");
  return {
    total: readWholeNumber(headers, "total"),
    perPage: perPage === 0 ? undefined : perPage,
    hasNext: readHasNext(headers["link"]),
  };
}

/** RFC 8288 section 3, as far as it concerns `rel="next"`. */
function readHasNext(link: string | undefined): boolean | undefined {
  if (link === undefined || link.trim() === "") return undefined;
  // Without the addresses, which may hold anything, only parameters are left to look at.
  const parameters = link.slice(0, 16_000).replace(/<[^<>]*>/gu, "");
  const relations = parameters.matchAll(/\brel\s{0,3}=\s{0,3}(?:"([^"]*)"|([\w-]+))/giu);
  return Array.from(relations, (match) => (match[1] ?? match[2] ?? "").toLowerCase()).some((relation) =>
    relation.split(/\s+/u).includes("next"),
  );
}

/** Is there a page after this one? What `Link` says, else what `Total` says, else whether the page is full. */
export function hasNextPage(
  paging: Paging,
  page: { readonly page: number; readonly perPage: number; readonly rows: number },
): boolean {
  if (page.rows === 0) return false;
  if (paging.hasNext !== undefined) return paging.hasNext;
  if (paging.total !== undefined) return page.page * page.perPage < paging.total;
  return page.rows >= page.perPage;
}
