import { plain } from "../core/plain.ts";
import type { Project } from "../core/procore/projects.ts";

/** Which companies and projects the view shows, and in what order; what a person chose. */
export interface Arrangement {
  readonly status: "active" | "all";
  /** A stage by its name, since each company has ids of its own; undefined for every stage. */
  readonly stage: string | undefined;
  /** By name is the server's own order: the others need all projects of a company. */
  readonly order: "name" | "number" | "lastUpdate";
  /** Companies on Procore's free plan. */
  readonly freeCompanies: "hidden" | "shown";
}

/** What holds until somebody chooses: Procore's own answer, as it comes. */
export const asItComes: Arrangement = { status: "active", stage: undefined, order: "name", freeCompanies: "hidden" };

/** Is anything other than Procore's own answer asked for? */
export const isArranged = ({ status, stage, order, freeCompanies }: Arrangement): boolean =>
  status !== "active" || stage !== undefined || order !== "name" || freeCompanies !== "hidden";

const byText = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The projects of a list that an arrangement shows, in its order; those without number or update come last. */
export function arrange(projects: readonly Project[], { stage, order }: Arrangement): readonly Project[] {
  const shown = stage === undefined ? projects : projects.filter((project) => project.stage === stage);
  switch (order) {
    case "number":
      return shown.toSorted((one, other) => lastWithout(one.number, other.number, byText.compare));
    case "lastUpdate":
      // ISO times in UTC sort as text; the latest first.
      return shown.toSorted((one, other) =>
        lastWithout(one.updatedAt, other.updatedAt, (a, b) => (a === b ? 0 : a < b ? 1 : -1)),
      );
    default:
      return shown;
  }
}

function lastWithout(
  one: string | undefined,
  other: string | undefined,
  compare: (one: string, other: string) => number,
): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return compare(one, other);
}

/** Of which companies an arrangement does not hold yet, by name. */
export interface Shortfall {
  /** All their projects are being loaded, to be put in order. */
  readonly loading: readonly string[];
  /** That was cancelled or failed. */
  readonly stopped: readonly string[];
  /** Their stages cannot be asked for by id: only what is loaded is looked through. */
  readonly looksThroughLoaded: readonly string[];
}

/** What an order is called after "by". */
export const orderWords: Readonly<Record<Arrangement["order"], string>> = {
  name: "name",
  number: "number",
  lastUpdate: "last update",
};

/** What stands above the rows about their choice and order; "" when they are as they come. */
export function arrangementMessage(arrangement: Arrangement, shortfall: Shortfall): string {
  if (!isArranged(arrangement)) return "";
  const { status, stage, order, freeCompanies } = arrangement;
  const filter = [
    status === "all" ? "active and inactive projects" : "active projects",
    ...(stage === undefined ? [] : [`in stage \u201c${plain(stage, 60)}\u201d`]),
    ...(order === "name" ? [] : [`by ${orderWords[order]}`]),
    ...(freeCompanies === "shown" ? ["with companies on the free plan"] : []),
  ].join(", ");
  const { loading, stopped, looksThroughLoaded } = shortfall;
  const others = [
    ...(order !== "name" && loading.length > 0 ? [`By name in ${listed(loading)} until all projects are loaded.`] : []),
    ...(order !== "name" && stopped.length > 0
      ? [`By name in ${listed(stopped)}: not all projects were loaded. Refresh loads them.`]
      : []),
    ...(stage !== undefined && looksThroughLoaded.length > 0
      ? [`In ${listed(looksThroughLoaded)} the stage is looked for only in what is loaded.`]
      : []),
  ];
  return [`Filter: ${filter}.`, ...others].join(" ");
}

const mostListed = 2;

function listed(names: readonly string[]): string {
  if (names.length <= mostListed) return names.join(" and ");
  return `${names.slice(0, mostListed).join(", ")} and ${names.length - mostListed} more`;
}
