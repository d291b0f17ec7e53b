import type { BranchSource } from "./branch.ts";
import {
  foundSource,
  itemsSource,
  pinnedSource,
  projectsSource,
  toolsSource,
  type SourceDependencies,
} from "./branchSources.ts";
import { describeFailed, describeNoAccess, describeNotConnected } from "./failureRows.ts";
import type { ParentNode, TreeNode } from "./nodes.ts";
import { describePinned } from "./pinnedRow.ts";
import type { About, Row } from "./row.ts";
import {
  describeCompany,
  describeFound,
  describeMore,
  describeNoCompanies,
  describeNoProjects,
  describeProject,
} from "./rows.ts";
import { describeItem, describeNoItems, describeTool } from "./toolRows.ts";

type NodeOf<K extends TreeNode["kind"]> = Extract<TreeNode, { readonly kind: K }>;

/**
 * How a kind of row looks. `children` are the rows below it, as far as they are loaded, `about` what else is known
 * of it. (Written as methods, so that
 * one lookup serves all kinds: `kinds[node.kind]` is always the entry for that node.)
 */
interface Kind<N extends TreeNode> {
  describe(node: N, children?: readonly TreeNode[], about?: About): Row;
}

/** A kind of row that others stand below: where those come from. */
interface ParentKind<N extends TreeNode> extends Kind<N> {
  source(deps: SourceDependencies, node: N): BranchSource;
}

type Kinds = {
  readonly [K in TreeNode["kind"]]: K extends ParentNode["kind"] ? ParentKind<NodeOf<K>> : Kind<NodeOf<K>>;
};

/** Every kind of row: the one place that says how it looks and what stands below it. A new kind is an entry here. */
const kinds: Kinds = {
  pinned: { describe: describePinned, source: pinnedSource },
  company: { describe: describeCompany, source: projectsSource },
  found: { describe: describeFound, source: foundSource },
  project: { describe: describeProject, source: toolsSource },
  tool: { describe: describeTool, source: itemsSource },
  item: { describe: describeItem },
  more: { describe: describeMore },
  noCompanies: { describe: describeNoCompanies },
  noProjects: { describe: describeNoProjects },
  noItems: { describe: describeNoItems },
  noAccess: { describe: describeNoAccess },
  notConnected: { describe: describeNotConnected },
  failed: { describe: describeFailed },
};

/** How `node` looks, in words and icons. */
export function describeRow(node: TreeNode, children?: readonly TreeNode[], about?: About): Row {
  const kind: Kind<TreeNode> = kinds[node.kind];
  return kind.describe(node, children, about);
}

/** Where the rows below `parent` come from. */
export function sourceOf(deps: SourceDependencies, parent: ParentNode): BranchSource {
  const kind: ParentKind<ParentNode> = kinds[parent.kind];
  return kind.source(deps, parent);
}
