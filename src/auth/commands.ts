import * as vscode from "vscode";
import type { Connection } from "../core/session.ts";
import { registerCommand, type CommandId } from "../platform/commands.ts";
import type { DisposableStore } from "../platform/disposables.ts";
import { connectionMeant } from "./connectionMeant.ts";
import type { SessionPanel } from "./panel/index.ts";
import type { Parts } from "./parts.ts";
import type { Requests } from "./requests/index.ts";
import { showSessionMenu } from "./sessionMenu.ts";
import { removeConnection, signOut } from "./signOut.ts";
import { switchConnection } from "./switchConnection.ts";

/** Registers the commands of connections and sessions, and of what is done with them. */
export function registerCommands(store: DisposableStore, parts: Parts): void {
  const { connections, report, dialogue, panel } = parts;
  store.add(registerCommand("procore.signIn", report, (argument) => startSignIn(parts, argument)));
  store.add(
    registerCommand("procore.enterAuthorizationCode", report, async () => (await dialogue()).signIn.enterCode()),
  );
  store.add(registerCommand("procore.cancelSignIn", report, () => cancelSignIn(parts)));
  store.add(registerCommand("procore.switchConnection", report, () => switchConnection(parts)));
  store.add(registerCommand("procore.removeConnection", report, () => removeConnection(parts)));
  const meant = (argument: unknown): Connection | undefined => connectionMeant(argument, connections.current);
  /** Commands that may be about another connection than the active one; so are the buttons when they fail. */
  const onConnection = (id: CommandId, run: (argument: unknown) => Promise<void>): void => {
    const attempt = async (argument: unknown): Promise<void> => {
      const connectionId = meant(argument)?.id;
      try {
        await run(argument);
      } catch (error) {
        report.failure(error, { retry: () => attempt(argument), connectionId });
      }
    };
    store.add(registerCommand(id, report, attempt));
  };
  onConnection("procore.signOut", (argument) => signOut(parts, meant(argument)));
  onConnection("procore.editCredentials", (argument) => editAppCredentials(parts, meant(argument)));
  onConnection("procore.takeOverSession", async (argument) => {
    const { takeOverSession } = await import("./upkeep/index.ts");
    await takeOverSession(parts, meant(argument));
  });
  const onPanel = (id: CommandId, run: (panel: SessionPanel, argument: unknown) => Promise<void>): void =>
    onConnection(id, async (argument) => run(await panel(), argument));
  onPanel("procore.refreshSession", (it, argument) => it.refresh(argument));
  onPanel("procore.showSession", (it, argument) => it.documents.show(argument));
  onPanel("procore.copyAccessToken", (it, argument) => it.copyAccessToken(argument));
  onPanel("procore.openTerminal", (it, argument) => it.openTerminal(argument));
  const onRequests = (id: CommandId, run: (requests: Requests, argument: unknown) => Promise<void>): void =>
    onConnection(id, async (argument) => run(await parts.requests(), argument));
  onRequests("procore.showWhatWasSent", (it, argument) => it.show(argument));
  onRequests("procore.copyStepAsCurl", (it, argument) => it.copyAsCurl(argument));
  onRequests("procore.exportPostmanCollection", (it, argument) => it.exportPostman(argument));
  onRequests("procore.copyEnvironment", (it, argument) => it.copyEnvironment(argument));
  store.add(registerCommand("procore.diagnose", report, async (argument) => (await parts.diagnosis()).run(argument)));
  store.add(
    registerCommand("procore.copyReport", report, async (argument) => (await parts.diagnosis()).copy(argument)),
  );
  store.add(
    registerCommand("procore.showSessionMenu", report, () => showSessionMenu(connections.current, parts.clock.now())),
  );
}

async function startSignIn({ connections, dialogue }: Parts, argument: unknown): Promise<void> {
  const { signIn } = await dialogue();
  const options: object = typeof argument === "object" && argument !== null ? argument : {};
  const choose = "choose" in options ? options.choose : undefined;
  const named = "connection" in options ? connectionMeant(options, connections.current) : undefined;
  if (named !== undefined) await signIn.again(named);
  else if (choose === "environment") await signIn.choose();
  else if (choose === "service-account") await signIn.chooseServiceAccount();
  else if (choose === "local-sandbox") await signIn.toLocalSandbox();
  else if (choose === "again") await signIn.restart();
  else await signIn.start();
}

async function cancelSignIn({ dialogue }: Parts): Promise<void> {
  // The code box may still be open beside the view's link.
  await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
  (await dialogue()).signIn.cancel();
}

async function editAppCredentials(parts: Parts, connection: Connection | undefined): Promise<void> {
  const { signIn, editCredentials } = await parts.dialogue();
  await editCredentials({ ...parts, signIn }, connection);
}
