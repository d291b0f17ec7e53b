import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { secondMs } from "../../src/core/clock.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { countOf, settingsFor, signIn, startSite, type Site } from "./people.ts";

interface Line {
  readonly command?: string;
  readonly answer?: unknown;
  readonly error?: string;
  readonly changed?: string;
}

/** Long enough to sign in and to be handed out once, short enough to wait for its end. */
const tokenTtlSeconds = 15;

describe("another extension that asks for a session @oldest", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A", { tokenTtlSeconds });
    workbench = await openWorkbench({
      settings: settingsFor(site),
      otherExtensions: [path.resolve(import.meta.dirname, "../fixtures/probe")],
    });
    await signIn(workbench, site);
    await workbench.untilRow("Ironbridge & Vale Builders");
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const lines = async (): Promise<readonly Line[]> => {
    const text = await readFile(path.join(workbench.workspaceFolder, "probe.jsonl"), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line);
  };
  const answers = async (): Promise<readonly Line[]> => (await lines()).filter(({ command }) => command !== undefined);
  const changes = async (): Promise<number> => (await lines()).filter(({ changed }) => changed === "procore").length;

  /** Runs a command of the probe; `meanwhile` answers what VS Code asks. */
  async function ask(title: string, meanwhile: () => Promise<unknown> = async () => undefined): Promise<unknown> {
    const before = (await answers()).length;
    await workbench.runCommand(`Probe: ${title}`);
    await meanwhile();
    const seen = await until("the probe's answer", answers, (all) => all.length > before);
    const last = seen.at(-1);
    return last?.error ?? last?.answer;
  }

  const newest = (): string => site.sandbox.state().tokens.at(-1)?.accessToken ?? "";
  const accountLabel = (): string => `maya.okafor@sandbox.example · Site A · app ${site.sandbox.clientId.slice(0, 8)}…`;
  const accounts = async (): Promise<readonly unknown[]> => {
    const list = await ask("List Accounts");
    assert.ok(Array.isArray(list), JSON.stringify(list));
    return list.map((item: { readonly label: unknown }) => item.label);
  };
  function tokenOf(answer: unknown): unknown {
    assert.ok(typeof answer === "object" && answer !== null && "accessToken" in answer, JSON.stringify(answer));
    return answer.accessToken;
  }

  it("gets none that nobody allowed", async () => {
    assert.equal(await ask("Get Session Silently"), "none");
  });

  it("gets it once the person allowed it: the token that the server knows", async () => {
    const answer = await ask("Get Session", async () => {
      // A dialog without a detail has its message where others have theirs.
      const isConsent = /The extension 'Probe' wants to sign in using Procore\./u;
      await until(
        "VS Code's question",
        () => workbench.dialog(),
        (it) => isConsent.test(`${it?.message} ${it?.detail}`),
      );
      await workbench.clickDialogButton("Allow");
      await workbench.chooseItem(accountLabel());
    });
    assert.equal(tokenOf(answer), newest());
    assert.ok(typeof answer === "object" && answer !== null && "scopes" in answer);
    assert.deepEqual(answer.scopes, []);
  });

  it("sees the account", async () => {
    assert.deepEqual(await accounts(), [accountLabel()]);
  });

  it("gets a renewed one when the token has ended, and hears of the change", async () => {
    const end = site.sandbox.state().tokens.at(-1)?.expiresAt ?? Infinity;
    await until(
      "the token's end",
      async () => Date.now(),
      (now) => now > end,
      2 * tokenTtlSeconds * secondMs,
    );
    const [before, calls, heard] = [newest(), countOf(site, "POST /oauth/token"), await changes()];
    assert.deepEqual(await accounts(), [accountLabel()]);
    assert.equal(countOf(site, "POST /oauth/token"), calls, "VS Code's own question renews nothing");
    const token = tokenOf(await ask("Get Session Silently"));
    assert.notEqual(token, before);
    assert.equal(token, newest());
    assert.equal(countOf(site, "POST /oauth/token"), calls + 1);
    await until("the change is told", changes, (count) => count > heard);
  });

  it("gets no production session, until the user's own settings say otherwise", async () => {
    const file = path.join(
      workbench.dataFolder,
      "data/User/globalStorage/procore-explorer.procore-explorer/connections.json",
    );
    const text = await readFile(file, "utf8");
    const heard = await changes();
    // No test may talk to Procore's own hosts: the kind is written where the sign-in put it.
    await writeFile(file, text.replace('"kind": "custom"', '"kind": "production"'));
    await until("the session is taken back", changes, (count) => count > heard);
    assert.equal(await ask("Get Session Silently"), "none");
    assert.deepEqual(await accounts(), []);
    await workbench.writeSettings({ ...settingsFor(site), "procore.shareProductionSessions": true });
    // This workbench does not look after its settings file.
    await workbench.reload();
    assert.equal(tokenOf(await ask("Get Session Silently")), newest());
  });

  it("gets none after a sign-out", async () => {
    await workbench.runCommand("Procore: Sign Out");
    await workbench.untilWelcome(/You are signed out/u);
    assert.equal(await ask("Get Session Silently"), "none");
    assert.deepEqual(await accounts(), []);
  });
});
