import * as l10n from "@vscode/l10n";
import { plain } from "../core/plain.ts";
import { localDateTime } from "../core/localTime.ts";
import type { Company } from "../core/procore/companies.ts";
import type { WalkthroughStep } from "../platform/walkthroughSteps.ts";
import type { CompanyAnswer } from "./companyAnswers.ts";
import type {
  CompanyNode,
  FoundNode,
  MoreNode,
  NoCompaniesNode,
  NoProjectsNode,
  ProjectNode,
  TreeNode,
} from "./nodes.ts";
import { placeOf } from "./projectAddress.ts";
import { nameOf, type About, type Row, type RowAction, type RowIcon } from "./row.ts";

const count = { format: (value: number): string => value.toLocaleString("en") };

/** A company. */
export function describeCompany(
  { company, opens }: CompanyNode,
  _children?: readonly TreeNode[],
  { answer }: About = {},
): Row {
  const name = nameOf(company);
  const isMissing = answer?.kind === "notConnected";
  const states = [...(company.isActive ? [] : ["inactive"]), ...(isMissing ? ["not installed"] : [])];
  return {
    label: name,
    ...(states.length === 0 ? {} : { description: states.join(" · ") }),
    tooltip: [
      name,
      `Company ID ${plain(company.id)}`,
      ...(company.isActive ? [] : ["This company is inactive."]),
      ...(answer === undefined ? [] : [seenLine(answer)]),
    ],
    icon: { id: isMissing ? "debug-disconnect" : "organization", ...dimmed(company.isActive && !isMissing) },
    contextValue: company.isActive ? "company" : "company inactive",
    collapsible: opens === "byItself" ? "expanded" : "collapsed",
    accessibilityLabel: [name, "company", ...states].join(", "),
  };
}

/** The day as well: the answer may be weeks old. */
function seenLine({ kind, at }: CompanyAnswer): string {
  const when = localDateTime(at, { now: at });
  return kind === "connected"
    ? `Answered with its projects, last on ${when}`
    : `The app was not installed here, last seen on ${when}`;
}

/** What was found in a company. It stands first, and open: somebody has just looked for what is below. */
export function describeFound({ company }: FoundNode, children: readonly TreeNode[] = []): Row {
  const howMany = children.length === 0 ? [] : [count.format(children.length)];
  return {
    label: "Found",
    ...(howMany[0] === undefined ? {} : { description: howMany[0] }),
    tooltip: [
      `Found in ${nameOf(company)} with Find Project or Go to Procore Address, the last first.`,
      "They stay until you clear them or close this window.",
    ],
    icon: { id: "search" },
    contextValue: "found",
    collapsible: "expanded",
    accessibilityLabel: ["Found projects", ...howMany, nameOf(company)].join(", "),
  };
}

/** A project, told apart by number, city and stage. */
export function describeProject(
  { project, parent: { company }, pin }: ProjectNode,
  _children?: readonly TreeNode[],
  about: About = {},
): Row {
  const isGone = pin === "gone";
  const name = nameOf(project);
  const [number, city, stage] = [text(project.number), text(project.city), text(project.stage)];
  const status = [...(isGone ? ["gone or no access"] : []), ...(project.active ? [] : ["inactive"])];
  // In front, because a narrow view cuts the end off.
  const description = [...status, number, city, stage].filter((part) => part !== "").join(" · ");
  const numberSpoken = number === "" ? "" : `number ${number}`;
  const spoken = [name, "project", numberSpoken, city, stage, ...status].filter((part) => part !== "");
  const dates = [text(project.startDate), text(project.completionDate)];
  const details: readonly (readonly [string, string])[] = [
    ["Project number", number],
    ["Project ID", plain(project.id)],
    ["Company", `${nameOf(company)} (ID ${plain(company.id)})`],
    ["Address", placeOf(project)],
    ["Stage", stage],
    ["Dates", dates.every((date) => date === "") ? "" : dates.map((date) => (date === "" ? "?" : date)).join(" to ")],
  ];
  return {
    label: name,
    ...(description === "" ? {} : { description }),
    tooltip: [
      name,
      ...details.filter(([, value]) => value !== "").map(([label, value]) => `${label}: ${value}`),
      ...(project.active ? [] : ["This project is inactive."]),
      ...(isGone ? ["Procore does not show this project to you any more. Unpin takes it out of this list."] : []),
    ],
    icon: { id: isGone ? "circle-slash" : "project", ...dimmed(project.active && !isGone) },
    contextValue: [
      "project",
      ...(project.active ? [] : ["inactive"]),
      ...(about.pin === "pinned" ? ["pinned"] : []),
    ].join(" "),
    collapsible: isGone ? "none" : "collapsed",
    accessibilityLabel: spoken.join(", "),
  };
}

