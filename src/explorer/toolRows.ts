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
  `Project: ${nameOf(project)} (ID ${plain(project.id)})`,
  `Company: ${nameOf(parent.company)} (ID ${plain(parent.company.id)})`,
];

const iconOf = ({ tool }: ToolNode): string => icons[tool.id] ?? "tools";

/** What a tool says whose list is closed to the user: its own row says it too, so that it shows when it is closed. */
export const noAccessLabel = "no access or not enabled";

/** A tool of a project. */
export function describeTool(node: ToolNode, children: readonly TreeNode[] = []): Row {
  const { tool, parent } = node;
  const isClosed = children[0]?.kind === "noAccess";
  const spoken = [tool.title, "tool", `project ${nameOf(parent.project)}`, ...(isClosed ? [noAccessLabel] : [])];
  return {
    label: tool.title,
    ...(isClosed ? { description: noAccessLabel } : {}),
    tooltip: [tool.title, ...placeOf(node), ...(isClosed ? [`This tool: ${noAccessLabel}.`] : [])],
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
  const label = known === "" ? `(no title, ID ${plain(item.id)})` : known;
  const { tool } = parent;
  const spoken = [title === "" ? label : title, title === "" || number === "" ? "" : `number ${number}`, status].filter(
    (part) => part !== "",
  );
  return {
    label,
    ...(status === "" ? {} : { description: status }),
    tooltip: [
      label,
      `${tool.title}, ID ${plain(item.id)}`,
      ...(status === "" ? [] : [`Status: ${status}`]),
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
  const label = `No ${tool.items} that you can see`;
  return {
    label,
    tooltip: [
      `${nameOf(parent.parent.project)}: ${label.charAt(0).toLowerCase()}${label.slice(1)}.`,
      "Procore lists what your permissions on this tool let you see; private items are for those they are shared with.",
    ],
    icon: { id: "info" },
    contextValue: "noItems",
    collapsible: "none",
    accessibilityLabel: `${label} in ${nameOf(parent.parent.project)}`,
  };
}
