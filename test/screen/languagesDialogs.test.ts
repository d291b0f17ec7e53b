import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Workbench } from "../harness/screen.ts";
import type { Notification } from "../harness/screen/messages.ts";
import { until } from "../harness/until.ts";
import { openMarkedWindow, reportWords, sentences, type MarkedWindow, type Unmarked } from "./markedWords.ts";
import { environmentAt, untilStep, type Site } from "./people.ts";
import { storageFolder } from "./storage.ts";

const big = "Ironbridge & Vale Builders";

const shells: readonly Unmarked[] = [
  { why: "names of shells", text: /\b(?:bash|PowerShell|cmd)\b/gu },
  { why: "variables", text: /\$[A-Z_]+|\bPROCORE_[A-Z_]+/gu },
];

/** Production's rules hold where one of its addresses is used; the page that is opened there is empty. */
const asProduction = (url: string): Readonly<Record<string, unknown>> => ({
  "procore.environments": [{ ...environmentAt("Site A", url), webUrl: "https://app.procore.com" }],
});

/** Holds back every answer to a request until it is let go. */
function hold({ sandbox }: Site, request: string | RegExp): { release(): void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const change = async (answer: Response): Promise<Response> => {
    await released;
    return answer;
  };
  const rule = sandbox.control.inject({ path: request, times: 100, fault: { kind: "changed", change } });
  return {
    release() {
      rule.dispose();
      release();
    },
  };
}

