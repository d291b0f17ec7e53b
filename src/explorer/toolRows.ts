import * as l10n from "@vscode/l10n";
import { plain } from "../core/plain.ts";
import type { ItemNode, NoItemsNode, ToolNode, TreeNode } from "./nodes.ts";
import { nameOf, type Row } from "./row.ts";

const icons: Readonly<Record<string, string>> = {
  rfis: "question",
  submittals: "inbox",
  drawings: "compass",
  changeEvents: "git-compare",
  punchItems: "checklist",
  observations: "eye",
  dailyLogs: "calendar",
  directory: "person",
  documents: "file",
};

/** Where a tool is, for tooltips. */
const placeOf = ({ parent: { project, parent } }: ToolNode): readonly string[] => [
  l10n.t("Project: {0} (ID {1})", nameOf(project), plain(project.id)),
  l10n.t("Company: {0} (ID {1})", nameOf(parent.company), plain(parent.company.id)),
];

const iconOf = ({ tool }: ToolNode): string => icons[tool.id] ?? "tools";

/** What a tool says whose list is closed to the user: its own row says it too, so that it shows when it is closed. */
export const noAccessLabel = l10n.t("no access or not enabled");

/** A tool of a project. */
export function describeTool(node: ToolNode, children: readonly TreeNode[] = []): Row {
  const { tool, parent } = node;
  const isClosed = children[0]?.kind === "noAccess";
  const spoken = [
    tool.title,
    l10n.t("tool"),
    l10n.t("project {0}", nameOf(parent.project)),
    ...(isClosed ? [noAccessLabel] : []),
  ];
  return {
    label: tool.title,
    ...(isClosed ? { description: noAccessLabel } : {}),
    tooltip: [tool.title, ...placeOf(node), ...(isClosed ? [l10n.t("This tool: no access or not enabled.")] : [])],
    icon: { id: iconOf(node), ...(isClosed ? { color: "disabledForeground" } : {}) },
    contextValue: tool.webSegment === undefined ? "tool" : "tool web",
    collapsible: "collapsed",
    accessibilityLabel: spoken.join(", "),
  };
}

/** An item: number and title as it is known by, its status beside it. */
export function describeItem({ item, parent }: ItemNode): Row {
  const [number, title, status] = [plain(item.number ?? ""), plain(item.title ?? ""), plain(item.status ?? "")];
  const known = [number, title].filter((part) => part !== "").join(" · ");
  const label = known === "" ? l10n.t("(no title, ID {0})", plain(item.id)) : known;
  const { tool } = parent;
  const spoken = [
    title === "" ? label : title,
    title === "" || number === "" ? "" : l10n.t("number {0}", number),
    status,
  ].filter((part) => part !== "");
  return {
    label,
    ...(status === "" ? {} : { description: status }),
    tooltip: [
      label,
      l10n.t("{0}, ID {1}", tool.title, plain(item.id)),
      ...(status === "" ? [] : [l10n.t("Status: {0}", status)]),
      ...placeOf(parent),
    ],
    icon: { id: item.shape === "folder" ? "folder" : iconOf(parent) },
    contextValue: tool.webSegment === undefined ? "item" : "item web",
    collapsible: "none",
    accessibilityLabel: spoken.join(", "),
  };
}

/** A tool that answered, and has nothing. */
export function describeNoItems({ parent }: NoItemsNode): Row {
  const { tool } = parent;
  const project = nameOf(parent.parent.project);
  const label = l10n.t({
    message: "No {0} that you can see",
    args: [tool.items],
    comment: ["{0} is what a tool of Procore lists, in the plural, e.g. drawings"],
  });
  return {
    label,
    tooltip: [
      l10n.t("{0}: no {1} that you can see.", project, tool.items),
      l10n.t(
        "Procore lists what your permissions on this tool let you see; private items are for those they are shared with.",
      ),
    ],
    icon: { id: "info" },
    contextValue: "noItems",
    collapsible: "none",
    accessibilityLabel: l10n.t("{0} in {1}", label, project),
  };
}
