import type { Clock } from "../../core/clock.ts";
import { Emitter, type Listen } from "../../core/events.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import type { Company } from "../../core/procore/companies.ts";
import { parseProcoreAddress, type ProcoreAddress } from "../../core/procore/procoreAddress.ts";
import { createProjectSearch } from "../../core/procore/projectSearch.ts";
import type { ProjectId } from "../../core/procore/ids.ts";
import type { Project } from "../../core/procore/projects.ts";
import type { Connection, SessionSource } from "../../core/session.ts";
import { isSameProject, type Pins } from "../pins.ts";
import type { RecentProject, Recents } from "../recents.ts";
import { isSameTree } from "../sameTree.ts";
import { ProjectList, type ListStatus } from "./projectList.ts";
import { rememberedRows, type RememberedRow } from "./rememberedRows.ts";
import { merged, ServerSearch } from "./serverSearch.ts";

export interface FindDependencies {
  readonly session: SessionSource;
  readonly procore: Pick<ProcoreClient, "companies" | "allProjects" | "findProjects">;
  readonly clock: Clock;
  readonly recents: Pick<Recents, "list">;
  readonly pins: Pick<Pins, "of" | "onDidChange">;
  /** The companies whose rows the view has. */
  readonly companies: () => Promise<readonly Company[]>;
  /** Takes care of work that nobody waits for. */
  readonly background: (work: Promise<unknown>, what: string) => void;
}

/** What stands below a heading. */
export type Heading = RememberedRow["why"] | "project";

/** A line of the box, as data; `findWords.ts` says how it reads. */
export type FindRow =
  | { readonly kind: "heading"; readonly heads: Heading }
  | { readonly kind: "project"; readonly project: Project; readonly company: Company | undefined }
  | RememberedRow
  | { readonly kind: "address"; readonly address: ProcoreAddress; readonly text: string }
  | { readonly kind: "more"; readonly count: number }
  | { readonly kind: "nothing"; readonly text: string; readonly why: "busy" | "noMatch" }
  | { readonly kind: "failure"; readonly error: unknown }
  | { readonly kind: "notConnected"; readonly companies: readonly Company[] };

/** What the box shows. */
export interface FindView {
  readonly text: string;
  readonly list: {
    readonly status: ListStatus;
    readonly read: number;
    readonly total: number | undefined;
    /** Epoch ms. */
    readonly readAt: number | undefined;
  };
  readonly isBusy: boolean;
  readonly rows: readonly FindRow[];
}

/** As many rows as somebody may look through; the rest needs more letters. */
const mostRows = 100;

/** Finds projects of the active connection: in the list in memory, and meanwhile at the server. */
export class FindModel {
  readonly #deps: FindDependencies;
  readonly #changed = new Emitter<void>();
  readonly #server: ServerSearch;
  readonly #subscriptions: readonly { dispose(): void }[];
  #connection: Connection | undefined;
  #list: ProjectList;
  #text = "";
  #isOpen = false;

  readonly onDidChange: Listen<void> = this.#changed.event;

