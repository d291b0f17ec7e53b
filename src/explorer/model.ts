import { Emitter, type Listen } from "../core/events.ts";
import { ProcoreError } from "../core/errors.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection, SessionSource } from "../core/session.ts";
import { Branch } from "./branch.ts";
import { companiesSource, mergeCompanies, projectsSource, type SourceDependencies } from "./branchSources.ts";
import { problemNode, type CompanyNode, type TreeNode } from "./nodes.ts";
import { isMended, isSameTree } from "./sameTree.ts";

export interface ExplorerModelDependencies {
  readonly session: SessionSource;
  readonly procore: ProcoreClient;
  /** Hears errors of our own; failures that were foreseen tell themselves in their row. */
  readonly onUnforeseen: (error: unknown) => void;
}

/**
 * The rows of the active connection, kept until it changes. Answers for an earlier connection, user or session are
 * dropped and their requests aborted; a refreshed token changes nothing.
 */
export class ExplorerModel {
  readonly #sources: SourceDependencies;
  readonly #changed = new Emitter<CompanyNode | undefined>();
  readonly #subscription: { dispose(): void };
  readonly #issued = new WeakSet<object>();
  #connection: Connection | undefined;
  #roots: Branch;
  #companies = new Map<CompanyId, CompanyNode>();
  #projects = new Map<CompanyId, Branch>();

  /** Tells the company whose rows changed, or undefined for the whole tree. */
  readonly onDidChange: Listen<CompanyNode | undefined> = this.#changed.event;

  constructor(deps: ExplorerModelDependencies) {
    this.#connection = deps.session.current.active;
    this.#sources = {
      procore: deps.procore,
      connection: () => this.#sender(),
      problem: (parent, error, retry) => {
        if (!(error instanceof ProcoreError)) deps.onUnforeseen(error);
        return problemNode(parent, error, retry);
      },
    };
    this.#roots = this.#createRoots();
    this.#subscription = deps.session.onDidChange(({ active }) => this.#follow(active));
  }

  /** The connection whose rows these are. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Did this model make `value`? Command arguments come from anywhere. */
  isNode(value: unknown): value is TreeNode {
    return typeof value === "object" && value !== null && this.#issued.has(value);
  }

  /** The children of a company, or the top rows; none without a session. Never rejects. */
  async children(company?: CompanyNode): Promise<readonly TreeNode[]> {
    const branch = this.#branch(company);
    if (branch === undefined) return [];
    const nodes = await branch.first();
    // The branch was refreshed or the connection changed in between: the answer is what holds now.
    if (branch !== this.#branch(company)) return this.children(company);
    for (const node of nodes) this.#issued.add(node);
    return nodes;
  }

  /** Adds a company's next page; resolves with the first row that came, if any. */
  async loadMore(company: CompanyNode): Promise<TreeNode | undefined> {
    const branch = this.#branch(company);
    if (branch === undefined || !branch.hasMore) return undefined;
    const before = new Set(branch.children);
    await branch.more();
    if (branch !== this.#branch(company)) return undefined;
    const after = await this.children(company);
    this.#changed.fire(this.#companies.get(company.company.id));
    return after.find((node) => !before.has(node));
  }

  /** Whether `loadMore` has something to load; undefined while nothing was loaded at all. */
  hasMore(company: CompanyNode): boolean | undefined {
    const branch = this.#projects.get(company.company.id);
    return branch?.children === undefined ? undefined : branch.hasMore;
  }

  /** Forgets the rows of one company, or all, so that they are read again (a company from its first page). */
  refresh(company?: CompanyNode): void {
    if (company === undefined) {
      this.#forgetAll();
      this.#changed.fire(undefined);
      return;
    }
    this.#forgetProjects(company.company.id);
    const current = this.#companies.get(company.company.id);
    if (current !== undefined) this.#changed.fire(current);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#connection = undefined;
    this.#forgetAll();
  }

  #follow(next: Connection | undefined): void {
    const before = this.#connection;
    this.#connection = next;
    if (!isSameTree(before, next)) {
      this.#forgetAll();
      this.#companies.clear();
      this.#changed.fire(undefined);
    } else if (isMended(before, next) && this.#forgetProblems()) this.#changed.fire(undefined);
  }

  #branch(company: CompanyNode | undefined): Branch | undefined {
    if (this.#connection === undefined || this.#connection.session.kind === "signedOut") return undefined;
    if (company === undefined) return this.#roots;
    const { id } = company.company;
    const parent = this.#companies.get(id);
    if (parent === undefined) return undefined;
    const branch = this.#projects.get(id) ?? new Branch(projectsSource(this.#sources, parent));
    this.#projects.set(id, branch);
    return branch;
  }

  #createRoots(): Branch {
    const source = companiesSource(this.#sources, (companies) => {
      this.#companies = mergeCompanies(this.#companies, companies);
      return [...this.#companies.values()];
    });
    return new Branch(source);
  }

  #sender(): Connection {
    if (this.#connection === undefined) throw new Error("Rows are loaded only for a connection");
    return this.#connection;
  }

  #forgetAll(): void {
    this.#roots.stop();
    this.#roots = this.#createRoots();
    for (const id of this.#projects.keys()) this.#forgetProjects(id);
  }

  #forgetProjects(id: CompanyId): void {
    this.#projects.get(id)?.stop();
    this.#projects.delete(id);
  }

  #forgetProblems(): boolean {
    const failed = [...this.#projects].filter(([, branch]) => branch.hasProblem);
    for (const [id] of failed) this.#forgetProjects(id);
    const rootsFailed = this.#roots.hasProblem;
    if (rootsFailed) this.#roots = this.#createRoots();
    return failed.length > 0 || rootsFailed;
  }
}
