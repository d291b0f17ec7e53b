import * as l10n from "@vscode/l10n";
import { plain } from "../core/plain.ts";
import { parseToolArgument, type ToolPlace, toToolArgument } from "../core/procore/toolPlace.ts";
import { type Connection, serviceAccountOf } from "../core/session.ts";
import { lineage, type TreeNode } from "./nodes.ts";

/** The tool that a row is, or stands below; undefined for the rows above tools. */
export function toolPlaceOf(node: TreeNode): ToolPlace | undefined {
  const found = lineage(node).find((above) => above.kind === "tool");
  if (found === undefined) return undefined;
  const { tool, parent } = found;
  const { company } = parent.parent;
  return {
    tool,
    companyId: company.id,
    companyName: company.name,
    projectId: parent.project.id,
    projectName: parent.project.name,
  };
}

/** What Diagnose Connection is told for a row: its connection, and its tool where it has one. */
export function diagnosisOf(node: TreeNode | undefined, { id }: Pick<Connection, "id">): object {
  const place = node === undefined ? undefined : toolPlaceOf(node);
  return { connection: id, ...(place === undefined ? {} : toToolArgument(place)) };
}

/** The tool and the connection that a report names; undefined for any other argument. */
export function toolNamed(
  argument: unknown,
  connections: readonly Connection[],
): { readonly place: ToolPlace; readonly connection: Connection } | undefined {
  const place = parseToolArgument(argument);
  const id = typeof argument === "object" && argument !== null && "connection" in argument ? argument.connection : "";
  const connection = connections.find((known) => known.id === id);
  return place === undefined || connection === undefined ? undefined : { place, connection };
}

/**
 * What a person sends to a project admin when Procore shows them a project but not one of its tools: plain text, nothing
 * secret.
 * @see procore/documentation api_essentials/troubleshooting.md, tutorials/tutorial_user_permissions.md
 */
export function toolMessage(place: ToolPlace, connection: Pick<Connection, "environment" | "user" | "grant">): string {
  const { tool, companyName, companyId, projectName, projectId } = place;
  const name = (text: string): string => plain(text, 200);
  const who = serviceAccountOf(connection) ?? connection.user?.login;
  return [
    l10n.t("Hello,"),
    "",
    l10n.t("Please look at a tool in one of our Procore projects. Procore does not let me see it through its API."),
    "",
    l10n.t("Tool: {0}", tool.title),
    l10n.t("Project: {0} (ID {1})", name(projectName), name(projectId)),
    l10n.t("Company: {0} (ID {1})", name(companyName), name(companyId)),
    l10n.t("Environment: {0}", name(connection.environment.label)),
    ...(who === undefined ? [] : [l10n.t("User: {0}", name(who))]),
    "",
    l10n.t("What to check in the project (it needs the rights of a project admin):"),
    l10n.t("1. Project Admin > Tools: is the tool switched on?"),
    l10n.t("2. The project's Directory: is the user in it?"),
    l10n.t("3. There, the user's permissions: is the level on this tool Read-only or higher?"),
    "",
    l10n.t("Thank you!"),
    "",
  ].join("\n");
}
