import * as l10n from "@vscode/l10n";
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

/** What an order is called. */
export const orderWords: Readonly<Record<Arrangement["order"], string>> = {
  name: l10n.t("by name"),
  number: l10n.t("by number"),
  lastUpdate: l10n.t("by last update"),
};

/** What stands above the rows about their choice and order; "" when they are as they come. */
export function arrangementMessage(arrangement: Arrangement, shortfall: Shortfall): string {
  if (!isArranged(arrangement)) return "";
  const { status, stage, order, freeCompanies } = arrangement;
  const filter = [
    status === "all" ? l10n.t("active and inactive projects") : l10n.t("active projects"),
    ...(stage === undefined ? [] : [l10n.t("in stage “{0}”", plain(stage, 60))]),
    ...(order === "name" ? [] : [orderWords[order]]),
    ...(freeCompanies === "shown" ? [l10n.t("with companies on the free plan")] : []),
  ].join(", ");
  const { loading, stopped, looksThroughLoaded } = shortfall;
  const others = [
    ...(order !== "name" && loading.length > 0
      ? [l10n.t("By name in {0} until all projects are loaded.", listed(loading))]
      : []),
    ...(order !== "name" && stopped.length > 0
      ? [l10n.t("By name in {0}: not all projects were loaded. Refresh loads them.", listed(stopped))]
      : []),
    ...(stage !== undefined && looksThroughLoaded.length > 0
      ? [l10n.t("In {0} the stage is looked for only in what is loaded.", listed(looksThroughLoaded))]
      : []),
  ];
  return [l10n.t("Filter: {0}.", filter), ...others].join(" ");
}

/** The first two of the names. */
function listed([first = "", second, ...more]: readonly string[]): string {
  if (second === undefined) return first;
  return more.length === 0
    ? l10n.t("{0} and {1}", first, second)
    : l10n.t("{0}, {1} and {2} more", first, second, more.length);
}
