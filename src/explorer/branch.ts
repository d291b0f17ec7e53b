import type { TreeNode } from "./nodes.ts";

/** One page of a branch's rows. */
export interface BranchPage {
  readonly nodes: readonly TreeNode[];
  readonly hasNext: boolean;
  readonly total: number | undefined;
}

/** Where a branch gets its pages and the rows that are not data. */
export interface BranchSource {
  /** @param page from 1 */
  load(page: number, signal: AbortSignal): Promise<BranchPage>;
  empty(): TreeNode;
  more(count: { readonly loaded: number; readonly total?: number }): TreeNode;
  problem(error: unknown, retry: "branch" | "nextPage"): TreeNode;
}

/**
 * The rows below one parent: loaded page by page, one load at a time that all callers share. Loads never reject: a
 * failure is a row at the end, below what was loaded before.
 */
export class Branch {
  readonly #source: BranchSource;
  readonly #stop = new AbortController();
  readonly #nodes = new Map<string, TreeNode>();
  #nextPage: number | undefined = 1;
  #children: readonly TreeNode[] | undefined;
  #loading: Promise<void> | undefined;
  #hasProblem = false;

  constructor(source: BranchSource) {
    this.#source = source;
  }

  /** What is there now; undefined before the first answer. The same array and objects until something changes. */
  get children(): readonly TreeNode[] | undefined {
    return this.#children;
  }

  /** Whether the last load ended in a failure. */
  get hasProblem(): boolean {
    return this.#hasProblem;
  }

  get hasMore(): boolean {
    return this.#nextPage !== undefined;
  }

  /** The rows, read from the server when nothing was read yet. */
  async first(): Promise<readonly TreeNode[]> {
    if (this.#children === undefined) await this.more();
    return this.#children ?? [];
  }

  /** Adds the next page, if there is one. */
  async more(): Promise<void> {
    if (this.#nextPage === undefined || this.#stop.signal.aborted) return;
    this.#loading ??= this.#load(this.#nextPage).finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  /** Aborts what is under way and takes in no further answer. */
  stop(): void {
    this.#stop.abort();
  }

  async #load(page: number): Promise<void> {
    const { signal } = this.#stop;
    try {
      const answer = await this.#source.load(page, signal);
      if (signal.aborted) return;
      this.#add(page, answer);
    } catch (error) {
      if (signal.aborted) return;
      this.#hasProblem = true;
      const problem = this.#source.problem(error, page === 1 ? "branch" : "nextPage");
      this.#children = [...this.#nodes.values(), problem];
    }
  }

  #add(page: number, { nodes, hasNext, total }: BranchPage): void {
    // A list that changes between two pages repeats rows, and the editor refuses a tree with an id twice.
    for (const node of nodes) if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
    // An empty page ends the list whatever the headers say; else Load More could be clicked forever.
    this.#nextPage = hasNext && nodes.length > 0 ? page + 1 : undefined;
    this.#hasProblem = false;
    const loaded = this.#nodes.size;
    const tail =
      this.#nextPage === undefined ? [] : [this.#source.more({ loaded, ...(total !== undefined && { total }) })];
    this.#children = loaded === 0 ? [this.#source.empty()] : [...this.#nodes.values(), ...tail];
  }
}
