import { assertNever } from "../core/assertNever.ts";
import { companyUrl, projectUrl, toolUrl } from "../core/procore/webLinks.ts";
import { branchOf, type ItemNode, type ParentNode, type TreeNode } from "./nodes.ts";

/**
 * Where a row opens in Procore's web application, given the origin that its company opens at; rows in place of data
 * open what they stand below. Undefined where no address is known.
 */
export function addressOf(node: TreeNode): ((webOrigin: string) => string) | undefined {
  const target: ParentNode | ItemNode | undefined = node.kind === "item" ? node : branchOf(node);
  if (target === undefined) return undefined;
  switch (target.kind) {
    case "pinned":
      return undefined;
    case "company":
      return (origin) => companyUrl(origin, target.company.id);
    case "found":
      return (origin) => companyUrl(origin, target.company.id);
    case "project":
      return (origin) => projectUrl(origin, target.parent.company.id, target.project.id);
    case "tool":
      return toolAddress(target, []);
    case "item":
      return toolAddress(target.parent, [target.item.id]);
    default:
      return assertNever(target);
  }
}

function toolAddress(
  { tool, parent }: ItemNode["parent"],
  below: readonly string[],
): ((webOrigin: string) => string) | undefined {
  const { webSegment } = tool;
  if (webSegment === undefined) return undefined;
  const place = { companyId: parent.parent.company.id, projectId: parent.project.id };
  return (origin) => toolUrl(origin, place, [webSegment, ...below]);
}
