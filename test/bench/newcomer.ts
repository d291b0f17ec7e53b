import { walkAsNewcomer } from "../harness/newcomer.ts";
import { openWorkbench } from "../harness/screen.ts";
import type { Measurement } from "./table.ts";

/**
 * From an empty user-data folder to a list of projects, by following the screen: how many things a person has to do, and
 * how long the machine takes for its part. Nobody reads or thinks here: a newcomer has five minutes for both.
 */
export async function measureNewcomer(version: "newest" | "oldest"): Promise<readonly Measurement[]> {
  const workbench = await openWorkbench({ version });
  try {
    const { steps, seconds } = await walkAsNewcomer(workbench);
    return [
      { what: "a newcomer's steps to the projects", value: steps.length, unit: "steps", note: steps.join(", ") },
      {
        what: "their seconds, without reading",
        value: seconds,
        bar: 300,
        unit: "s",
        note: "Local Sandbox, in a real VS Code",
      },
    ];
  } finally {
    await workbench.dispose();
  }
}
