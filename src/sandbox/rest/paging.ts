import type { Context } from "hono";
import type { World } from "../world.ts";

/** How a list pages when the caller does not say, and the most it gives at once. */
export interface PageSizes {
  readonly defaultSize: number;
  readonly maximumSize: number;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly headers: Readonly<Record<string, string>>;
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/**
 * The links of a page: `next` and `last` but on the last page, `first` from page 2, `prev` from page 3. They hold page
 * and per_page only: Procore's own sample drops the caller's other parameters.
 * @see procore/documentation plan_your_app/pagination.md
 */
export function linkHeader(address: string, page: number, perPage: number, total: number): string | undefined {
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (rel: string, target: number): string => `<${address}?page=${target}&per_page=${perPage}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [link("first", 1)] : []),
    ...(page > 2 ? [link("prev", page - 1)] : []),
    ...(page < last ? [link("last", last), link("next", page + 1)] : []),
  ];
  return links.length === 0 ? undefined : links.join(", ");
}

/** Cuts one page out of a list. A size above the maximum becomes the maximum without a word; a page past the end is empty. */
export function pageOf<T>(
  list: readonly T[],
  query: { readonly page: string | undefined; readonly perPage: string | undefined; readonly address: string },
  sizes: PageSizes,
): PageOf<T> {
  const page = positive(query.page) ?? 1;
  const perPage = Math.min(positive(query.perPage) ?? sizes.defaultSize, sizes.maximumSize);
  const link = linkHeader(query.address, page, perPage, list.length);
  return {
    items: list.slice((page - 1) * perPage, page * perPage),
    headers: {
      Total: String(list.length),
      "Per-Page": String(perPage),
      ...(link === undefined ? {} : { Link: link }),
    },
  };
}

/** What a request says of paging, and the address that links lead back to. */
export function pageQuery(c: Context, world: World) {
  // Links lead back to the address that was called, so that a client can follow them without sending a token elsewhere.
  const host = c.req.header("Host");
  const origin = host?.endsWith(`:${world.settings.port}`) ? `http://${host}` : world.baseUrl;
  return { page: c.req.query("page"), perPage: c.req.query("per_page"), address: `${origin}${c.req.path}` };
}
