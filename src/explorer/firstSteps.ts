import type { Connection } from "../core/session.ts";
import type { ContextKeys } from "../platform/contextKeys.ts";
import type { TreeNode } from "./nodes.ts";

export interface FirstSteps {
  /** The rows below `node` came: a person opened it, a search led there, or it is open since an earlier time. */
  opened(node: TreeNode, rows: readonly TreeNode[], connection: Connection | undefined): void;
}

type Key = "procore.companyExpanded" | "procore.projectOpened";

/**
 * Tells the walkthrough what was seen: the projects of a company prove that the app is installed there, an opened
 * project that the way to it is known. Each is told once.
 */
export function createFirstSteps(tell: <K extends Key>(key: K, value: ContextKeys[K]) => void): FirstSteps {
  const told = new Set<string>();
  const once = <K extends Key>(key: K, value: ContextKeys[K]): void => {
    const what = `${key} ${String(value)}`;
    if (told.has(what)) return;
    told.add(what);
    tell(key, value);
  };
  return {
    opened(node, rows, connection) {
      if (connection === undefined) return;
      if (node.kind === "project") once("procore.projectOpened", true);
      // A row that says why there are no projects proves nothing; an answer that there are none does.
      if (node.kind === "company" && rows.some(({ kind }) => kind === "project" || kind === "noProjects")) {
        once("procore.companyExpanded", connection.environment.kind === "local" ? "local" : "procore");
      }
    },
  };
}
