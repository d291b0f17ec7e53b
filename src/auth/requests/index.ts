import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { sentScheme } from "../sessionScheme.ts";
import { copyEnvironment } from "./copyEnvironment.ts";
import { copyStepAsCurl } from "./copyStepAsCurl.ts";
import type { RequestsDependencies } from "./dependencies.ts";
import { exportPostmanCollection } from "./exportPostman.ts";
import { SentDocuments } from "./sentDocuments.ts";

/**
 * The requests behind a connection: what was sent, and the same for curl, Postman and one's own app. Command arguments
 * may name a connection and a step; anybody may call.
 */
export interface Requests {
  show(argument: unknown): Promise<void>;
  copyAsCurl(argument: unknown): Promise<void>;
  exportPostman(argument: unknown): Promise<void>;
  copyEnvironment(argument: unknown): Promise<void>;
}

/** The entry of `dist/requests.js`. */
export function createRequests(deps: RequestsDependencies): Requests {
  const documents = new SentDocuments(deps);
  return {
    show: (argument) => documents.show(argument),
    async copyAsCurl(argument) {
      const meant = await documents.choose(
        argument ?? stepInEditor(),
        l10n.t("Which step do you want to copy as a command line?"),
      );
      if (meant !== undefined) await copyStepAsCurl(deps.report, meant, "terminal");
    },
    exportPostman: (argument) => exportPostmanCollection(deps, argument),
    copyEnvironment: (argument) => copyEnvironment(deps, argument),
  };
}

/** From the palette it is about the step that the editor shows. */
function stepInEditor(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === sentScheme ? uri : undefined;
}
