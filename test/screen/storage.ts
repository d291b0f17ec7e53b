import path from "node:path";
import type { Workbench } from "../harness/screen.ts";

/** What the extension keeps for all windows of a workbench. */
export const storageFolder = ({ dataFolder }: Workbench): string =>
  path.join(dataFolder, "data/User/globalStorage/procore-explorer.procore-explorer");

/** Its records, locks and sealed files of sessions. */
export const sessionsFolder = (workbench: Workbench): string => path.join(storageFolder(workbench), "sessions");
