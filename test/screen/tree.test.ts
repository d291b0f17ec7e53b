import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { plain } from "../../src/core/plain.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import type { TreeRow } from "../harness/screen/tree.ts";
import { actUntil, until } from "../harness/until.ts";
import { countOf, settingsFor, signIn, startSite, untilCount, type Site } from "./people.ts";

const big = "Ironbridge & Vale Builders";
const small = "Constructions Beauséjour ltée";
const notInstalled = "Löwenstein Hoch- und Tiefbau AG";
const empty = "Kestrel Civil Works";

describe("the Companies view", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A", { companies: 4 });
    workbench = await openWorkbench({ settings: settingsFor(site) });
    await signIn(workbench, site);
    await workbench.untilRow(empty);
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  /** The rows below a company, where all are in sight. */
  const below = (rows: readonly TreeRow[], company: string): readonly TreeRow[] => {
    const start = rows.findIndex(({ label }) => label === company) + 1;
    const end = rows.findIndex(({ level }, index) => index >= start && level === 1);
    return rows.slice(start, end === -1 ? undefined : end);
  };
  const companyId = (name: string): string => {
    const found = site.sandbox.control.companies().find((company) => company.name === name);
    assert.ok(found !== undefined);
    return found.id;
  };
  /** Goes to the end of the tree, which has the focus, until the row is in sight at its place among all the rows. */
  const scrollTo = async (name: string, index: number): Promise<void> => {
    const look = async (): Promise<TreeRow | undefined> => {
      const found = (await workbench.treeRows()).find((row) => row.label === name && row.index === index);
      if (found === undefined) await workbench.page.keyboard.press("End");
      return found;
    };
    await until(`${name} as row ${index}`, look, (found) => found !== undefined);
  };

  it("says in its title whose companies they are", async () => {
    const title = workbench.page.locator(".part.sidebar .composite.title", {
      hasText: /Companies: Site A \u00b7 \S+/u,
    });
    await title.waitFor();
  });

  it("says of a company without projects that there are none", async () => {
    await workbench.clickRow(empty);
    const row = await workbench.untilRow("No active projects that you can see");
    assert.equal(row.icon, "info");
    await workbench.clickRow(empty);
  });

  it("leads from a company without the app to the install steps, and checks again", async () => {
    await workbench.clickRow(notInstalled);
    const row = await workbench.untilRow("App not installed in this company");
    assert.equal(row.description, "Show Install Steps");
    assert.deepEqual(row.actions, ["I Installed It: Check Again", "Copy Message for Your Procore Admin"]);
    await workbench.clickRow("App not installed in this company");
    await workbench.untilStepOpen("install");
    await workbench.rowAction("App not installed in this company", "Copy Message for Your Procore Admin");
    await until(
      "the message",
      () => workbench.clipboard(),
      (text) => text.includes(`ID ${companyId(notInstalled)}`),
    );
    await workbench.rowAction("App not installed in this company", "I Installed It: Check Again");
    await workbench.untilNotification(`The app is still not installed in ${notInstalled}.`);
    await workbench.closeNotifications();
    site.sandbox.control.setConnected(companyId(notInstalled), "connected");
    await workbench.rowAction("App not installed in this company", "I Installed It: Check Again");
    const rows = async (): Promise<readonly TreeRow[]> => below(await workbench.treeRows(), notInstalled);
    await until("projects", rows, (seen) => seen.length > 10 && seen.every(({ icon }) => icon === "project"));
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    await workbench.clickRow(notInstalled);
  });

  it("shows a failure as a row that tries again", async () => {
    const fault = site.sandbox.control.inject({
      path: "/rest/v1.1/projects",
      times: 100,
      fault: { kind: "reply", status: 500, headers: { "content-type": "application/json" }, body: "{}" },
    });
    await workbench.clickRow(small);
    const row = await workbench.untilRow("Server has trouble");
    assert.equal(row.icon, "error");
    assert.match(row.description, new RegExp(`^Try Again · ${site.host} answered 500`, "u"));
    fault.dispose();
    await workbench.clickRow("Server has trouble");
    const rows = async (): Promise<readonly TreeRow[]> => below(await workbench.treeRows(), small);
    await until("24 projects", rows, (seen) => seen.filter(({ icon }) => icon === "project").length === 24);
  });

  it("copies the ID of a row", async () => {
    await workbench.rowMenu(small, "Copy ID");
    await until(
      "the ID",
      () => workbench.clipboard(),
      (text) => text === companyId(small),
    );
  });

  it("opens a company and a project in the browser, at the right addresses", async () => {
    const { baseUrl } = site.sandbox;
    const company = await workbench.nextPopup(() => workbench.rowAction(small, "Open in Procore"));
    assert.equal(company.url(), `${baseUrl}/${companyId(small)}/company/home/list`);
    await company.close();
    const [project] = below(await workbench.treeRows(), small);
    assert.ok(project !== undefined);
    const { label } = project;
    await workbench.rowMenu(label, "Copy ID");
    const isId = (text: string): boolean => /^\d+$/u.test(text) && text !== companyId(small);
    const id = await until("the ID", () => workbench.clipboard(), isId);
    const page = await workbench.nextPopup(() => workbench.rowAction(label, "Open in Procore"));
    assert.equal(
      page.url(),
      `${baseUrl}/webclients/host/companies/${companyId(small)}/projects/${id}/tools/projecthome`,
    );
    await page.close();
    await workbench.clickRow(small);
  });

  it("loads a thousand projects three hundred at a time", async () => {
    const asked = (): number => countOf(site, "GET /rest/v1.1/projects");
    const before = asked();
    await workbench.clickRow(big);
    await untilCount(site, "GET /rest/v1.1/projects", before + 1);
    for (const [turn, loaded] of [300, 600, 900].entries()) {
      const label = `Load more (${loaded} of 1,048)`;
      // Below the company and all the rows that are loaded.
      await scrollTo(label, loaded + 1);
      assert.equal(asked(), before + turn + 1);
      await workbench.clickRow(label);
      await untilCount(site, "GET /rest/v1.1/projects", before + turn + 2);
    }
    await scrollTo(small, 1_049);
    assert.equal(asked(), before + 4);
  });

  it("keeps hostile names what they are: text", async () => {
    const recorder = await startRecorder();
    try {
      const name = `$(bug) <img src="${recorder.origin}/x.png"> [now](command:procore.signOut) ![x](${recorder.origin}/y.png) \u202Egnp.exe`;
      const fault = site.sandbox.control.inject({
        path: "/rest/v1.0/companies",
        fault: {
          kind: "reply",
          status: 200,
          headers: { "content-type": "application/json" },
          body: JSON.stringify([{ id: 66, name, is_active: true }]),
        },
      });
      await workbench.runCommand("Procore: Refresh");
      const row = await workbench.untilRow(/gnp\.exe$/u);
      fault.dispose();
      assert.equal(row.label, plain(name));
      assert.doesNotMatch(row.label, /\$\(|\u202e/u);
      assert.match(row.label, /<img src="/u);
      assert.equal(row.icon, "organization");
      const { page } = workbench;
      const point = async (): Promise<void> => {
        await page.mouse.move(900, 400);
        await page.locator(".customview-tree:visible .label-name", { hasText: "gnp.exe" }).hover();
      };
      const tooltip = page.locator(".monaco-hover:visible", { hasText: "Company ID 66" });
      await actUntil("the tooltip", point, () => tooltip.isVisible());
      assert.equal(await workbench.page.locator(".monaco-hover:visible img, .customview-tree:visible img").count(), 0);
      assert.equal(await workbench.page.locator(".monaco-hover:visible a").count(), 0);
      assert.equal(recorder.hits(), 0);
    } finally {
      await recorder.close();
    }
  });
});

describe("the Companies view of a user without companies", function () {
  this.timeout(120_000);
  it("says so, and nobody is signed out", async () => {
    const site = await startSite("Empty", { companies: 0 });
    const workbench = await openWorkbench({ settings: settingsFor(site) });
    try {
      await signIn(workbench, site);
      const row = await workbench.untilRow(/\bno compan(y|ies) in Empty/iu);
      assert.equal(row.icon, "info");
      assert.equal((await workbench.treeRows()).length, 1);
      await workbench.untilStatus(/^Empty 1h 2\dm$/u);
    } finally {
      await workbench.dispose();
      await site.sandbox.close();
    }
  });
});

interface Recorder {
  readonly origin: string;
  hits(): number;
  close(): Promise<void>;
}

/** Counts every request that reaches another loopback address. */
async function startRecorder(): Promise<Recorder> {
  let hits = 0;
  const server: Server = createServer((_incoming, outgoing) => {
    hits += 1;
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.3", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { origin: `http://127.0.0.3:${address.port}`, hits: () => hits, close };
}
