import type { Clock } from "../core/clock.ts";
import { Emitter, type Listen } from "../core/events.ts";
import { ProcoreError, type Failure } from "../core/errors.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { Project } from "../core/procore/projects.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection, SessionSource } from "../core/session.ts";
import { Branch, type BranchOwner } from "./branch.ts";
import { companiesSource, type SourceDependencies } from "./branchSources.ts";
import { FoundProjects } from "./found.ts";
import { sourceOf } from "./kinds.ts";
import {
  isParent,
  pinnedNode,
  problemNode,
  projectNode,
  type CompanyNode,
  type FoundNode,
  type ParentNode,
  type ProjectNode,
  type TreeNode,
} from "./nodes.ts";
import { isMended, isSameTree } from "./sameTree.ts";
import { noChoices, type ViewChoices } from "./viewChoices.ts";

export interface ExplorerModelDependencies {
  readonly session: SessionSource;
  readonly procore: ProcoreClient;
  readonly clock: Pick<Clock, "now">;
  /** How many pages the rows below a row had in an earlier window, by its id; 1 when nobody remembers. */
  readonly rememberedPages: (connection: Connection, id: string) => number;
  /** Hears errors of our own. */
  readonly onUnforeseen: (error: unknown) => void;
  /** Hears failures that a row or the view tells itself, each once. */
  readonly onForeseen?: (error: ProcoreError) => void;
  /** What was chosen for the rows; nothing unless said. */
  readonly choices?: ViewChoices;
}

/** A refresh was not answered: the rows are those from before. */
export interface Offline {
  /** Epoch ms of the first refresh that failed. */
  readonly since: number;
  readonly failure: Failure;
}

interface Grown {
  readonly parent: ParentNode | undefined;
  readonly branch: Branch;
}

/** Rows below these come from memory. */
const needNoRequest: ReadonlySet<ParentNode["kind"]> = new Set(["pinned", "found", "project"]);

/** Stands for the rows at the top, which have no row above them. */
const top = "";

/**
 * The rows of the active connection, kept until it changes. Answers for an earlier connection, user or session are
 * dropped and their requests aborted; a refreshed token changes nothing.
 */
export class ExplorerModel {
  readonly #deps: ExplorerModelDependencies;
  readonly #sources: SourceDependencies;
  readonly #changed = new Emitter<ParentNode | undefined>();
  readonly #offlineChanged = new Emitter<Offline | undefined>();
  readonly #subscription: { dispose(): void };
  readonly #issued = new WeakSet<object>();
  readonly #choices: ViewChoices;
  /** Companies whose last answer is another one than their row says. */
  readonly #answerChanged = new Set<string>();
  readonly #told = new WeakSet<readonly TreeNode[]>();
  readonly #branches = new Map<string, Grown>();
  /** The rows that are there now, by id. */
  readonly #nodes = new Map<string, TreeNode>();
  readonly #found = new FoundProjects();
  #connection: Connection | undefined;
  #offline: Offline | undefined;

  /** Tells the row whose looks or children changed, or undefined for the whole tree. */
  readonly onDidChange: Listen<ParentNode | undefined> = this.#changed.event;
  readonly onDidChangeOffline: Listen<Offline | undefined> = this.#offlineChanged.event;

  constructor(deps: ExplorerModelDependencies) {
    this.#deps = deps;
    this.#connection = deps.session.current.active;
    this.#choices = deps.choices ?? noChoices;
    this.#sources = {
      procore: deps.procore,
      choices: {
        ...this.#choices,
        noteAnswer: (connection, companyId, kind) => {
          const change = this.#choices.noteAnswer(connection, companyId, kind);
          if (change === "changed") this.#answerChanged.add(companyId);
          return change;
        },
      },
      connection: () => this.#sender(),
      found: (company) => this.#found.projects(company),
      problem: (parent, error, retry) => {
        if (error instanceof ProcoreError) deps.onForeseen?.(error);
        else deps.onUnforeseen(error);
        return problemNode(parent, error, retry);
      },
    };
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

