import { assertNever } from "../core/assertNever.ts";
import { plain } from "../core/plain.ts";
import type { Company } from "../core/procore/companies.ts";
import { describeFailed, describeNotConnected } from "./failureRows.ts";
import type { CompanyNode, MoreNode, NoCompaniesNode, ProjectNode, TreeNode } from "./nodes.ts";
import { placeOf } from "./projectAddress.ts";
import { nameOf, type Row, type RowIcon } from "./row.ts";

const count = { format: (value: number): string => value.toLocaleString("en") };

/** How `node` looks: the one place that turns the tree into words and icons. */
export function describeRow(node: TreeNode): Row {
  switch (node.kind) {
    case "company":
      return describeCompany(node);
    case "project":
      return describeProject(node);
    case "more":
      return describeMore(node);
    case "noProjects":
      return node.account === "clientCredentials"
        ? describeNothingPermitted(node.parent.company)
        : describeNoProjects(node.parent.company);
    case "noCompanies":
      return describeNoCompanies(node);
    case "notConnected":
      return describeNotConnected(node);
    case "failed":
      return describeFailed(node);
    default:
      return assertNever(node);
  }
}

function describeCompany({ company, opens }: CompanyNode): Row {
  const name = nameOf(company);
  return {
    label: name,
    ...(company.isActive ? {} : { description: "inactive" }),
    tooltip: [name, `Company ID ${plain(company.id)}`, ...(company.isActive ? [] : ["This company is inactive."])],
    icon: { id: "organization", ...dimmed(company.isActive) },
    contextValue: company.isActive ? "company" : "company inactive",
    collapsible: opens === "byItself" ? "expanded" : "collapsed",
    accessibilityLabel: `${name}, company${company.isActive ? "" : ", inactive"}`,
  };
}

function describeProject({ project }: ProjectNode): Row {
  const name = nameOf(project);
  const [number, city, stage] = [text(project.number), text(project.city), text(project.stage)];
  const status = project.active ? [] : ["inactive"];
  // In front, because a narrow view cuts the end off.
  const description = [...status, number, city, stage].filter((part) => part !== "").join(" · ");
  const numberSpoken = number === "" ? "" : `number ${number}`;
  const spoken = [name, "project", numberSpoken, city, stage, ...status].filter((part) => part !== "");
  const dates = [text(project.startDate), text(project.completionDate)];
  const details: readonly (readonly [string, string])[] = [
    ["Project number", number],
    ["Project ID", plain(project.id)],
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
    ],
    icon: { id: "project", ...dimmed(project.active) },
    contextValue: project.active ? "project" : "project inactive",
    collapsible: "none",
    accessibilityLabel: spoken.join(", "),
  };
}

function describeMore({ loadedCount, totalCount }: MoreNode): Row {
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
      ? `Load more projects, ${loaded} of ${count.format(totalCount)} are loaded`
      : `Load more projects, ${loaded} are loaded`,
    action: { title: "Load More", command: "procore.loadMore", parameters: "node" },
  };
}

function describeNoProjects(company: Company): Row {
  const label = "No active projects that you can see";
  return {
    label,
    tooltip: [
      `${nameOf(company)}: ${label.toLowerCase()}.`,
      "Inactive projects are not listed.",
      "Procore lists a project only for people in its directory; a company admin adds you there.",
    ],
    icon: { id: "info" },
    contextValue: "noProjects",
    collapsible: "none",
    accessibilityLabel: `${label} in ${nameOf(company)}`,
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
    action: { title: "Show Steps", command: "procore.openInstallSteps", parameters: [] },
  };
}

/** @see procore/documentation overview/quick_start_guide.md (only the app's creator is in a sandbox's directory) */
function describeNoCompanies({ environment }: NoCompaniesNode): Row {
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
    tooltip: [`${label}.`, ...causes, "Companies on Procore's free plan are not listed."],
    icon: { id: "info" },
    contextValue: "noCompanies",
    collapsible: "none",
    accessibilityLabel: `${label}. ${causes.join(" ")}`,
    action: { title: "Sign In", command: "procore.signIn", parameters: [{ choose: "environment" }] },
  };
}

const text = (value: string | undefined): string => plain(value ?? "");

// Dimming alone would leave out people who cannot see it: the description says "inactive" as well.
const dimmed = (isActive: boolean): Pick<RowIcon, "color"> => (isActive ? {} : { color: "disabledForeground" });
