import * as v from "valibot";
import { companyId, projectId } from "./ids.ts";
import { tools, type ProjectPlace, type Tool } from "./tools.ts";

/** A tool of a project, with the names that people know the project and its company by. */
export interface ToolPlace extends ProjectPlace {
  readonly tool: Tool;
  readonly companyName: string;
  readonly projectName: string;
}

/** The same as an argument of a command: plain data, the tool by its id. */
export type ToolArgument = Readonly<Record<"tool" | "companyId" | "companyName" | "projectId" | "projectName", string>>;

export const toToolArgument = ({ tool, ...place }: ToolPlace): ToolArgument => ({ ...place, tool: tool.id });

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/u));
const argumentSchema = v.object({
  tool: v.string(),
  companyId: id,
  companyName: v.string(),
  projectId: id,
  projectName: v.string(),
});

/** The tool that an argument of a command names; undefined for anything else: arguments come from anywhere. */
export function parseToolArgument(argument: unknown): ToolPlace | undefined {
  const parsed = v.safeParse(argumentSchema, argument);
  if (!parsed.success) return undefined;
  const { tool: toolId, companyName, projectName, ...ids } = parsed.output;
  const tool = tools.find((known) => known.id === toolId);
  if (tool === undefined) return undefined;
  return {
    tool,
    companyId: companyId(ids.companyId),
    companyName,
    projectId: projectId(ids.projectId),
    projectName,
  };
}
