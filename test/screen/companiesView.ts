import type { SandboxOptions } from "../../src/sandbox/index.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import type { TreeRow } from "../harness/screen/tree.ts";
import { actUntil, until } from "../harness/until.ts";
import { settingsFor, signIn, startSite, type Site } from "./people.ts";

/** The first companies of every site. */
export const company = "Ironbridge & Vale Builders";
export const otherCompany = "Constructions Beauséjour ltée";

/** The request for a page of a company's projects. */
export const projectsRequest = "GET /rest/v1.1/projects";

/** A window that is signed in to a site of its own and shows its companies, with what people read in the view. */
export interface CompaniesView {
  readonly site: Site;
  readonly workbench: Workbench;
  /** Waits until this, and nothing else, stands above the rows; "" for nothing. */
  untilMessage(text: string | RegExp): Promise<void>;
  /** Waits until the companies' projects in sight, more than five of them, are good; gives them. */
  untilProjects(what: string, good: (rows: readonly TreeRow[]) => boolean): Promise<readonly TreeRow[]>;
  /** Waits until this row, and no other, is selected. */
  untilSelected(label: string): Promise<void>;
  /** Filter Projects: chooses one entry after the other. */
  filter(...labels: readonly string[]): Promise<void>;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** Opens the window. @param height of the window: how many rows are in sight */
export async function openCompaniesView({
  height = 1_200,
  ...options
}: Omit<SandboxOptions, "clock"> & { readonly height?: number } = {}): Promise<CompaniesView> {
  const site = await startSite("Site A", { companies: 2, disconnected: [], ...options });
  const opened: { dispose?: () => Promise<void> } = {};
  const close = async (): Promise<void> => {
    await opened.dispose?.();
    await site.sandbox.close();
  };
  try {
    const workbench = await openWorkbench({ settings: settingsFor(site), size: { width: 1280, height } });
    opened.dispose = () => workbench.dispose();
    await signIn(workbench, site);
    await workbench.untilRow(otherCompany);
    return { site, workbench, close, ...readersOf(workbench) };
  } catch (error) {
    await close();
    throw error;
  }
}

function readersOf(workbench: Workbench): Omit<CompaniesView, "site" | "workbench" | "close"> {
  const sideBar = workbench.page.locator(".part.sidebar");
  const message = async (): Promise<string> =>
    (await sideBar.locator(".message:visible").allInnerTexts()).join(" ").trim();
  const selected = async (): Promise<readonly string[]> =>
    (await sideBar.locator(".customview-tree:visible .monaco-list-row.selected .label-name").allInnerTexts()).map(
      (label) => label.replaceAll("\u00a0", " "),
    );
  const projects = async (): Promise<readonly TreeRow[]> => {
    const rows = await workbench.treeRows();
    const above = (row: TreeRow): TreeRow | undefined =>
      rows.findLast(({ level, index }) => level === 1 && index < row.index);
    return rows.filter((row) => row.level === 2 && row.icon === "project" && above(row)?.label !== "Pinned");
  };
  return {
    async untilMessage(text) {
      await until(String(text), message, (said) => (typeof text === "string" ? said === text : text.test(said)));
    },
    untilProjects: (what, good) => until(what, projects, (rows) => rows.length > 5 && good(rows)),
    async untilSelected(label) {
      await until(`${label} is selected`, selected, (labels) => labels.join() === label);
    },
    async filter(...labels) {
      await workbench.runCommand("Procore: Filter Projects");
      for (const label of labels) await workbench.chooseItem(label);
    },
  };
}

/** Opens the help of the Companies view with its key. `focusCommand` is the title of the command that focuses the view. */
export async function openHelp(workbench: Workbench, focusCommand: string): Promise<void> {
  const press = async (): Promise<void> => {
    await workbench.runCommand(focusCommand);
    await workbench.page.keyboard.press("Alt+F1");
  };
  const tab = workbench.page.locator(".tab", { hasText: "Accessibility Help" });
  await actUntil("the help", press, async () => (await tab.count()) === 1);
}
