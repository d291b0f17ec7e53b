import type { SandboxProject } from "./projects.ts";
import { between, createRandom, mix, pick, type Choices } from "./random.ts";

/** The project tools that the sandbox answers for. */
const toolNames = [
  "rfis",
  "submittals",
  "drawings",
  "changeEvents",
  "punchItems",
  "observations",
  "dailyLogs",
  "users",
  "documents",
] as const;

export type ToolName = (typeof toolNames)[number];

/** What a tool of a project answers: its items, or one of the two ways in which Procore says that there is nothing. */
export type ToolState = { readonly kind: "on"; readonly items: number } | { readonly kind: "forbidden" | "missing" };

/** One item as all tools know it; `rest/toolFields.ts` makes the fields of each tool from it. */
export interface SandboxItem {
  readonly id: string;
  /** From 1, in the order of creation. */
  readonly number: number;
  readonly subject: string;
  readonly isClosed: boolean;
  /** Epoch ms. */
  readonly createdAt: number;
  /** More draws from the item's own stream. */
  readonly random: () => number;
}

/** The first project shows every case: a long list, an empty one, one that is closed to the user and one that is off. */
const firstProject: Readonly<Partial<Record<ToolName, ToolState>>> = {
  rfis: { kind: "on", items: 642 },
  submittals: { kind: "on", items: 24 },
  drawings: { kind: "on", items: 48 },
  changeEvents: { kind: "forbidden" },
  punchItems: { kind: "on", items: 37 },
  observations: { kind: "on", items: 0 },
  dailyLogs: { kind: "missing" },
  documents: { kind: "on", items: 130 },
};

/** How a tool stands in a project: most are on, with a few dozen items. */
export function toolState(seed: number, companyIndex: number, project: SandboxProject, tool: ToolName): ToolState {
  const fixed = companyIndex === 0 && project.index === 0 ? firstProject[tool] : undefined;
  if (fixed !== undefined) return fixed;
  const random = createRandom(mix(seed, 31, companyIndex, project.index, toolNames.indexOf(tool)));
  const luck = random();
  // Somebody works in every project, and everybody may see who.
  if (tool === "users") return { kind: "on", items: between(random, 3, 60) };
  if (luck < 0.08) return { kind: "forbidden" };
  if (luck < 0.14) return { kind: "missing" };
  return { kind: "on", items: luck < 0.24 ? 0 : between(random, 1, 60) };
}

const actions: Choices<string> = ["Clarify", "Confirm", "Coordinate", "Revise", "Verify", "Approve", "Relocate"];
const parts: Choices<string> = [
  "anchor bolts at grid line C",
  "door hardware, level 2",
  "duct routing above corridor 114",
  "façade joints – north elevation",
  "fire stopping at riser 3",
  "handrail at stair B",
  "roof drain at the parapet",
  "slab opening for conduit",
  "storefront glazing",
  "waterproofing below grade",
];

const idFloor = 20_000_000;
const dayMs = 86_400_000;

/** The item made `index`-th in a tool of a project; the same seed gives the same item. */
export function createItem(seed: number, project: SandboxProject, tool: ToolName, index: number): SandboxItem {
  const stream = toolNames.indexOf(tool);
  const random = createRandom(mix(seed, 32, Number(project.id) % 2 ** 31, stream, index));
  return {
    id: String(idFloor + (Number(project.id) % 1_000_000) * 9_000 + stream * 1_000 + index),
    number: index + 1,
    subject: `${pick(random, actions)} ${pick(random, parts)}`,
    isClosed: random() < 0.6,
    createdAt: project.createdAt + index * dayMs,
    random,
  };
}

/** The place in its list that an id would have; undefined when it is not one of that tool's. */
export function itemIndexOf(project: SandboxProject, tool: ToolName, id: string): number | undefined {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const first = idFloor + (Number(project.id) % 1_000_000) * 9_000 + toolNames.indexOf(tool) * 1_000;
  const index = Number(id) - first;
  return index >= 0 && index < 1_000 ? index : undefined;
}