describe("in a language that marks every word: dialogs and progress", function () {
  this.timeout(240_000);
  let marked: MarkedWindow;
  let workbench: Workbench;
  before(async () => {
    marked = await openMarkedWindow({
      sandbox: { companies: 2, disconnected: [] },
      settings: ({ sandbox }) => asProduction(sandbox.baseUrl),
    });
    ({ workbench } = marked);
  });
  after(() => marked?.close());

  /** Waits for a dialog that says some of these English words, looks at it, and gives its buttons. */
  async function checkDialog(english: string, own: readonly Unmarked[] = []): Promise<void> {
    const { message, detail, buttons } = await workbench.untilDialog(new RegExp(english, "u"));
    marked.look(english, [message, detail, ...buttons], own);
  }

  async function checkNotification(english: string, own: readonly Unmarked[] = []): Promise<Notification> {
    const shown = await workbench.untilNotification(new RegExp(english, "u"));
    marked.look(english, [shown.message, ...shown.buttons], own);
    return shown;
  }

  /** The progress that is shown while the answer to a request is held back. */
  async function checkProgress(request: string, english: string, act: () => Promise<unknown>): Promise<void> {
    const held = hold(marked.site, request);
    try {
      await act();
      await checkNotification(english);
    } finally {
      held.release();
    }
    const seen = async (): Promise<boolean> =>
      (await workbench.notifications()).some(({ message }) => message.includes(english));
    await until(`no more ${english}`, seen, (isThere) => !isThere);
  }

  it("a sign-in's page with an error", async () => {
    await marked.run("Sign In");
    await untilStep(workbench, 1);
    await workbench.chooseItem("Site A");
    await untilStep(workbench, 2);
    const { clientId, clientSecret } = marked.site.sandbox;
    await workbench.fill(`${clientId} ${clientSecret}`);
    const popup = await workbench.nextPopup(() => workbench.accept());
    await popup.close();
    await untilStep(workbench, 4);
    await workbench.quickInputButton("⟦I see an error page⟧");
    await checkDialog("What does the error page say");
    await workbench.clickDialogButton("Cancel");
    await workbench.escape();
    await marked.signIn();
    await workbench.untilRow(big);
    await workbench.closeNotifications();
  });

  it("Copy Access Token, which production asks for", async () => {
    await marked.run("Copy Access Token");
    await checkDialog("Copy the access token of");
    await workbench.clickDialogButton("⟦Copy Access Token⟧");
    await checkNotification("Copied the access token of");
    await workbench.closeNotifications();
  });

  it("Open Signed-in Terminal, which production asks for", async () => {
    await marked.run("Open Signed-in Terminal");
    await marked.checkInput("the company of a terminal", "Which company should PROCORE_COMPANY_ID be?");
    await workbench.chooseItem(big);
    await checkDialog("Open a terminal with the access token of");
    await workbench.clickDialogButton("Cancel");
  });

  it("Refresh Session Now, while a copy may be in use", async () => {
    await checkProgress("/oauth/token", "Refreshing the session", async () => {
      await marked.run("Refresh Session Now");
      await checkDialog("Refresh the session of");
      await workbench.clickDialogButton("⟦Refresh Session⟧");
    });
  });

  it("Diagnose Connection, while it runs", async () => {
    await checkProgress("/rest/v1.0/companies", "Diagnosing the connection", async () => {
      await marked.run("Diagnose Connection");
      marked.look("a report that is made", sentences(await marked.documentText("Still at work")), reportWords);
    });
  });

  it("Edit App Credentials, with another app's", async () => {
    const { clientId, clientSecret } = marked.site.sandbox.serviceAccount;
    await marked.run("Edit App Credentials");
    await marked.checkInput("the app", "Client ID");
    await workbench.fill(clientId);
    await workbench.accept();
    await marked.checkInput("its secret", "Client secret");
    await workbench.fill(clientSecret);
    await workbench.accept();
    await checkDialog("Another client ID is another app");
    await workbench.clickDialogButton("Cancel");
  });

  it("Copy Sign-In Step as cURL", async () => {
    await workbench.runCommand("View: Close All Editors");
    await marked.run("Copy Sign-In Step as cURL");
    await marked.checkInput("which step", "Which step do you want to copy as a command line?");
    await workbench.chooseItem(/Exchange the Code/u);
    await checkNotification("Set these variables first", shells);
    await workbench.clickNotificationButton("⟦Copy Variables⟧");
    await checkNotification("lines that set the variables", shells);
    await workbench.clickNotificationButton("⟦Copy Command Line⟧");
    await checkNotification("Set these variables first", shells);
    await workbench.clickNotificationButton("⟦Other Shell⟧");
    const box = await workbench.untilQuickInput(/Which shell/u);
    const items = box.items.flatMap(({ label, description, detail }) => [label, description, detail]);
    marked.look("which shell", [box.title, box.placeholder, ...items], shells);
    await workbench.escape();
    await workbench.closeNotifications();
  });

  it("Copy as cURL, of a row", async () => {
    await workbench.rowMenu(big, "⟦Copy as cURL⟧");
    await checkNotification("The token is", shells);
    await workbench.closeNotifications();
  });

  it("Copy Environment for My App", async () => {
    await marked.run("Copy Environment for My App");
    await marked.checkInput("which place", "Which environment or connection should the .env text be for?");
    await workbench.chooseItem(/^⟦?.*Site A/u);
    await marked.checkInput("which company", "Which company should PROCORE_COMPANY_ID be?");
    await workbench.chooseItem(big);
    await checkNotification("Copied as .env text", shells);
    await workbench.closeNotifications();
  });

  it("Export Postman Collection, where its environment file is there already", async () => {
    const toFile = async (): Promise<string> => {
      await marked.run("Export Postman Collection");
      await marked.checkInput("what the files may hold", "What may the files hold?");
      await workbench.chooseItem("⟦Your client ID and a company ID, for yourself⟧");
      await marked.checkInput("which company", "Which company should company_id be?");
      await workbench.chooseItem(big);
      const box = await workbench.untilQuickInput((input) => input.value.endsWith(".postman_collection.json"));
      marked.look("where to", [box.title]);
      await workbench.accept();
      return box.value;
    };
    const file = await toFile();
    await checkNotification("Exported a Postman collection");
    await workbench.closeNotifications();
    await rm(file);
    await toFile();
    await checkDialog("Overwrite", [{ why: "a file", text: /\bProcore Site A\.postman_environment\.json/gu }]);
    await workbench.clickDialogButton("Cancel");
  });

  it("Stop Local Sandbox", async () => {
    await marked.run("Start Local Sandbox");
    await checkNotification("The Local Sandbox runs at");
    await workbench.closeNotifications();
    await marked.run("Stop Local Sandbox");
    await checkDialog("Stop the Local Sandbox");
    await workbench.clickDialogButton("⟦Stop⟧");
  });

  it("Remove Connection", async () => {
    await checkProgress("/oauth/revoke", "Signing out of", async () => {
      await marked.run("Remove Connection");
      await checkDialog("Remove ");
      await workbench.clickDialogButton("⟦Remove⟧");
    });
    await checkNotification("Removed ");
    await workbench.closeNotifications();
  });

  it("an environment whose addresses changed", async () => {
    await marked.signIn();
    await workbench.untilRow(big);
    await marked.run("Sign Out");
    await workbench.untilWelcome(/You are signed out/u);
    await workbench.writeSettings(asProduction("http://127.0.0.3:9"));
    await workbench.reload();
    await marked.run("Sign In");
    await checkDialog("The addresses of");
    await workbench.clickDialogButton("Cancel");
  });

  it("a list of connections that is damaged", async () => {
    await writeFile(path.join(storageFolder(workbench), "connections.json"), "{");
    await workbench.reload();
    await marked.run("Sign In");
    await checkDialog("The list of your connections is damaged");
    await workbench.clickDialogButton("Cancel");
  });

  it("nothing of all this was unmarked", () => assert.deepEqual(marked.bare(), []));
});
