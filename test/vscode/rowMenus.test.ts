import assert from "node:assert/strict";
import * as vscode from "vscode";
import { createDirectory } from "../../src/sandbox/data/directory.ts";
import type { ExtensionWindow, Row } from "../fakes/extensionWindow.ts";
import { replaceMember } from "../fakes/replaceMember.ts";
import { signIn, type Site } from "../fakes/site.ts";
import { rowEntries, rowsWithMenus } from "../harness/menus.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

const json = (value: unknown) =>
  ({
    kind: "reply",
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  }) as const;
const counts = { companies: 4, projects: undefined };

/** Neither is tried again by itself; the page is one of those for which the addresses may be to blame. */
const page = {
  kind: "reply",
  status: 200,
  headers: { "Content-Type": "text/html" },
  body: "<title>Sign in</title>",
} as const;
const teapot = { kind: "reply", status: 418, body: '{"errors":"No"}' } as const;

describe("the menu of a row", () => {
  let window: ExtensionWindow;
  let site: Site;
  let shell: { dispose(): void };

  // The fourth company has no projects, in the third the app is not installed, the first has more than a page.
  eachInAWindow((opened) => ({ window, site } = opened), counts);
  beforeEach(async () => {
    await signIn(window, site);
    shell = replaceMember(vscode.env, "shell", "/bin/bash");
  });
  afterEach(() => shell?.dispose());

  const named = (rows: readonly Row[], label: string): Row => {
    const row = rows.find((each) => each.label === label);
    assert.ok(row, label);
    return row;
  };

  /**
   * Brings the view to where a row of this kind is in it, and gives that row. A site on this machine has no status page:
   * for rows of Procore's own trouble stand others that failed.
   */
  async function rowOf(menu: string): Promise<Row> {
    const { control } = site.sandbox;
    const contextValue = menu.replace(" statusPage", "");
    const fault = menu.endsWith(" also") ? page : teapot;
    if (contextValue === "noCompanies") {
      control.inject({ path: "/rest/v1.0/companies", fault: json([]) });
      await window.run("procore.refreshExplorer");
    }
    const companies = await window.rows();
    const big = companies.find(({ item }) => item.contextValue !== "pinned");
    assert.ok(big);
    const shown = [...companies];
    if (/\bpinned$/u.test(contextValue)) {
      const [project] = await window.rows(big);
      await window.run("procore.pinProject", project?.node);
      const pinned = named(await window.rows(), "Pinned");
      shown.push(pinned, ...(await window.rows(pinned)));
    } else if (contextValue === "found") {
      await goToInactive();
      shown.push(...(await window.rows(big)));
    } else if (["failed", "failed also"].includes(contextValue)) {
      control.inject({ path: "/rest/v1.1/projects", fault });
      shown.push(...(await window.rows(big)));
    } else if (contextValue === "notConnected" || contextValue === "noProjects") {
      for (const company of companies.slice(2)) shown.push(...(await window.rows(company)));
    } else if (contextValue !== "noCompanies") {
      const projects = await window.rows(big);
      if (["failedPage", "failedPage also"].includes(contextValue)) {
        control.inject({ path: "/rest/v1.1/projects", fault });
        await window.run("procore.loadMore", big.node);
        shown.push(...(await window.rows(big)));
      } else {
        shown.push(...projects);
        await loadUntil(big, "Sandbox Test Project", contextValue);
        const project = (await window.rows(big)).find(({ label }) => label === "Sandbox Test Project");
        const tools = project === undefined ? [] : await window.rows(project);
        shown.push(...tools);
        for (const tool of ["RFIs", "Drawings", "Observations", "Change Events"]) {
          if (tools.length > 0) shown.push(...(await window.rows(named(tools, tool))));
        }
      }
    }
    const row = shown.find(({ item }) => item.contextValue === contextValue);
    assert.ok(row, `a row "${contextValue}" among ${[...new Set(shown.map(({ item }) => item.contextValue))].join()}`);
    return row;
  }

  /** An inactive project of the first company is in none of the list's pages: it shows under Found. */
  async function goToInactive(): Promise<void> {
    const directory = createDirectory(site.sandbox.state().seed, counts);
    const [[company], [user]] = [directory.companies, directory.users];
    assert.ok(company !== undefined && user !== undefined);
    const project = directory.projects(company, user).find(({ active }) => !active);
    assert.ok(project);
    const path = `/webclients/host/companies/${company.id}/projects/${project.id}/tools/projecthome`;
    await window.run("procore.goToAddress", `${site.sandbox.baseUrl}${path}`);
  }

  /** The list is by name: the project with every case of a tool is far down. */
  async function loadUntil(company: Row, label: string, contextValue: string): Promise<void> {
    if (!/^(?:tool|item|noItems|noAccess)/u.test(contextValue)) return;
    const isThere = async (): Promise<boolean> => (await window.rows(company)).some((row) => row.label === label);
    while (!(await isThere())) await window.run("procore.loadMore", company.node);
  }

  for (const contextValue of rowsWithMenus) {
    it(`of "${contextValue}" holds only entries that do something with it`, async () => {
      const commands = [...new Set(rowEntries(contextValue).map(({ command }) => command))];
      assert.ok(commands.length > 0);
      for (const command of commands) {
        const row = await rowOf(contextValue);
        const before = traces();
        await window.run(command, row.node, undefined);
        for (const { severity, text } of window.person.messages) {
          assert.notEqual(severity, "error", `${command}: ${text}`);
          assert.doesNotMatch(text, /\bSelect\b.* first|not known|no longer/u, command);
        }
        await until(
          `${command} leaves a trace`,
          async () => traces(),
          (now) => now > before || isQuiet(command),
        );
        await window.run("procore.refreshExplorer");
      }
    });
  }

  /** Anything that a person or the server notices. */
  const traces = (): number => {
    const { person, terminals } = window;
    const asked = site.sandbox.control.requests().length;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).length;
    return person.messages.length + person.notices.length + person.opened.length + terminals.length + asked + tabs;
  };
  /**
   * A refresh asks for rows when the view is in sight, which it is not here; that found rows are gone is seen in
   * `find.test.ts`.
   */
  const isQuiet = (command: string): boolean => ["procore.refreshExplorer", "procore.clearFound"].includes(command);

  it("copies IDs and a table of several rows", async () => {
    const [one, two] = await window.rows();
    assert.ok(one && two);
    const nodes = [one.node, two.node];
    await window.run("procore.copyId", one.node, nodes);
    await window.run("procore.copyAsTable", one.node, nodes);
    const [first, second] = site.sandbox.control.companies();
    assert.deepEqual(window.person.copied, [
      `${first?.id}\n${second?.id}`,
      `Name\tID\tState\n${first?.name}\t${first?.id}\tactive\n${second?.name}\t${second?.id}\tactive`,
    ]);
    assert.deepEqual(window.person.notices.slice(-2), ["Copied 2 IDs", "Copied 2 rows as a table"]);
  });

  describe("Copy as cURL", () => {
    it("copies for the terminal's shell, and opens a terminal with the token for the same connection and company", async () => {
      const [company] = await window.rows();
      const [project] = await window.rows(company);
      window.person.answer(/^Copied for bash\. The token is \$PROCORE_TOKEN:/u, "Open Signed-in Terminal");
      await window.run("procore.copyAsCurl", project?.node);
      const [line = ""] = window.person.copied;
      const id = site.sandbox.control.companies()[0]?.id ?? "";
      assert.match(line, /^curl \\\n/u);
      assert.ok(line.includes(`procore-company-id: ${id}`));
      assert.ok(line.includes(`'${site.sandbox.baseUrl}/rest/v1.0/projects/`));
      assert.ok(!line.includes(site.sandbox.state().tokens.at(-1)?.accessToken ?? "none"));
      await until(
        "the terminal",
        async () => window.terminals.length,
        (count) => count === 1,
      );
      assert.equal(window.terminals[0]?.options.env?.["PROCORE_COMPANY_ID"], id);
    });

    it("asks for the shell in the palette, where the shell is not known, and for another one", async () => {
      const [company] = await window.rows();
      const choose = async (label: string): Promise<void> =>
        (await window.person.pick("Copy as cURL: Ironbridge & Vale Builders")).choose(label);
      shell.dispose();
      shell = replaceMember(vscode.env, "shell", "/usr/bin/nu");
      window.person.answer(/^Copied for PowerShell\. The token is \$env:PROCORE_TOKEN:/u, "Other Shell");
      const done = window.run("procore.copyAsCurl", company?.node);
      await choose("PowerShell");
      await done;
      await choose("cmd");
      await until(
        "both",
        async () => window.person.copied.length,
        (count) => count === 2,
      );
      const [powershell = "", cmd = ""] = window.person.copied;
      assert.match(powershell, /^curl\.exe `\n {2}--header "Authorization: Bearer \$env:PROCORE_TOKEN"/u);
      assert.match(
        cmd,
        /^curl --header "Authorization: Bearer %PROCORE_TOKEN%" .*companies\?page=1&per_page=300&include_free_companies=true"$/u,
      );
      assert.match(window.person.messages.at(-1)?.text ?? "", /^Copied for cmd\. The token is %PROCORE_TOKEN%:/u);

      const again = window.run("procore.copyAsCurl", company?.node);
      await choose("PowerShell");
      await again;
      window.person.clipboardAccess = "refused";
      await choose("cmd");
      await until(
        "what follows a button is told, too",
        async () => window.person.messages.at(-1)?.text ?? "",
        (text) => text.startsWith("Nothing was copied"),
      );
    });

    it("copies the request of a document that Show Details opened: from its title, and in the palette", async () => {
      const [company] = await window.rows();
      await window.run("procore.showDetails", company?.node);
      const uri = vscode.window.activeTextEditor?.document.uri;
      assert.match(uri?.toString() ?? "", /^procore:\/\/record\//u);
      await window.run("procore.copyAsCurl", uri, { groupId: 0 });
      const done = window.run("procore.copyAsCurl");
      (await window.person.pick("Copy as cURL: Ironbridge & Vale Builders")).choose("bash");
      await done;
      const [fromTitle = "", fromPalette] = window.person.copied;
      assert.match(fromTitle, /\/rest\/v1\.0\/companies\?page=1&per_page=300&include_free_companies=true'$/u);
      assert.equal(fromPalette, fromTitle);
    });

    it("says so where the document is no longer kept", async () => {
      await window.run("procore.copyAsCurl", vscode.Uri.parse("procore://record/gone/company:1/A.json"));
      assert.match(window.person.messages.at(-1)?.text ?? "", /Choose Show Details on its row again\.$/u);
      assert.deepEqual(window.person.copied, []);
    });
  });
});
