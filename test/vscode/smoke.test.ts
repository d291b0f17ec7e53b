import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the extension in a real VS Code", () => {
  it("is activated", async () => {
    const extension = vscode.extensions.getExtension("procore-explorer.procore-explorer");
    assert.ok(extension, "VS Code does not know the extension");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("registers every command that its manifest contributes", async () => {
    const manifest: unknown = vscode.extensions.getExtension("procore-explorer.procore-explorer")?.packageJSON;
    const contributed = [...JSON.stringify(manifest).matchAll(/"command":"(procore\.[^"]+)"/gu)].map((it) => it[1]);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.notEqual(contributed.length, 0);
    assert.deepEqual(
      contributed.filter((command) => command === undefined || !registered.has(command)),
      [],
    );
  });
});
