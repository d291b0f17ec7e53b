import { registerHooks } from "node:module";
import type * as Parser from "@actions/workflow-parser";

/** What GitHub says of a workflow file, by the schema and the expressions of its own parser. */
export async function workflowErrors(name: string, content: string): Promise<readonly string[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await loadParser();
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

/** The parser imports its schema as bundlers allow it; Node wants to be told that it is JSON. */
async function loadParser(): Promise<typeof Parser> {
  const hooks = registerHooks({
    load: (url, context, nextLoad) =>
      nextLoad(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
  });
  try {
    return await import("@actions/workflow-parser");
  } finally {
    hooks.deregister();
  }
}