/** What loads the next page. */
export function describeMore({ parent, loadedCount, totalCount }: MoreNode): Row {
  const what = parent.kind === "tool" ? parent.tool.items : "projects";
  const loaded = count.format(loadedCount);
  const known = totalCount !== undefined && totalCount > loadedCount;
  const label = known ? `Load more (${loaded} of ${count.format(totalCount)})` : `Load more (${loaded})`;
  return {
    label,
    tooltip: [label, "Searching in this view finds only what is loaded."],
    icon: { id: "ellipsis" },
    contextValue: "more",
    collapsible: "none",
    accessibilityLabel: known
      ? `Load more ${what}, ${loaded} of ${count.format(totalCount)} are loaded`
      : `Load more ${what}, ${loaded} are loaded`,
    action: { title: "Load More", command: "procore.loadMore", parameters: "node" },
  };
}

/** A company that answered, and has no project for this user. */
export function describeNoProjects({ parent: { company }, account, status, stage }: NoProjectsNode): Row {
  if (stage !== undefined) return describeNothingInStage(company, stage, status);
  if (account === "clientCredentials") return describeNothingPermitted(company);
  const label = status === "all" ? "No projects that you can see" : "No active projects that you can see";
  return {
    label,
    tooltip: [
      `${nameOf(company)}: ${label.toLowerCase()}.`,
      ...(status === "all" ? [] : ["Inactive projects are not listed; Filter Projects shows them."]),
      "Procore lists a project only for people in its directory; a company admin adds you there.",
    ],
    icon: { id: "info" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: `${label} in ${nameOf(company)}`,
  };
}

function describeNothingInStage(company: Company, stage: string, status: NoProjectsNode["status"]): Row {
  const label = `No ${status === "all" ? "" : "active "}projects in stage \u201c${plain(stage, 60)}\u201d`;
  return {
    label,
    description: "Clear Filter",
    tooltip: [
      `${nameOf(company)}: ${label.charAt(0).toLowerCase()}${label.slice(1)}.`,
      "Click or press Enter: Clear Filter",
    ],
    icon: { id: "filter" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: `${label} in ${nameOf(company)}. Press Enter: Clear Filter`,
    action: { title: "Clear Filter", command: "procore.clearFilter", parameters: [] },
  };
}

/** @see procore/documentation plan_your_app/developer_managed_service_accounts.md (permitted projects) */
function describeNothingPermitted(company: Company): Row {
  const label = "No project is permitted to this service account";
  return {
    label,
    description: "Show Steps",
    tooltip: [
      `${nameOf(company)}: ${label.toLowerCase()}.`,
      "A service account sees only the projects that a company admin permitted to the app, and of these only active ones are listed.",
      "The admin adds them in Company Tools > Admin > App Management > the app > Permissions, and has to do it again after each update or reinstallation of the app.",
      "Click or press Enter: Show Steps",
    ],
    icon: { id: "info" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: `${label} in ${nameOf(company)}. A company admin permits them in App Management. Press Enter: Show Steps`,
    action: {
      title: "Show Steps",
      command: "procore.openWalkthrough",
      parameters: ["serviceAccount" satisfies WalkthroughStep],
    },
  };
}

/**
 * A user without companies.
 * @see procore/documentation overview/quick_start_guide.md (only the app's creator is in a sandbox's directory)
 */
export function describeNoCompanies({ environment }: NoCompaniesNode): Row {
  const label = `No companies in ${plain(environment.label)} for this user`;
  const causes =
    environment.kind === "sandbox"
      ? [
          "At first only the person who created the app is in a sandbox's directory.",
          "Is that you? Open Procore's e-mail about the sandbox and set its password. Otherwise ask to be added in the sandbox's Company Directory.",
        ]
      : ["Ask a company admin to add you to the company's directory.", "Or sign in as another user."];
  return {
    label,
    tooltip: [
      `${label}.`,
      ...causes,
      "Companies on Procore's free plan are listed only with Filter Projects > Show companies on the free plan.",
    ],
    icon: { id: "info" },
    contextValue: "noCompanies",
    collapsible: "none",
    accessibilityLabel: `${label}. ${causes.join(" ")}`,
    action: environment.kind === "sandbox" ? testerSteps() : otherSignIn,
  };
}

const otherSignIn: RowAction = { title: "Sign In", command: "procore.signIn", parameters: [{ choose: "environment" }] };

const testerSteps = (): RowAction => ({
  title: l10n.t("Show Steps"),
  command: "procore.openWalkthrough",
  parameters: ["testers" satisfies WalkthroughStep],
});

const text = (value: string | undefined): string => plain(value ?? "");

// Dimming alone would leave out people who cannot see it: the description says "inactive" as well.
const dimmed = (isActive: boolean): Pick<RowIcon, "color"> => (isActive ? {} : { color: "disabledForeground" });
