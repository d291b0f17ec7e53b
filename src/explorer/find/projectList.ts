import { hourMs, type Clock } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { Emitter, type Listen } from "../../core/events.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import type { Company } from "../../core/procore/companies.ts";
import type { CompanyId, ProjectId } from "../../core/procore/ids.ts";
import { createProjectSearch, type Found, type ProjectSearch } from "../../core/procore/projectSearch.ts";
import type { Project } from "../../core/procore/projects.ts";
import type { Connection } from "../../core/session.ts";

export interface ListDependencies {
  readonly procore: Pick<ProcoreClient, "companies" | "allProjects">;
  readonly clock: Pick<Clock, "now">;
}

/** `stopped`: a person did not want more. `failed`: something could not be read; what came before is there. */
export type ListStatus = "none" | "reading" | "stopped" | "failed" | "whole";

interface CompanyProjects {
  readonly projects: readonly Project[];
  readonly total: number | undefined;
  readonly isWhole: boolean;
}

const nothing: CompanyProjects = { projects: [], total: undefined, isWhole: false };

/**
 * All projects of one connection's companies, of every status, read company by company behind whatever a person waits
 * for, and kept in memory. Reading again keeps what is there until its replacement has come.
 */
export class ProjectList {
  readonly #deps: ListDependencies;
  readonly #connection: () => Connection;
  readonly #changed = new Emitter<void>();
  readonly #byCompany = new Map<CompanyId, CompanyProjects>();
  readonly #byId = new WeakMap<readonly Project[], ReadonlyMap<ProjectId, Project>>();
  readonly #notConnected = new Set<CompanyId>();
  #companies: readonly Company[] = [];
  #status: ListStatus = "none";
  #failure: unknown;
  #readAt: number | undefined;
  #stop: AbortController | undefined;
  #indexed: { readonly projects: readonly Project[]; readonly search: ProjectSearch<Project> } = indexOf([]);

  /** More came, or the status changed. */
  readonly onDidChange: Listen<void> = this.#changed.event;

  /** @param connection the connection as it is when something is asked */
  constructor(deps: ListDependencies, connection: () => Connection) {
    this.#deps = deps;
    this.#connection = connection;
  }

  get status(): ListStatus {
    return this.#status;
  }

  /** Why the status is `failed`. */
  get failure(): unknown {
    return this.#failure;
  }

  /** When the last company was read, epoch ms; undefined before. */
  get readAt(): number | undefined {
    return this.#readAt;
  }

  get companies(): readonly Company[] {
    return this.#companies;
  }

  /** Companies that the app is not installed in. */
  get notConnected(): readonly Company[] {
    return this.#companies.filter(({ id }) => this.#notConnected.has(id));
  }

  /** Companies whose projects are not all here, though they can be asked. */
  get missing(): readonly Company[] {
    return this.#companies.filter(({ id }) => !this.#notConnected.has(id) && !this.#of(id).isWhole);
  }

  /** How many projects are here, and of how many; that is known when every company was asked. */
  get count(): { readonly read: number; readonly total: number | undefined } {
    const all = this.#companies.filter(({ id }) => !this.#notConnected.has(id)).map(({ id }) => this.#of(id));
    const read = sum(all.map(({ projects }) => projects.length));
    const totals = all.map(({ total, isWhole, projects }) => (isWhole ? projects.length : total));
    const known = totals.filter((total) => total !== undefined);
    return {
      read,
      total: known.length === totals.length && totals.length > 0 ? Math.max(read, sum(known)) : undefined,
    };
  }

  /** Finds in what is here. While it is being read, the last ones may be left out. */
  find(text: string, limit: number): Found<Project> {
    return this.#indexed.search.find(text, limit);
  }

  /** A project that is here. */
  get(companyId: CompanyId, projectId: ProjectId): Project | undefined {
    const { projects } = this.#of(companyId);
    const known = this.#byId.get(projects) ?? new Map(projects.map((project) => [project.id, project]));
    this.#byId.set(projects, known);
    return known.get(projectId);
  }

  /**
   * Reads what is missing, unasked: not what a person stopped, and nothing again within an hour. Rejects only with
   * errors of our own, after the status says so.
   */
  async fill(): Promise<void> {
    const isOld = this.#readAt !== undefined && this.#deps.clock.now() - this.#readAt >= hourMs;
    if (this.#status === "whole" && isOld) await this.readAgain();
    else if (this.#status === "none" || this.#status === "failed") await this.#read();
  }

  /** Reads everything again, because somebody asked for it; goes on where it was stopped. */
  async readAgain(): Promise<void> {
    if (this.#status === "reading") return;
    if (this.#status === "whole") {
      for (const [id, entry] of this.#byCompany) this.#byCompany.set(id, { ...entry, isWhole: false });
      this.#notConnected.clear();
    }
    await this.#read();
  }

  /** Ends the reading; what came stays. */
  stop(): void {
    if (this.#stop === undefined) return;
    this.#stop.abort();
    this.#stop = undefined;
    this.#index("all");
    this.#set("stopped");
  }

  dispose(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#changed.dispose();
  }

  async #read(): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#failure = undefined;
    this.#set("reading");
    try {
      this.#companies = await this.#deps.procore.companies(this.#connection(), stop.signal);
      for (const { id } of this.missing) await this.#readCompany(id, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) this.#failure = error;
    }
    if (stop.signal.aborted) return;
    this.#stop = undefined;
    this.#index("all");
    if (this.#failure === undefined) this.#readAt = this.#deps.clock.now();
    this.#set(this.#failure === undefined ? "whole" : "failed");
    // What nobody foresaw is for the log, too.
    if (this.#failure !== undefined && !(this.#failure instanceof ProcoreError)) throw this.#failure;
  }

  async #readCompany(companyId: CompanyId, signal: AbortSignal): Promise<void> {
    const before = this.#of(companyId);
    const query = { companyId, status: "all", priority: "background" } as const;
    let projects: readonly Project[] = [];
    let { total } = before;
    try {
      for await (const page of this.#deps.procore.allProjects(this.#connection(), query, signal)) {
        if (signal.aborted) return;
        projects = projects.concat(page.items);
        ({ total = total } = page);
        const shown = projects.length < before.projects.length ? before.projects : projects;
        this.#byCompany.set(companyId, { projects: shown, total, isWhole: false });
        this.#index("whenMuchCame");
        this.#changed.fire();
      }
      this.#byCompany.set(companyId, { projects, total: projects.length, isWhole: true });
    } catch (error) {
      if (signal.aborted) return;
      const kind = error instanceof ProcoreError ? error.failure.kind : undefined;
      if (kind === "appNotConnected") this.#notConnected.add(companyId);
      // What one company answers says nothing of the next one; no network or no session does.
      else if (kind === "http" || kind === "unexpectedReply") this.#failure = error;
      else throw error;
    }
  }

  /** Preparing takes a moment for many projects: not for each page, but whenever a quarter has come on top. */
  #index(when: "all" | "whenMuchCame"): void {
    const { read } = this.count;
    if (when === "whenMuchCame" && read < this.#indexed.projects.length * 1.25) return;
    const connected = this.#companies.filter(({ id }) => !this.#notConnected.has(id));
    this.#indexed = indexOf(connected.flatMap(({ id }) => this.#of(id).projects));
  }

  #of(companyId: CompanyId): CompanyProjects {
    return this.#byCompany.get(companyId) ?? nothing;
  }

  #set(status: ListStatus): void {
    this.#status = status;
    this.#changed.fire();
  }
}

function indexOf(projects: readonly Project[]) {
  return { projects, search: createProjectSearch(projects) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
