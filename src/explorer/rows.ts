import * as l10n from "@vscode/l10n";
import { plain } from "../core/plain.ts";
import { inNumbers } from "../core/language.ts";
import { localDateTime } from "../core/localTime.ts";
import type { Company } from "../core/procore/companies.ts";
import { actionCommands } from "../platform/failureActions.ts";
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

/** A company. */
export function describeCompany(
  { company, opens }: CompanyNode,
  _children?: readonly TreeNode[],
  { answer }: About = {},
): Row {
  const name = nameOf(company);
  const isMissing = answer?.kind === "notConnected";
  const states = [
    ...(company.isActive ? [] : [l10n.t({ message: "inactive", comment: ["A company"] })]),
    ...(isMissing ? [l10n.t("not installed")] : []),
  ];
  return {
    label: name,
    ...(states.length === 0 ? {} : { description: states.join(" · ") }),
    tooltip: [
      name,
      l10n.t("Company ID {0}", plain(company.id)),
      ...(company.isActive ? [] : [l10n.t("This company is inactive.")]),
      ...(answer === undefined ? [] : [seenLine(answer)]),
    ],
    icon: { id: isMissing ? "debug-disconnect" : "organization", ...(company.isActive && !isMissing ? {} : dimmed) },
    contextValue: company.isActive ? "company" : "company inactive",
    collapsible: opens === "byItself" ? "expanded" : "collapsed",
    accessibilityLabel: [name, l10n.t("company"), ...states].join(", "),
  };
}

/** The day as well: the answer may be weeks old. */
function seenLine({ kind, at }: CompanyAnswer): string {
  const when = localDateTime(at, { now: at });
  return kind === "connected"
    ? l10n.t("Answered with its projects, last on {0}", when)
    : l10n.t("The app was not installed here, last seen on {0}", when);
}

