import { plain } from "../core/plain.ts";
import type { Project } from "../core/procore/projects.ts";

/** Where a project is, in one line: "12 Main St, Austin, TX 78701, US"; empty when Procore knows nothing. */
export function placeOf(project: Project): string {
  const region = [project.stateCode, project.zip].map((part) => plain(part ?? "")).filter((part) => part !== "");
  return [project.address, project.city, region.join(" "), project.countryCode]
    .map((part) => plain(part ?? ""))
    .filter((part) => part !== "")
    .join(", ");
}