  constructor(deps: FindDependencies) {
    this.#deps = deps;
    this.#connection = deps.session.current.active;
    this.#list = this.#newList();
    this.#server = new ServerSearch({ ...deps, connection: () => this.#sender() });
    this.#subscriptions = [
      this.#server.onDidChange(() => this.#changed.fire()),
      deps.pins.onDidChange(() => this.#changed.fire()),
      deps.session.onDidChange(({ active }) => this.#follow(active)),
    ];
  }

  /** Somebody opened the box: what is not in memory is read from now on. */
  open(): void {
    this.#isOpen = true;
    this.#text = "";
    this.#fill();
  }

  /** The box is closed: the list goes on, questions to the server end. */
  close(): void {
    this.#isOpen = false;
    this.#server.cancel();
  }

  type(text: string): void {
    this.#text = text;
    const isAddress = addressIn(text) !== undefined;
    if (isAddress || this.#list.status === "whole") this.#server.cancel();
    else
      this.#deps.background(
        this.#server.ask(text, () => this.#companiesToAsk()),
        "ask for projects",
      );
  }

  stop(): void {
    this.#list.stop();
  }

  readAgain(): void {
    this.#deps.background(this.#list.readAgain(), "read all projects");
  }

  /** Tries again what failed: the rest of the list, and the question for what is typed. */
  retry(): void {
    if (this.#list.status === "failed") this.readAgain();
    this.type(this.#text);
    this.#changed.fire();
  }

  /** A project that is in memory. */
  known({ companyId, projectId }: Pick<RecentProject, "companyId" | "projectId">): Project | undefined {
    return this.#list.get(companyId, projectId);
  }

  /** The project with this id in whichever company, if it is in memory. */
  knownById(id: ProjectId): Project | undefined {
    return this.#list.companies.map((company) => this.#list.get(company.id, id)).find((found) => found !== undefined);
  }

  get view(): FindView {
    const { status, count, readAt } = this.#list;
    const { isBusy } = this.#server.answer;
    return {
      text: this.#text,
      list: { status, ...count, readAt },
      isBusy: isBusy || status === "reading",
      rows: this.#rows(),
    };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#server.dispose();
    this.#list.dispose();
    this.#changed.dispose();
  }

  #rows(): readonly FindRow[] {
    const address = addressIn(this.#text);
    if (address !== undefined) return [{ kind: "address", address, text: this.#text }];
    const { projects, total } = this.#found();
    const { pinned, recent } = this.#remembered(projects);
    const remembered = [...pinned, ...recent];
    const isRemembered = ({ id: projectId, companyId }: Project): boolean =>
      remembered.some(({ place }) => isSameProject(place, { projectId, companyId }));
    const others = projects
      .filter((project) => !isRemembered(project))
      .map((project): FindRow => ({ kind: "project", project, company: this.#company(project.companyId) }));
    const left = total - others.length - remembered.filter(({ project }) => project !== undefined).length;
    return [
      ...headed("pinned", pinned),
      ...headed("recent", recent),
      ...(remembered.length > 0 ? headed("project", others) : others),
      ...(left > 0 ? [{ kind: "more", count: left } as const] : []),
      ...(others.length + remembered.length === 0 ? [this.#nothing()] : []),
      ...this.#troubles(),
    ];
  }

  #found(): { readonly projects: readonly Project[]; readonly total: number } {
    const { items, total } = this.#list.find(this.#text, mostRows);
    const { text, projects: answered } = this.#server.answer;
    if (answered.length === 0 || text !== this.#text.trim()) return { projects: items, total };
    // What the server calls a match is shown even when nothing here would find it; the better ones stand first.
    const both = merged(items, answered);
    const best = createProjectSearch(both).find(this.#text, both.length).items;
    const isNew = (project: Project): boolean => this.#list.get(project.companyId, project.id) === undefined;
    return { projects: merged(best, both).slice(0, mostRows), total: total + answered.filter(isNew).length };
  }

  /** What is pinned, or was picked before, and matches. */
  #remembered(answered: readonly Project[]): ReturnType<typeof rememberedRows> {
    const id = this.#connection?.id ?? "";
    const amongAnswered = ({ companyId, projectId }: RecentProject): Project | undefined =>
      answered.find((project) => project.id === projectId && project.companyId === companyId);
    return rememberedRows(this.#text, {
      pins: this.#deps.pins.of(id),
      recents: this.#deps.recents.list(id),
      project: (place) => this.known(place) ?? amongAnswered(place),
      company: (companyId) => this.#company(companyId),
    });
  }

  #nothing(): FindRow {
    const isBusy = this.#server.answer.isBusy || this.#list.status === "reading";
    return { kind: "nothing", text: this.#text.trim(), why: isBusy ? "busy" : "noMatch" };
  }

  #troubles(): readonly FindRow[] {
    const { answer } = this.#server;
    const error = this.#list.failure ?? answer.failure;
    const listed = this.#list.notConnected;
    const companies = listed.length > 0 ? listed : this.#list.companies.filter(({ id }) => answer.notConnected.has(id));
    return [
      ...(error === undefined ? [] : [{ kind: "failure", error } as const]),
      ...(companies.length === 0 ? [] : [{ kind: "notConnected", companies } as const]),
    ];
  }

  #company(id: string): Company | undefined {
    return this.#list.companies.find((company) => company.id === id);
  }

  /** Of companies that are in memory nobody needs to ask. */
  async #companiesToAsk(): Promise<readonly Company[]> {
    return this.#list.companies.length > 0 ? this.#list.missing : await this.#deps.companies();
  }

  #fill(): void {
    this.#deps.background(this.#list.fill(), "read all projects");
  }

  #follow(next: Connection | undefined): void {
    const before = this.#connection;
    this.#connection = next;
    if (isSameTree(before, next)) return;
    this.#list.dispose();
    this.#server.cancel();
    this.#list = this.#newList();
    if (this.#isOpen && next !== undefined) this.#fill();
    this.#changed.fire();
  }

  #newList(): ProjectList {
    const list = new ProjectList(this.#deps, () => this.#sender());
    list.onDidChange(() => {
      if (list.status === "whole") this.#server.cancel();
      this.#changed.fire();
    });
    return list;
  }

  #sender(): Connection {
    if (this.#connection === undefined) throw new Error("Projects are found only for a connection");
    return this.#connection;
  }
}

/** Rows under a heading; none without rows. */
const headed = (heads: Heading, rows: readonly FindRow[]): readonly FindRow[] =>
  rows.length === 0 ? [] : [{ kind: "heading", heads }, ...rows];

/** What was pasted, if it is meant as an address: a name such as "No.5" is none. */
function addressIn(text: string): ProcoreAddress | undefined {
  const address = parseProcoreAddress(text);
  const isMeant = text.includes("://") || address?.companyId !== undefined || address?.projectId !== undefined;
  return isMeant ? address : undefined;
}
