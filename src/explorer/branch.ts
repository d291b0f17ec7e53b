import { isSameNode, type TreeNode } from "./nodes.ts";

/** One page of a branch's rows. */
export interface BranchPage {
  readonly nodes: readonly TreeNode[];
  readonly hasNext: boolean;
  readonly total: number | undefined;
  /** Rows on the page before they were filtered here; as many as `nodes` unless said. */
  readonly received?: number;
}

/** Where a branch gets its pages and the rows that are not data. */
export interface BranchSource {
  /** @param page from 1 */
  load(page: number, signal: AbortSignal): Promise<BranchPage>;
  empty(): TreeNode;
  more(count: { readonly loaded: number; readonly total?: number }): TreeNode;
  problem(error: unknown, retry: "branch" | "nextPage"): TreeNode;
}

/** What a branch tells and asks its owner. */
export interface BranchOwner {
  /** An answer came. `gone` are the ids of rows that were there before a refresh and are no more. */
  loaded(gone: readonly string[]): void;
  /** May the rows from before a refresh stay, when its answer did not come for this reason? */
  keepsRowsAfter(error: unknown): boolean;
}

/** A branch at one time. */
interface Rows {
  readonly nodes: ReadonlyMap<string, TreeNode>;
  /** Undefined before the first answer. */
  readonly children: readonly TreeNode[] | undefined;
  readonly pages: number;
  readonly hasMore: boolean;
  readonly problem: "none" | "failed" | "outOfDate";
}

const nothing: Rows = { nodes: new Map(), children: undefined, pages: 0, hasMore: true, problem: "none" };

/**
 * The rows below one parent: loaded page by page, one load at a time that all callers share. Loads never reject: a
 * failure is a row at the end, below what was loaded before.
 */
export class Branch {
  readonly #source: BranchSource;
  readonly #owner: BranchOwner;
  #stop = new AbortController();
  #rows = nothing;
  /** What was there when a refresh began; its answer takes over the objects of rows that are as they were. */
  #before = nothing;
  #pagesWanted: number;
  #loading: Promise<void> | undefined;
  #isStopped = false;

  /** @param pages how many pages the first load brings: 1, or as many as there were in an earlier window */
  constructor(source: BranchSource, owner: BranchOwner, pages = 1) {
    this.#source = source;
    this.#owner = owner;
    this.#pagesWanted = pages;
  }

  /** What is there now; undefined before the first answer. The same array and objects until something changes. */
  get children(): readonly TreeNode[] | undefined {
    return this.#rows.children;
  }

  /** `failed`: the last load ended in a failure. `outOfDate`: a refresh did, and the rows from before are shown. */
  get problem(): Rows["problem"] {
    return this.#rows.problem;
  }

  get hasMore(): boolean {
    return this.#rows.hasMore;
  }

  /** How many pages there are, or will be after the first load. */
  get pages(): number {
    return Math.max(this.#rows.pages, this.#rows.children === undefined ? this.#pagesWanted : 1);
  }

  /** The rows, read from the server when nothing was read yet; none once the branch was stopped. */
  async first(): Promise<readonly TreeNode[]> {
    // A load that a refresh overtook brings no rows; the next one does.
    while (this.#rows.children === undefined && !this.#isStopped) {
      await this.#share((signal) => this.#load(nothing, this.#pagesWanted, signal));
    }
    return this.#rows.children ?? [];
  }

  /** Adds the next page, if there is one. */
  async more(): Promise<void> {
    if (this.#rows.children === undefined) await this.first();
    else if (this.#rows.hasMore && !this.#isStopped) await this.#share((signal) => this.#load(this.#rows, 1, signal));
  }

  /** Forgets the rows: as many pages are read again when they are asked for. */
  refresh(): void {
    this.#abort();
    if (this.#rows.children === undefined) return;
    this.#pagesWanted = this.pages;
    this.#before = this.#rows;
    this.#rows = nothing;
  }

  /** Aborts what is under way and takes in no further answer. */
  stop(): void {
    this.#isStopped = true;
    this.#abort();
  }

  #abort(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#loading = undefined;
  }

  async #share(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const mine = (this.#loading ??= load(this.#stop.signal));
    await mine;
    if (this.#loading === mine) this.#loading = undefined;
  }

  /** Adds up to `pages` pages to `rows`. They show together: rows that come late would move the others. */
  async #load(rows: Rows, pages: number, signal: AbortSignal): Promise<void> {
    let next = rows;
    for (let count = 0; count < pages && next.hasMore && !signal.aborted; count += 1) {
      try {
        next = this.#add(next, await this.#source.load(next.pages + 1, signal));
      } catch (error) {
        if (!signal.aborted) this.#rows = this.#afterFailure(next, error);
        return;
      }
    }
    if (signal.aborted) return;
    const gone = rows === nothing ? [...this.#before.nodes.keys()].filter((id) => !next.nodes.has(id)) : [];
    this.#rows = next;
    this.#before = nothing;
    this.#owner.loaded(gone);
  }

  #afterFailure(rows: Rows, error: unknown): Rows {
    if (this.#before.nodes.size > 0 && this.#owner.keepsRowsAfter(error)) {
      return { ...this.#before, problem: "outOfDate" };
    }
    const problem = this.#source.problem(error, rows.pages === 0 ? "branch" : "nextPage");
    return { ...rows, children: [...rows.nodes.values(), problem], problem: "failed" };
  }

  #add(rows: Rows, { nodes: added, hasNext, total, received = added.length }: BranchPage): Rows {
    const nodes = new Map(rows.nodes);
    for (const node of added) {
      const known = this.#before.nodes.get(node.id);
      // A list that changes between two pages repeats rows, and the editor refuses a tree with an id twice.
      if (!nodes.has(node.id)) nodes.set(node.id, known !== undefined && isSameNode(known, node) ? known : node);
    }
    // An empty page ends the list whatever the headers say; else Load More could be clicked forever.
    const hasMore = hasNext && received > 0;
    const count = { loaded: nodes.size, ...(total !== undefined && { total }) };
    const tail = hasMore ? [this.#source.more(count)] : [];
    const children = nodes.size === 0 && !hasMore ? [this.#source.empty()] : [...nodes.values(), ...tail];
    return { nodes, children, pages: rows.pages + 1, hasMore, problem: "none" };
  }
}
