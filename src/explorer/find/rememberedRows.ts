import { createProjectSearch, type Findable } from "../../core/procore/projectSearch.ts";
import type { Project } from "../../core/procore/projects.ts";
import { isSameProject, type Pin } from "../pins.ts";
import type { RecentProject } from "../recents.ts";

/** A project that a person pinned, or picked before. */
export interface RememberedRow {
  readonly kind: "remembered";
  readonly why: "pinned" | "recent";
  readonly place: RecentProject;
  /** Undefined while only its name is known. */
  readonly project: Project | undefined;
  readonly company: { readonly id: string; readonly name: string } | undefined;
}

export interface Remembered {
  readonly pins: readonly Pin[];
  readonly recents: readonly RecentProject[];
  /** What is known of a project beside its name. */
  readonly project: (place: RecentProject) => Project | undefined;
  readonly company: (id: string) => RememberedRow["company"];
}

/** Which of them match `text`, none twice: the better matches first, of equal ones in their order. */
export function rememberedRows(
  text: string,
  { pins, recents, project, company }: Remembered,
): { readonly pinned: readonly RememberedRow[]; readonly recent: readonly RememberedRow[] } {
  const pinned = pins.map((place): RememberedRow => {
    const own = { id: place.companyId, name: place.companyName };
    return { kind: "remembered", why: "pinned", place, project: project(place), company: company(own.id) ?? own };
  });
  const others = recents.filter((place) => !pins.some((pin) => isSameProject(pin, place)));
  const recent = others.map((place): RememberedRow => {
    return { kind: "remembered", why: "recent", place, project: project(place), company: company(place.companyId) };
  });
  return { pinned: matching(pinned, text), recent: matching(recent, text) };
}

function matching(rows: readonly RememberedRow[], text: string): readonly RememberedRow[] {
  if (rows.length === 0) return rows;
  return createProjectSearch(rows.map((row) => ({ ...findable(row), row })))
    .find(text, rows.length)
    .items.map(({ row }) => row);
}

const findable = ({ place: { projectId: id, name }, project }: RememberedRow): Findable => ({
  id,
  name: project?.name ?? name,
  number: project?.number,
  city: project?.city,
});