  /** The children of a row, or the top rows; none without a session. Never rejects. */
  async children(parent?: ParentNode): Promise<readonly TreeNode[]> {
    const rows = await this.#rows(parent);
    const connection = this.#connection;
    if (parent !== undefined || rows.length === 0 || connection === undefined) return rows;
    if (this.#choices.pinned(connection).length === 0) return rows;
    this.#keep(pinnedNode);
    return [pinnedNode, ...rows];
  }

  /** What `children` would give without asking anybody; undefined while nothing was loaded. */
  loaded(parent: TreeNode): readonly TreeNode[] | undefined {
    return this.#branches.get(parent.id)?.branch.children;
  }

  /** The row with this id; loads what stands above it, as far as `enter` allows. Undefined when it is not there. */
  async find(id: string, enter: (above: ParentNode) => boolean): Promise<TreeNode | undefined> {
    let parent: ParentNode | undefined;
    for (;;) {
      const nodes: readonly TreeNode[] = await this.children(parent);
      const next = nodes.find((node) => node.id === id || id.startsWith(`${node.id}/`));
      if (next === undefined || next.id === id) return next;
      if (!isParent(next) || !enter(next)) return undefined;
      parent = next;
    }
  }

  /** Adds the next page below a row; resolves with the first row that came, if any. */
  async loadMore(parent: ParentNode): Promise<TreeNode | undefined> {
    const branch = this.#branch(parent);
    if (branch === undefined || !branch.hasMore) return undefined;
    const before = new Set(branch.children);
    await branch.more();
    if (branch !== this.#branch(parent)) return undefined;
    const after = await this.children(parent);
    this.#fire(parent);
    return after.find((node) => node.kind !== "found" && !before.has(node));
  }

  /** A company's row; undefined when the user has no such company, or the companies could not be read. */
  async company(id: CompanyId): Promise<CompanyNode | undefined> {
    const rows = await this.children();
    return rows.find((node): node is CompanyNode => node.kind === "company" && node.company.id === id);
  }

  /**
   * The row of a project that was found: its own where that is loaded, else one below Found of its company. Undefined
   * when the company is none of the user's.
   */
  async place(project: Project): Promise<ProjectNode | undefined> {
    const company = await this.company(project.companyId);
    if (company === undefined) return undefined;
    const rows = await this.children(company);
    const own = this.#nodes.get(projectNode(company, project).id);
    if (own?.kind === "project" && rows.includes(own)) return own;
    this.#found.add(project);
    const found = this.#found.row(company);
    if (found === undefined) return undefined;
    this.#branches.get(found.id)?.branch.refresh();
    // The row Found is a row of the company from now on, and only then has rows of its own.
    await this.children(company);
    const below = await this.children(found);
    this.#fire(company);
    return below.find((node): node is ProjectNode => node.kind === "project" && node.project.id === project.id);
  }

  /** Takes away the row Found of a company, or of all. */
  clearFound(node?: FoundNode): void {
    this.#found.clear(node?.company);
    for (const { id, kind } of Array.from(this.#nodes.values())) {
      if (kind === "found" && (node === undefined || id === node.id)) this.#forget(id);
    }
    if (node === undefined) this.#changed.fire(undefined);
    else this.#fire(node.parent);
  }

  /** Whether `loadMore` has something to load; undefined while nothing was loaded at all. */
  hasMore(parent: ParentNode): boolean | undefined {
    const branch = this.#branches.get(parent.id)?.branch;
    return branch?.children === undefined ? undefined : branch.hasMore;
  }

  /** How many pages are loaded below a row; 0 when none. */
  pages(parent: TreeNode): number {
    return this.#branches.get(parent.id)?.branch.pages ?? 0;
  }

  /** Reads everything below one row again, or the whole tree: as many pages of each list as there were. */
  refresh(parent?: ParentNode): void {
    for (const [id, { branch }] of this.#branches) {
      // The pinned projects of a company are part of it.
      const isBelow = parent === undefined || isWithin(id, parent.id) || isWithin(id, `${pinnedNode.id}/${parent.id}`);
      if (isBelow) branch.refresh();
    }
    if (parent === undefined) return this.#changed.fire(undefined);
    this.#fire(parent);
    if (parent.kind === "company" && this.#nodes.has(pinnedNode.id)) this.#changed.fire(pinnedNode);
  }

  /** Reads the projects of all companies again: what is shown of them was chosen anew. */
  refreshProjects(): void {
    for (const { parent, branch } of this.#branches.values()) if (parent?.kind === "company") branch.refresh();
    this.#changed.fire(undefined);
  }

  /** Draws the pinned projects anew, from memory. */
  refreshPinned(): void {
    this.#branches.get(pinnedNode.id)?.branch.refresh();
    this.#changed.fire(undefined);
  }

  /** The rows of companies that are there now. */
  companies(): readonly CompanyNode[] {
    return [...this.#nodes.values()].filter((node) => node.kind === "company");
  }

  /** The companies whose projects were asked for. */
  openedCompanies(): readonly CompanyNode[] {
    const parents = [...this.#branches.values()].map(({ parent }) => parent);
    return parents.filter((parent) => parent?.kind === "company");
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#offlineChanged.dispose();
    this.#connection = undefined;
    this.#forget(top);
  }

  async #rows(parent: ParentNode | undefined): Promise<readonly TreeNode[]> {
    const branch = this.#branch(parent);
    if (branch === undefined) return [];
    const nodes = await branch.first();
    // The branch was refreshed or the connection changed in between: the answer is what holds now.
    if (branch !== this.#branch(parent) || branch.children !== nodes) return this.#rows(parent);
    const rows = this.#withFound(parent, nodes);
    for (const node of rows) this.#keep(node);
    if (parent?.kind === "company" && this.#answerChanged.delete(parent.company.id)) this.#fire(parent);
    if (nodes[0]?.kind === "noAccess") this.#repaint(nodes[0].parent, nodes);
    return rows;
  }

  #keep(node: TreeNode): void {
    this.#issued.add(node);
    this.#nodes.set(node.id, node);
  }

  #follow(next: Connection | undefined): void {
    const before = this.#connection;
    this.#connection = next;
    if (!isSameTree(before, next)) {
      this.#found.clear();
      this.#forget(top);
      this.#choices.forgetLoaded();
      this.#setOffline(undefined);
      this.#changed.fire(undefined);
    } else if (isMended(before, next)) this.#readAgain("failed");
  }

  #withFound(parent: ParentNode | undefined, nodes: readonly TreeNode[]): readonly TreeNode[] {
    // A pinned project's company is another object than the row of that company.
    const company = parent === undefined ? undefined : this.#current(parent);
    const found = company?.kind === "company" ? this.#found.row(company) : undefined;
    return found === undefined ? nodes : [found, ...nodes];
  }

  #branch(parent: ParentNode | undefined): Branch | undefined {
    const connection = this.#connection;
    if (connection === undefined || connection.session.kind === "signedOut") return undefined;
    const owner = parent === undefined ? undefined : this.#current(parent);
    if (owner === undefined && parent !== undefined) return undefined;
    if (owner?.kind === "pinned" && this.#choices.pinned(connection).length === 0) return undefined;
    const id = owner?.id ?? top;
    const known = this.#branches.get(id);
    if (known !== undefined && known.parent === owner) return known.branch;
    // What stands above changed, so the rows below hang on an object that is no more.
    known?.branch.stop();
    const source = owner === undefined ? companiesSource(this.#sources) : sourceOf(this.#sources, owner);
    const pages = known?.branch.pages ?? this.#deps.rememberedPages(connection, id);
    const branch = new Branch(source, this.#ownerOf(owner), pages);
    this.#branches.set(id, { parent: owner, branch });
    return branch;
  }

  #ownerOf(parent: ParentNode | undefined): BranchOwner {
    return {
      loaded: (gone) => {
        for (const id of gone) this.#forget(id);
        // What is pinned, what was found and a project's tools are known without a request: they prove no connection.
        if (parent !== undefined && needNoRequest.has(parent.kind)) return;
        if (this.#offline === undefined) return;
        this.#setOffline(undefined);
        this.#readAgain("outOfDate");
      },
      keepsRowsAfter: (error) => {
        if (!(error instanceof ProcoreError)) return false;
        const { failure } = error;
        if (!saysNothingOfRows(failure)) return false;
        this.#deps.onForeseen?.(error);
        this.#setOffline({ since: this.#offline?.since ?? this.#deps.clock.now(), failure });
        return true;
      },
    };
  }

  /** A tool's own row says that it is closed: the editor paints it anew once that is known. */
  #repaint(parent: ParentNode, children: readonly TreeNode[]): void {
    if (this.#told.has(children)) return;
    this.#told.add(children);
    this.#fire(parent);
  }

  #fire(parent: ParentNode): void {
    const current = this.#current(parent);
    if (current !== undefined) this.#changed.fire(current);
  }

  /** The row that is there now in place of `parent`: the editor knows rows by their objects. */
  #current(parent: ParentNode): ParentNode | undefined {
    const current = this.#nodes.get(parent.id);
    return current !== undefined && isParent(current) ? current : undefined;
  }

  #readAgain(problem: "failed" | "outOfDate"): void {
    const found = [...this.#branches.values()].filter(({ branch }) => branch.problem === problem);
    for (const { branch } of found) branch.refresh();
    if (found.length > 0) this.#changed.fire(undefined);
  }

  #setOffline(offline: Offline | undefined): void {
    if (offline === this.#offline) return;
    this.#offline = offline;
    this.#offlineChanged.fire(offline);
  }

  #sender(): Connection {
    if (this.#connection === undefined) throw new Error("Rows are loaded only for a connection");
    return this.#connection;
  }

  /** Drops a row and everything below it. */
  #forget(id: string): void {
    for (const [key, { branch }] of this.#branches) {
      if (!isWithin(key, id)) continue;
      branch.stop();
      this.#branches.delete(key);
    }
    for (const key of this.#nodes.keys()) if (isWithin(key, id)) this.#nodes.delete(key);
  }
}

/** Trouble on the way, or at Procore, that passes: what was loaded before may well be as it was. */
function saysNothingOfRows(failure: Failure): boolean {
  if (failure.kind === "network") return failure.cause !== "notAllowed";
  if (failure.kind === "rateLimited" || ("instead" in failure && failure.instead !== undefined)) return true;
  return failure.kind === "http" && failure.status >= 500;
}

/** Ids are paths: is `id` the row `above` or one below it? */
const isWithin = (id: string, above: string): boolean => above === top || id === above || id.startsWith(`${above}/`);
