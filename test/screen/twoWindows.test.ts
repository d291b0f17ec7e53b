import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HomeKind } from "../../src/auth/sessionHome.ts";
import { secondMs } from "../../src/core/clock.ts";
import { bundleHostFile } from "../harness/bundleSuite.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import {
  allow,
  connectionOf,
  countOf,
  enterCode,
  settingsFor,
  signIn,
  startSite,
  toEnvironments,
  toSecretBox,
  untilCount,
  untilStep,
  type Site,
} from "./people.ts";
import { writeProbe } from "./probe.ts";

const company = "Ironbridge & Vale Builders";
const shortLifeSeconds = 2;
const tokenCall = "POST /oauth/token";
const replaced = "Secret store replaced";

/** The next answer to a token call waits until the returned function is called. */
function holdTokenCall({ sandbox }: Site): () => void {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const change = async (answer: Response): Promise<Response> => {
    await released;
    return answer;
  };
  sandbox.control.inject({ path: "/oauth/token", fault: { kind: "changed", change } });
  return release;
}

/** The next token call brings a token that its window believes to be good for two seconds only. */
function shortenNextToken({ sandbox }: Site): void {
  const change = async (answer: Response): Promise<Response> => {
    const body: unknown = await answer.json();
    return Response.json({ ...(body as object), expires_in: shortLifeSeconds });
  };
  sandbox.control.inject({ path: "/oauth/token", fault: { kind: "changed", change } });
}

/** A row waits for what is below it. */
async function untilLoading({ page }: Workbench): Promise<void> {
  const spinners = page.locator(".customview-tree .codicon-tree-item-loading");
  await until(
    "a row that loads",
    () => spinners.count(),
    (count) => count > 0,
  );
}

/** What Switch Connection lists, as "label: description". */
async function connectionsIn(window: Workbench): Promise<readonly string[]> {
  await window.runCommand("Procore: Switch Connection");
  const { items } = await window.untilQuickInput(/^Which connection/u);
  await window.escape();
  await window.untilNoQuickInput();
  return items.map(({ label, description }) => `${label}: ${description}`);
}

