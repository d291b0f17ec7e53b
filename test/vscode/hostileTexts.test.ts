import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ExtensionWindow, Row } from "../fakes/extensionWindow.ts";
import { environmentAt, setEnvironments, signIn, type Site } from "../fakes/site.ts";
import { assertGolden } from "../golden/goldenText.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

const evil = [
  "$(trash) \u202egnp.exe\u202c",
  "[click](command:procore.signOut) ![x](https://evil.test/x.png) <img src=https://evil.test/y>",
  "**bold** `code`\r\n# heading\u2028\u0007\u0000\u200b| cell |",
].join(" ");
const long = `${evil} ${"5000 signs ".repeat(500)}`.slice(0, 5_000);

const json = (value: unknown) =>
  ({
    kind: "reply",
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  }) as const;

describe("texts from outside (security rule 6)", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened));
  beforeEach(async () => {
    // Sixty characters are the most that a label may have.
    site = { ...site, label: "$(zap) \u202elabel [x](command:procore.signOut) <b>\u0007b" };
    await setEnvironments([environmentAt(site.label, site.sandbox.baseUrl)]);
  });

  it("are plain text on every surface", async () => {
    const { control } = site.sandbox;
    const project = {
      id: 34,
      name: long,
      display_name: long,
      project_number: evil,
      city: evil,
      active: true,
      address: evil,
    };
    control.inject({ path: "/rest/v1.0/me", fault: json({ id: 7, login: evil, name: long }) });
    control.inject({ path: "/rest/v1.0/companies", times: 9, fault: json([{ id: 12, name: long, is_active: true }]) });
    control.inject({ path: "/rest/v1.1/projects", fault: json([{ ...project, company: { id: 12, name: long } }]) });
    const notConnected = {
      kind: "reply",
      status: 403,
      body: '{"message":"App is not connected to this company."}',
    } as const;
    const refused = { kind: "reply", status: 500, body: JSON.stringify({ errors: long }) } as const;
    control.inject({ path: "/rest/v1.1/projects", times: 2, fault: notConnected });
    control.inject({ path: "/rest/v1.1/projects", times: 4, fault: refused });
    control.inject({ path: "/rest/v1.0/company_base_url", fault: json({ web_base_url: `https://${evil}` }) });
    await signIn(window, { ...site, label: "$" });

    const surfaces: string[] = [];
    const add = (name: string, text: string | undefined): void =>
      void surfaces.push(
        `${name}: ${JSON.stringify(text)}`
          .replaceAll(/(?<=127(?:(?:\.|&#46;)\d){3}(?::|&#58;))\d+/gu, "PORT")
          .replaceAll(/Time: [\d :-]+ UTC/gu, "Time: TIME"),
      );
    // Words of our own are reviewed elsewhere.
    const addHostile = (name: string, text: string): void => {
      if (/trash|zap/u.test(text)) add(name, text.replace(/\d+h \d+m/u, "TIME"));
    };
    const addRow = ({ item, label }: Row): void => {
      add("  row", label);
      add("  description", typeof item.description === "string" ? item.description : undefined);
      add("  tooltip", typeof item.tooltip === "string" ? item.tooltip : "not a plain text");
      add("  spoken", item.accessibilityInformation?.label);
    };

    const [company] = await window.rows();
    assert.ok(company);
    surfaces.push("# company");
    addRow(company);
    surfaces.push("# project");
    for (const row of await window.rows(company)) addRow(row);
    surfaces.push("# app not installed");
    await window.run("procore.refreshExplorer", company.node);
    for (const row of await window.rows(company)) addRow(row);
    await window.run("procore.copyAdminMessage", company.node);
    await window.run("procore.checkAgain", company.node);
    surfaces.push("# failure");
    await window.run("procore.refreshExplorer", company.node);
    for (const row of await window.rows(company)) addRow(row);
    await window.run("procore.openInProcore", company.node);
    surfaces.push("# message for the admin");
    for (const line of window.person.copied.flatMap((text) => text.split("\n"))) addHostile("  line", line);

    surfaces.push("# status bar");
    const { tooltip } = window.status;
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(tooltip.isTrusted !== true && tooltip.supportHtml !== true && tooltip.supportThemeIcons !== true);
    add("  text", window.status.text.replace(/\d+h \d+m/u, "TIME"));
    add("  spoken", window.status.accessibilityInformation?.label);
    add(
      "  tooltip",
      // A day stands before the time when it is another one.
      tooltip.value.replace(/(\w+(?:&nbsp;)+\d+,(?:&nbsp;)+\d{4}(?:&nbsp;)+)?\d\d(:|&#58;)\d\d/u, "TIME"),
    );

    for (const command of ["showSessionMenu", "switchConnection", "signIn"]) {
      const before = window.person.inputTexts.length;
      const done = window.run(`procore.${command}`, { choose: "environment" });
      (await window.person.pick("")).escape();
      await done;
      surfaces.push(`# ${command}`);
      for (const text of window.person.inputTexts.slice(before)) addHostile("  text", text);
    }
    await window.run("procore.removeConnection");
    surfaces.push("# messages");
    for (const { text, detail } of window.person.messages) addHostile("  message", `${text} ${detail}`);
    surfaces.push("# notices and log");
    for (const text of [...window.person.notices, ...window.logLines]) addHostile("  text", text);

    const all = surfaces.join("\n");
    // Control, format and line-separating characters; JSON.stringify has written some of them as \u00….
    assert.doesNotMatch(all.replaceAll("\n", ""), /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\\u00|\\r/u);
    assert.doesNotMatch(all.replaceAll(/"\$\((?:key|error|lock|warning)\)/gu, '"'), /\$\(/u);
    assertGolden("security/hostileTexts", all);
  });
});
