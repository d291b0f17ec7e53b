import { readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { repositoryFolder } from "./paths.ts";
import { isTrue, type ContextValues } from "./whenClause.ts";

const entrySchema = v.object({ command: v.string(), when: v.optional(v.string()), group: v.optional(v.string()) });
const keySchema = v.object({ command: v.string(), key: v.string(), mac: v.optional(v.string()), when: v.string() });
const manifestSchema = v.object({
  contributes: v.object({
    commands: v.array(v.object({ command: v.string(), title: v.string() })),
    menus: v.record(v.string(), v.array(entrySchema)),
    keybindings: v.array(keySchema),
    viewsWelcome: v.array(v.object({ contents: v.string(), when: v.optional(v.string()) })),
  }),
});

/** A menu's entry as package.json has it. */
export type MenuEntry = v.InferOutput<typeof entrySchema>;

/** What package.json contributes, as far as it is said when. */
export function contributes(): v.InferOutput<typeof manifestSchema>["contributes"] {
  const text = readFileSync(path.join(repositoryFolder, "package.json"), "utf8");
  return v.parse(v.pipe(v.string(), v.parseJson(), manifestSchema), text).contributes;
}

/** Where the click is that opens the menu. */
export type Selection = "one row" | "several rows";

/** The entries that a row's context menu and its buttons show, by the row's `contextValue`. */
export function rowEntries(contextValue: string, selection: Selection = "one row"): readonly MenuEntry[] {
  const values: ContextValues = {
    view: "procore.explorer",
    viewItem: contextValue,
    listMultiSelection: selection === "several rows",
    "procore.state": "signedIn",
    "procore.hasConnection": true,
  };
  const entries = contributes().menus["view/item/context"] ?? [];
  return entries.filter(({ when }) => when === undefined || isTrue(when, values));
}

/** The `contextValue` of every kind of row; inactive companies and projects have the menus of active ones. */
export const rowsWithMenus: readonly string[] = [
  "company",
  "failed",
  "failed also",
  "failed statusPage",
  "failedPage",
  "failedPage also",
  "failedPage statusPage",
  "found",
  "item",
  "item web",
  "more",
  "noAccess",
  "noCompanies",
  "noItems",
  "noProjects",
  "notConnected",
  "pinned",
  "project",
  "project pinned",
  "tool",
  "tool web",
];