/** What was found in a company. It stands first, and open: somebody has just looked for what is below. */
export function describeFound({ company }: FoundNode, children: readonly TreeNode[] = []): Row {
  const howMany = children.length === 0 ? [] : [inNumbers(children.length)];
  return {
    label: l10n.t("Found"),
    ...(howMany[0] === undefined ? {} : { description: howMany[0] }),
    tooltip: [
      l10n.t("Found in {0} with Find Project or Go to Procore Address, the last first.", nameOf(company)),
      l10n.t("They stay until you clear them or close this window."),
    ],
    icon: { id: "search" },
    contextValue: "found",
    collapsible: "expanded",
    accessibilityLabel: [l10n.t("Found projects"), ...howMany, nameOf(company)].join(", "),
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
  const status = [
    ...(isGone ? [l10n.t("gone or no access")] : []),
    ...(project.active ? [] : [l10n.t({ message: "inactive", comment: ["A project"] })]),
  ];
  // In front, because a narrow view cuts the end off.
  const description = [...status, number, city, stage].filter((part) => part !== "").join(" · ");
  const numberSpoken = number === "" ? "" : l10n.t("number {0}", number);
  const spoken = [name, l10n.t("project"), numberSpoken, city, stage, ...status].filter((part) => part !== "");
  const [start, end] = [text(project.startDate), text(project.completionDate)];
  const details: readonly (readonly [string, string])[] = [
    [l10n.t("Project number"), number],
    [l10n.t("Project ID"), plain(project.id)],
    [l10n.t("Company"), l10n.t("{0} (ID {1})", nameOf(company), plain(company.id))],
    [l10n.t("Address"), placeOf(project)],
    [l10n.t("Stage"), stage],
    [l10n.t("Dates"), start === "" && end === "" ? "" : l10n.t("{0} to {1}", start || "?", end || "?")],
  ];
  return {
    label: name,
    ...(description === "" ? {} : { description }),
    tooltip: [
      name,
      ...details.filter(([, value]) => value !== "").map(([label, value]) => l10n.t("{0}: {1}", label, value)),
      ...(project.active ? [] : [l10n.t("This project is inactive.")]),
      ...(isGone
        ? [l10n.t("Procore does not show this project to you any more. Unpin takes it out of this list.")]
        : []),
    ],
    icon: { id: isGone ? "circle-slash" : "project", ...(project.active && !isGone ? {} : dimmed) },
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
  const what = parent.kind === "tool" ? parent.tool.items : l10n.t("projects");
  const loaded = inNumbers(loadedCount);
  const known = totalCount !== undefined && totalCount > loadedCount;
  const label = known
    ? l10n.t("Load more ({0} of {1})", loaded, inNumbers(totalCount))
    : l10n.t("Load more ({0})", loaded);
  return {
    label,
    tooltip: [label, l10n.t("Searching in this view finds only what is loaded.")],
    icon: { id: "ellipsis" },
    contextValue: "more",
    collapsible: "none",
    accessibilityLabel: known
      ? l10n.t("Load more {0}, {1} of {2} are loaded", what, loaded, inNumbers(totalCount))
      : l10n.t("Load more {0}, {1} are loaded", what, loaded),
    action: { title: l10n.t("Load More"), command: "procore.loadMore", parameters: "node" },
  };
}

/** A company that answered, and has no project for this user. */
export function describeNoProjects({ parent: { company }, account, status, stage }: NoProjectsNode): Row {
  if (stage !== undefined) return describeNothingInStage(company, stage, status);
  if (account === "clientCredentials") return describeNothingPermitted(company);
  return status === "all" ? describeNothing(company) : describeNothingActive(company);
}

const onlyInDirectory = l10n.t(
  "Procore lists a project only for people in its directory; a company admin adds you there.",
);

function describeNothing(company: Company): Row {
  const label = l10n.t("No projects that you can see");
  return {
    label,
    tooltip: [l10n.t("{0}: no projects that you can see.", nameOf(company)), onlyInDirectory],
    icon: { id: "info" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: l10n.t("{0} in {1}", label, nameOf(company)),
  };
}

/** There may be inactive ones. */
function describeNothingActive(company: Company): Row {
  const label = l10n.t("No active projects that you can see");
  const click = actionCommands.filterProjects;
  return {
    label,
    description: click.title,
    tooltip: [
      l10n.t("{0}: no active projects that you can see.", nameOf(company)),
      l10n.t("Inactive projects are not listed; Filter Projects shows them."),
      onlyInDirectory,
      l10n.t("Click or press Enter: {0}", click.title),
    ],
    icon: { id: "info" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: [l10n.t("{0} in {1}.", label, nameOf(company)), l10n.t("Press Enter: {0}", click.title)].join(
      " ",
    ),
    action: click,
  };
}

function describeNothingInStage(company: Company, stage: string, status: NoProjectsNode["status"]): Row {
  const [name, named] = [nameOf(company), plain(stage, 60)];
  const label =
    status === "all" ? l10n.t("No projects in stage “{0}”", named) : l10n.t("No active projects in stage “{0}”", named);
  return {
    label,
    description: l10n.t("Clear Filter"),
    tooltip: [
      status === "all"
        ? l10n.t("{0}: no projects in stage “{1}”.", name, named)
        : l10n.t("{0}: no active projects in stage “{1}”.", name, named),
      l10n.t("Click or press Enter: Clear Filter"),
    ],
    icon: { id: "filter" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: l10n.t("{0} in {1}. Press Enter: Clear Filter", label, name),
    action: { title: l10n.t("Clear Filter"), command: "procore.clearFilter", parameters: [] },
  };
}

/** @see procore/documentation plan_your_app/developer_managed_service_accounts.md (permitted projects) */
function describeNothingPermitted(company: Company): Row {
  const label = l10n.t("No project is permitted to this service account");
  return {
    label,
    description: l10n.t("Show Steps"),
    tooltip: [
      l10n.t("{0}: no project is permitted to this service account.", nameOf(company)),
      l10n.t(
        "A service account sees only the projects that a company admin permitted to the app, and of these only active ones are listed.",
      ),
      l10n.t(
        "The admin adds them in Company Tools > Admin > App Management > the app > Permissions, and has to do it again after each update or reinstallation of the app.",
      ),
      l10n.t("Click or press Enter: Show Steps"),
    ],
    icon: { id: "info" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: l10n.t(
      "{0} in {1}. A company admin permits them in App Management. Press Enter: Show Steps",
      label,
      nameOf(company),
    ),
    action: actionCommands.serviceAccountSteps,
  };
}

/**
 * A user without companies.
 * @see procore/documentation overview/quick_start_guide.md (only the app's creator is in a sandbox's directory)
 */
export function describeNoCompanies({ environment }: NoCompaniesNode): Row {
  const label = l10n.t("No companies in {0} for this user", plain(environment.label));
  const causes =
    environment.kind === "sandbox"
      ? [
          l10n.t("At first only the person who created the app is in a sandbox's directory."),
          l10n.t(
            "Is that you? Open Procore's e-mail about the sandbox and set its password. Otherwise ask to be added in the sandbox's Company Directory.",
          ),
        ]
      : [l10n.t("Ask a company admin to add you to the company's directory."), l10n.t("Or sign in as another user.")];
  return {
    label,
    tooltip: [
      `${label}.`,
      ...causes,
      l10n.t(
        "Companies on Procore's free plan are listed only with Filter Projects > Show companies on the free plan.",
      ),
    ],
    icon: { id: "info" },
    contextValue: "noCompanies",
    collapsible: "none",
    accessibilityLabel: `${label}. ${causes.join(" ")}`,
    action: environment.kind === "sandbox" ? actionCommands.testerSteps : otherSignIn(),
  };
}

const otherSignIn = (): RowAction => ({
  title: l10n.t("Sign In"),
  command: "procore.signIn",
  parameters: [{ choose: "environment" }],
});

const text = (value: string | undefined): string => plain(value ?? "");

// Dimming alone would leave out people who cannot see it: the description says "inactive" as well.
const dimmed: Pick<RowIcon, "color"> = { color: "disabledForeground" };