for (const home of ["sealedFile", "secretStorage"] satisfies readonly HomeKind[]) {
  describe(`two windows of one person, sessions in the ${home} home`, function () {
    this.timeout(120_000);
    let north: Site;
    let south: Site;
    let a: Workbench;
    let b: Workbench;
    let scratch: string;
    let testFile: string | undefined;

    before(async () => {
      scratch = await mkdtemp(path.join(tmpdir(), "pe-two-"));
      [north, south] = await Promise.all([startSite("North"), startSite("South")]);
      const settings = settingsFor(north, south);
      if (home === "sealedFile") {
        a = await openWorkbench({ settings, otherExtensions: [await writeProbe(scratch)] });
      } else {
        testFile = await bundleHostFile("test/fakes/desktopSecrets.ts");
        const env = { PROCORE_TEST_SESSION_HOME: home, PROCORE_TEST_SECRETS: path.join(scratch, "secrets") };
        a = await openWorkbench({ settings, env, testFile });
      }
      b = await a.openWindow("same");
      await b.runCommand("View: Show Procore");
    });

    after(async () => {
      await a?.dispose();
      await Promise.all([north, south].map((site) => site?.sandbox.close()));
      for (const folder of [scratch, testFile === undefined ? undefined : path.dirname(testFile)]) {
        if (folder !== undefined) await removeFolder(folder);
      }
    });

    /** Signs in by keys and code. VS Code opens no browser from a window under test: there the code comes by itself. */
    async function signInTo(window: Workbench, site: Site): Promise<void> {
      await window.toFront();
      if (home === "sealedFile") return await signIn(window, site);
      await toSecretBox(window, site);
      await window.fill(site.sandbox.clientSecret);
      await window.accept();
      await untilStep(window, 4);
      await enterCode(window, site, site.sandbox.control.issueCode());
    }

    async function switchTo(window: Workbench, site: Site): Promise<void> {
      await window.toFront();
      await window.runCommand("Procore: Switch Connection");
      await window.chooseItem(connectionOf(site));
      await window.untilStatus(new RegExp(`^${site.label} `, "u"));
    }

    it("follows a sign-in of the other window @oldest", async () => {
      await signInTo(a, north);
      await a.untilRow(company);
      await a.untilStatus(/^North 1h 2\dm$/u);
      await b.toFront();
      await b.untilStatus(/^North 1h 2\dm$/u);
      // In a browser a window that was open before knows no secret that another one stored.
      if (home === "sealedFile") {
        await b.untilRow(replaced);
        await b.reloadBy(() => b.clickRow(replaced));
      }
      await b.untilRow(company);
      await b.untilStatus(/^North 1h 2\dm$/u);
      assert.equal(countOf(north, tokenCall), 2, "the check of the keys and the exchange");
    });

    it("renews once when both, past the end, need it at the same time @oldest", async () => {
      await a.toFront();
      const calls = countOf(north, tokenCall);
      shortenNextToken(north);
      await a.runCommand("Procore: Refresh Session Now");
      await untilCount(north, tokenCall, calls + 1);
      // The status bar itself tells it within a minute only.
      const end = Date.now() + shortLifeSeconds * secondMs;
      await until(
        "the token's end",
        async () => Date.now(),
        (now) => now > end,
      );
      const release = holdTokenCall(north);
      try {
        for (const window of [a, b]) {
          await window.toFront();
          await window.clickRow(company);
          await untilLoading(window);
        }
        await untilCount(north, tokenCall, calls + 2);
      } finally {
        release();
      }
      for (const window of [a, b]) {
        await window.toFront();
        await window.untilRow(({ level, icon }) => level === 2 && icon === "project");
        await window.untilStatus(/^North 1h 2\dm$/u);
      }
      assert.equal(countOf(north, tokenCall), calls + 2);
    });

    it("stays with its connection when the other window switches @oldest", async () => {
      await b.toFront();
      const rows = await b.treeRows();
      await signInTo(a, south);
      await a.untilStatus(/^South 1h 2\dm$/u);
      await switchTo(a, north);
      await switchTo(a, south);
      shortenNextToken(south);
      await a.runCommand("Procore: Refresh Session Now");
      // When the other window knows of the short token, it has heard of all that was before.
      await b.toFront();
      const listed = await until(
        "the short token in the list",
        () => connectionsIn(b),
        (items) => items.some((item) => /^South · .*: (?:<1m left|renews on next use)/u.test(item)),
      );
      assert.deepEqual(
        listed.filter((item) => item.endsWith(", active")).map((item) => item.split(" · ")[0]),
        ["North"],
      );
      assert.match((await b.statusText()) ?? "", /^North 1h 2\dm$/u);
      assert.deepEqual(await b.treeRows(), rows);
      await switchTo(a, north);
      await a.untilRow(company);
    });

    if (home === "sealedFile") {
      it("says what happened, and goes round in no circle, when another extension's write replaced the secrets @oldest", async () => {
        await switchTo(a, south);
        await b.toFront();
        await b.runCommand("Probe: Store a Secret");
        await b.page.locator(".part.statusbar", { hasText: "Probe: stored" }).waitFor();
        await a.toFront();
        let loads = 0;
        a.page.on("load", () => (loads += 1));
        await a.reload();
        // A reload is asked for once; when it did not help, only signing in does.
        for (const [expectedLoads, row] of [
          [1, replaced],
          [2, "Session cannot be opened"],
        ] as const) {
          await a.untilRow(row);
          assert.equal((await a.treeRows()).length, 1);
          assert.deepEqual(await a.notifications(), []);
          assert.equal(loads, expectedLoads);
          if (row === replaced) await a.reloadBy(() => a.clickRow(replaced));
        }
        assert.equal(countOf(south, "POST /oauth/revoke"), 0);
        // What it still has, works; what it lost comes back with a sign-in.
        await switchTo(a, north);
        await a.untilRow(company);
        await toEnvironments(a);
        await a.chooseItem(connectionOf(south));
        await untilStep(a, 3);
        await a.fill(south.sandbox.clientSecret);
        const popup = await a.nextPopup(() => a.accept());
        await untilStep(a, 4);
        await enterCode(a, south, await allow(popup));
        await a.untilStatus(/^South 1h 2\dm$/u);
        await a.untilRow(company);
        await switchTo(a, north);
        await a.untilRow(company);
      });
    }

    it("signs out of both while the other window's refresh is held back @oldest", async () => {
      const calls = countOf(north, tokenCall);
      const revocations = countOf(north, "POST /oauth/revoke");
      const release = holdTokenCall(north);
      try {
        await a.toFront();
        await a.runCommand("Procore: Refresh Session Now");
        await untilCount(north, tokenCall, calls + 1);
        await b.toFront();
        await b.runCommand("Procore: Sign Out");
        if (home === "sealedFile") {
          // Who does not wait for the other window is signed out at once; its new pair is then revoked when it comes.
          await b.untilNotification(/^Signing out of North/u);
          await b.clickNotificationButton("Cancel");
          await b.untilWelcome(/You are signed out/u);
        } else {
          // A window under test shows no notification by itself.
          await b.runCommand("Notifications: Show Notifications");
          await b.page.locator(".notifications-center", { hasText: "Signing out of North" }).waitFor();
        }
        assert.equal(countOf(north, "POST /oauth/revoke"), revocations);
      } finally {
        release();
      }
      await untilCount(north, "POST /oauth/revoke", revocations + 1);
      for (const window of [b, a]) {
        await window.toFront();
        await window.untilWelcome(/You are signed out/u);
        await window.untilStatus(/Sign In$/u);
      }
      const living = async (): Promise<number> => north.sandbox.state().tokens.filter(({ revoked }) => !revoked).length;
      await until("no token that is still good", living, (count) => count === 0);
      assert.equal(countOf(north, tokenCall), calls + 1);
    });
  });
}
