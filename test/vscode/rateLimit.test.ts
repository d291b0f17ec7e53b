import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { ExtensionWindow } from "../fakes/extensionWindow.ts";
import { signIn, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

describe("Procore's rate limits", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened), {
    rateLimit: { limit: 25, windowSeconds: 60 },
  });
  beforeEach(() => signIn(window, site));

  const tooltip = async (): Promise<string> => {
    const { tooltip } = window.status;
    return tooltip instanceof vscode.MarkdownString ? tooltip.value : String(tooltip);
  };
  const fileNames = async (): Promise<readonly string[]> => await readdir(path.join(window.folder, "limits"));

  it("are waited for: the view says how long, and the rows come by themselves", async () => {
    const fault = { kind: "reply", status: 429, headers: { "Retry-After": "30" } } as const;
    site.sandbox.control.inject({ path: "/rest/v1.0/companies", fault });
    await window.run("procore.refreshExplorer");
    const rows = window.rows();
    const said = async (): Promise<string | undefined> => window.viewMessage;
    const isTold = (text: string | undefined): boolean => /^Waiting \d+ s for Procore's rate limit$/u.test(text ?? "");
    await until("the view says that it waits", said, isTold);
    window.controls.advanceClock(40_000);
    assert.equal((await rows).length, 3);
    await until("the view says nothing more", said, (text) => text === "" || text === undefined);
    assert.deepEqual(window.person.messages, []);
    await until(
      "the network log tells of the wait",
      async () => window.logLines.join("\n"),
      (lines) => /GET \/rest\/v1\.0\/companies → 200 in .*, retry 1, queued \d+ ms/u.test(lines),
    );
  });

  it("are in the tooltip as they change, in a file for the other windows, and gone with the connection", async () => {
    await window.rows();
    await until("the tooltip tells", tooltip, (text) => /Rate&nbsp;limit.*of&nbsp;25/u.test(text));
    const [name, ...others] = await until("the file is there", fileNames, (names) => names.length === 1);
    assert.deepEqual(others, []);
    const [connection] = await window.connections();
    assert.equal(name, `${String(connection?.["id"])}.json`);
    const told: unknown = JSON.parse(await readFile(path.join(window.folder, "limits", name ?? ""), "utf8"));
    assert.match(
      JSON.stringify(told),
      /^\{"v":1,"pausedUntil":\d+,"windows":\[\{"limit":25,"remaining":\d+,[^}]*\}\]\}$/u,
    );
    window.person.answer(/^Remove/u, "Remove");
    await window.run("procore.removeConnection");
    await until("the file is gone", fileNames, (names) => names.length === 0);
  });
});
