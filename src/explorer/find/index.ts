import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../../core/clock.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import type { Project } from "../../core/procore/projects.ts";
import type { SessionSource } from "../../core/session.ts";
import { DisposableStore, type Disposable } from "../../platform/disposables.ts";
import type { Report } from "../../platform/report.ts";
import type { ExplorerModel } from "../model.ts";
import type { ProjectNode, TreeNode } from "../nodes.ts";
import type { OpenAddress } from "../openAddress.ts";
import type { Pins } from "../pins.ts";
import type { Recents } from "../recents.ts";
import { nameOf } from "../row.ts";
import { FindModel } from "./findModel.ts";
import { findProject } from "./findProject.ts";
import { recentOf } from "./findWords.ts";
import { goToAddress } from "./goToAddress.ts";

export interface FinderDependencies {
  readonly session: SessionSource;
  readonly procore: ProcoreClient;
  readonly clock: Clock;
  readonly report: Report;
  readonly model: ExplorerModel;
  readonly view: Pick<vscode.TreeView<TreeNode>, "reveal">;
  readonly recents: Recents;
  readonly pins: Pins;
  readonly openAddress: OpenAddress;
  readonly activate: (connectionId: string) => Promise<void>;
}

/** Brings a row into sight that nobody scrolled to. */
export interface Finder extends Disposable {
  /** Find Project. */
  project(): Promise<void>;
  /** Go to Procore Address; asks for one unless `given` is a text. */
  address(given: unknown): Promise<void>;
}

export function createFinder(deps: FinderDependencies): Finder {
  const { session, report, model, view, recents } = deps;
  const store = new DisposableStore();
  const companies = async () =>
    (await model.children()).flatMap((node) => (node.kind === "company" ? [node.company] : []));
  const find = store.add(
    new FindModel({ ...deps, companies, background: (work, what) => report.background(work, what) }),
  );
  const reveal = async (node: TreeNode): Promise<void> => {
    await view.reveal(node, { select: true, focus: true });
  };
  const showProject = async (project: Project): Promise<ProjectNode | undefined> => {
    const row = await model.place(project);
    if (row === undefined) return undefined;
    const { active } = session.current;
    if (active !== undefined) recents.add(active.id, recentOf(project));
    await reveal(row);
    return row;
  };
  const address = async (given: unknown): Promise<void> =>
    await goToAddress({ ...deps, find, reveal, showProject }, given);
  return {
    project: () =>
      findProject({
        ...deps,
        model: find,
        async showProject(project) {
          if ((await showProject(project)) !== undefined) return;
          const words = l10n.t(
            "The view does not list the company of {0}. Refresh it, then try again.",
            nameOf(project),
          );
          report.background(Promise.resolve(vscode.window.showInformationMessage(words)), "show a message");
        },
        goToAddress: address,
      }),
    address,
    dispose: () => store.dispose(),
  };
}
