import * as l10n from "@vscode/l10n";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { Project } from "../core/procore/projects.ts";
import { inNumbers } from "../core/language.ts";
import type { Connection } from "../core/session.ts";
import { orderWords, type Arrangement } from "./arrangement.ts";
import type { CompanyNode } from "./nodes.ts";
import { nameOf } from "./row.ts";

export interface WholeCompaniesDependencies {
  readonly procore: Pick<ProcoreClient, "allProjects">;
  /** Runs a load where a person sees how far it is and may cancel it: undefined then. */
  readonly withProgress: <T>(
    title: string,
    run: (signal: AbortSignal, show: (text: string) => void) => Promise<T>,
  ) => Promise<T | undefined>;
  readonly arrangement: () => Arrangement;
  /** The companies whose projects the view shows: it is about to ask for those it has not asked for. */
  readonly open: () => readonly CompanyNode[];
  /** All projects of a company came. */
  readonly loaded: (company: CompanyNode) => void;
  /** What is under way or was stopped changed. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

interface Whole {
  readonly company: CompanyNode;
  readonly status: Arrangement["status"];
  readonly stop: AbortController;
  /** "stopped": cancelled or failed, not to be begun again unasked. */
  projects: readonly Project[] | "loading" | "stopped";
}

/** All projects of the companies that are to be put in an order which is not the server's. In memory only. */
export class WholeCompanies {
  readonly #deps: WholeCompaniesDependencies;
  readonly #known = new Map<string, Whole>();

  constructor(deps: WholeCompaniesDependencies) {
    this.#deps = deps;
  }

  /** All projects of a company, if they are loaded; else this begins to load them. */
  projects(connection: Connection, company: CompanyNode): readonly Project[] | undefined {
    const { status } = this.#deps.arrangement();
    const known = this.#known.get(company.id);
    if (known?.status === status) return typeof known.projects === "string" ? undefined : known.projects;
    known?.stop.abort();
    const whole: Whole = { company, status, stop: new AbortController(), projects: "loading" };
    this.#known.set(company.id, whole);
    void this.#load(connection, whole);
    return undefined;
  }

  /** The names of the companies in this state. A load counts from when it is certain to come: then the rows are by name. */
  names(state: "loading" | "stopped"): readonly string[] {
    const { status } = this.#deps.arrangement();
    const known = [...this.#known.values()].filter((whole) => whole.status === status);
    const found = known.filter(({ projects }) => projects === state).map(({ company }) => company);
    const isKnown = ({ id }: CompanyNode): boolean => known.some(({ company }) => company.id === id);
    const toCome = state === "loading" ? this.#deps.open().filter((company) => !isKnown(company)) : [];
    return [...found, ...toCome].map(({ company }) => nameOf(company));
  }

  /** Forgets the projects of one company or of all; loads under way end. */
  forget(companyId?: string): void {
    for (const [id, { stop }] of this.#known) {
      if (companyId !== undefined && id !== companyId) continue;
      this.#known.delete(id);
      stop.abort();
    }
    this.#deps.changed();
  }

  /** Loads that were cancelled or failed may begin again. */
  forgetStopped(): void {
    for (const [id, { projects }] of this.#known) if (projects === "stopped") this.#known.delete(id);
  }

  /** Never rejects. */
  async #load(connection: Connection, whole: Whole): Promise<void> {
    this.#deps.changed();
    const order = orderWords[this.#deps.arrangement().order];
    const title = l10n.t({
      message: "Loading all projects of {0} to order them {1}",
      args: [nameOf(whole.company.company), order],
      comment: ["{1} is e.g. by number"],
    });
    const isCurrent = (): boolean => this.#known.get(whole.company.id) === whole;
    try {
      const found = await this.#deps.withProgress(title, (signal, show) =>
        this.#read(connection, whole, { signal, show }),
      );
      if (!isCurrent()) return;
      whole.projects = found ?? "stopped";
      if (found !== undefined) this.#deps.loaded(whole.company);
    } catch (error) {
      if (!isCurrent()) return;
      whole.projects = "stopped";
      this.#deps.failed(error);
    }
    this.#deps.changed();
  }

  async #read(
    connection: Connection,
    { company, status, stop }: Whole,
    { signal, show }: { readonly signal: AbortSignal; readonly show: (text: string) => void },
  ): Promise<readonly Project[]> {
    const found: Project[] = [];
    const either = AbortSignal.any([signal, stop.signal]);
    const query = { companyId: company.company.id, status };
    for await (const { items, total } of this.#deps.procore.allProjects(connection, query, either)) {
      found.push(...items);
      const loaded = inNumbers(found.length);
      show(total === undefined ? l10n.t("{0} loaded", loaded) : l10n.t("{0} of {1}", loaded, inNumbers(total)));
    }
    return found;
  }
}
