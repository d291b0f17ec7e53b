import assert from "node:assert/strict";
import { get } from "node:http";
import * as vscode from "vscode";
import { allowInBrowser } from "../fakes/browserPerson.ts";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { until } from "../harness/until.ts";

const { remoteName, uiKind } = vscode.env;
const isWeb = uiKind === vscode.UIKind.Web;

/** How a server answers to a request that names it so. */
const answerTo = (host: string, origin: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(`${origin}/rest/v1.0/me`, { headers: { host } }, (reply) => resolve(reply.resume().statusCode)).on(
      "error",
      reject,
    );
  });

describe("where the extension runs", () => {
  const extension = vscode.extensions.getExtension("procore-explorer.procore-explorer");

  it("is declared: the person's own machine first, else where the folder is; never in the browser itself", () => {
    const manifest: unknown = extension?.packageJSON;
    assert.ok(typeof manifest === "object" && manifest !== null);
    assert.deepEqual("extensionKind" in manifest && manifest.extensionKind, ["ui", "workspace"]);
    assert.ok(!("browser" in manifest));
  });

  it("is the machine of the window, but for a window in a browser, which has none", () => {
    const { UI, Workspace } = vscode.ExtensionKind;
    assert.equal(extension?.extensionKind, isWeb ? Workspace : UI);
    assert.equal(remoteName !== undefined, isWeb, "the tests open no other remote window");
  });
});

// A desktop's window is connected to no other machine here.
if (remoteName !== undefined) {
  describe("on the server of a window in a browser", () => {
    let window: ExtensionWindow;
    beforeEach(async () => {
      window = await openWindow();
    });
    afterEach(closeWindow);

    it("the Local Sandbox is signed in to, by the name that the editor gives it in the browser, and by no other", async () => {
      const { person, run } = window;
      const done = run("procore.signIn", { choose: "local-sandbox" });
      const box = await person.box("Authorization code");
      const [address] = person.opened;
      await box.enter(await allowInBrowser(address));
      await done;
      assert.equal((await window.rows()).length, 3);
      const { origin } = new URL(String(address));
      const outside = await vscode.env.asExternalUri(vscode.Uri.parse(origin));
      // Asked without a token.
      assert.equal(await answerTo(outside.authority, origin), 401);
      assert.notEqual(await answerTo("sandbox.example", origin), 401);
      person.answer(/^Stop the Local Sandbox/u, "Stop");
      await run("procore.stopLocalSandbox");
    });

    it("Diagnose Connection says that requests leave from there", async () => {
      const done = window.run("procore.diagnose", { subject: "machine" });
      await done;
      const text = (): string =>
        vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "procore-report")?.getText() ?? "";
      const report = await until(
        "the report",
        async () => text(),
        (shown) => shown.includes("Remote"),
      );
      const line = /^- Remote: (.*)$/mu.exec(report)?.[1] ?? "";
      assert.match(
        line,
        /^the window is connected to another machine \(.+\); this extension runs there, and its requests leave from there$/u,
      );
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });
  });
}
