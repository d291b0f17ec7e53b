import assert from "node:assert/strict";
import * as vscode from "vscode";
import { minuteMs } from "../../src/core/clock.ts";
import { allowInBrowser } from "../fakes/browserPerson.ts";
import { reopenAsProduction } from "../fakes/asProduction.ts";
import { openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { replaceMember } from "../fakes/replaceMember.ts";
import { signIn, signInAsService, type Site } from "../fakes/site.ts";
import { timeWords } from "../harness/timeWords.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

const scheme = "procore-session";

describe("a session and the person it belongs to", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened));

  const newest = (): string => site.sandbox.state().tokens.at(-1)?.accessToken ?? "";
  const refreshes = (): number =>
    site.sandbox.control.requests().filter(({ method, path }) => `${method} ${path}` === "POST /oauth/token").length;
  const asked = (): readonly string[] => window.person.messages.map(({ text }) => text);
  const lastMessage = () => window.person.messages.at(-1);
  const idOf = async (): Promise<string> => String((await window.connections())[0]?.["id"]);

  function shown(): vscode.TextDocument {
    // The editor keeps the text of a closed document for a while.
    const documents = vscode.window.visibleTextEditors.map(({ document }) => document);
    const document = documents.find(({ uri }) => uri.scheme === scheme);
    assert.ok(document, "a session is shown");
    return document;
  }
  /** The value behind a label of the document. */
  const line = (label: string): string => new RegExp(`^  ${label}:\\s+(.*)$`, "mu").exec(shown().getText())?.[1] ?? "";
  const untilLine = (label: string, value: RegExp): Promise<string> =>
    until(
      `${label}: ${String(value)}`,
      async () => line(label),
      (text) => value.test(text),
    );

  describe("Show Session", () => {
    it("opens a text that follows the session, with what the login service says", async () => {
      await signIn(window, site);
      await window.run("procore.showSession");
      assert.equal(vscode.window.activeTextEditor?.document, shown());
      assert.match(shown().fileName, /Procore Session \(Test Site\)$/u);
      const [first] = site.sandbox.control.users;
      await untilLine("User ID", new RegExp(`^${first?.id ?? ""}$`, "u"));
      assert.match(line("User"), /^maya\.okafor@sandbox\.example, ID /u);
      assert.equal(line("App"), `client ID ${site.sandbox.clientId}`);
      assert.match(line("Time left"), /^1h (29|30)m when it was asked$/u);
      assert.equal(line("Refreshes"), "0 since the sign-in");
      assert.equal(line("Last refresh"), "none yet");

      await window.run("procore.refreshSession");
      await untilLine("Last refresh", /by this window$/u);
      assert.equal(line("Refreshes"), "1 since the sign-in");
      assert.match(line("Token info"), /^not asked yet/u, "what was said was said of another token");

      window.controls.advanceClock(2 * 60 * minuteMs);
      await untilLine("Ended", /the next request renews it$/u);
      site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
      await window.run("procore.refreshSession");
      await untilLine("Last failure", /broke off/u);

      await window.run("procore.signOut");
      await untilLine("State", /^signed out$/u);
      window.person.answer(/^Remove/u, "Remove");
      await window.run("procore.removeConnection");
      await until(
        "it is gone",
        async () => shown().getText(),
        (text) => text === "This connection was removed.\n",
      );
    });

    it("does not renew a session that has ended, and says why the service was not asked", async () => {
      await signIn(window, site);
      // The view has what it wants: no request of its own renews the session meanwhile.
      await window.rows();
      window.controls.advanceClock(2 * 60 * minuteMs);
      site.sandbox.control.clearRequests();
      await window.run("procore.showSession");
      await untilLine("Token info", /^not asked: there is no access token/u);
      assert.deepEqual(site.sandbox.control.requests(), []);
    });

    it("tells in its place why the service could not be asked", async () => {
      await signIn(window, site);
      site.sandbox.control.inject({ path: "/oauth/token/info", fault: { kind: "reset" } });
      await window.run("procore.showSession");
      await untilLine("Token info", /broke off/u);
      assert.deepEqual(asked(), []);
    });

    it("names who renewed: another window, or this one", async () => {
      await signIn(window, site);
      await window.run("procore.refreshSession");
      await window.close({ folder: "keep" });
      window = await openWindow({ folder: window.folder });
      await window.run("procore.showSession");
      await untilLine("Last refresh", /by another window, or by this one before it was reloaded$/u);
    });

    it("has its actions above the text, for the connection that it shows", async () => {
      await signIn(window, site);
      await window.run("procore.showSession");
      const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        shown().uri,
      );
      const id = await idOf();
      assert.deepEqual(
        lenses.map(({ command }) => [command?.title, command?.command, command?.arguments]),
        [
          ["Refresh Session Now", "procore.refreshSession", [{ connection: id }]],
          ["Copy Access Token", "procore.copyAccessToken", [{ connection: id }]],
          ["Open Signed-in Terminal", "procore.openTerminal", [{ connection: id }]],
          ["Sign Out", "procore.signOut", [{ connection: id }]],
          ["Show What Was Sent", "procore.showWhatWasSent", [{ connection: id }]],
          ["Diagnose Connection", "procore.diagnose", [{ connection: id }]],
          ["Show Log", "procore.showLog", [{ connection: id }]],
        ],
      );
      await window.run("procore.signOut", { connection: id });
      const after = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        shown().uri,
      );
      assert.deepEqual(
        after.map(({ command }) => command?.title),
        ["Sign In", "Show What Was Sent", "Diagnose Connection", "Show Log"],
      );
    });
  });

  describe("Copy Access Token", () => {
    it("copies it, says until when it is valid, and clears the clipboard while it holds it", async () => {
      await signIn(window, site);
      window.person.answer(/^Copied/u, "Clear Clipboard");
      await window.run("procore.copyAccessToken");
      await until(
        "it is cleared",
        async () => window.person.clipboard,
        (text) => text === "",
      );
      assert.deepEqual(window.person.copied, [newest(), ""]);
      assert.match(
        lastMessage()?.text ?? "",
        new RegExp(
          String.raw`^Copied the access token of maya\.okafor@sandbox\.example in Test Site\. It is valid until ${timeWords}, and ends sooner if the session is renewed\.$`,
          "u",
        ),
      );
      assert.equal(window.person.notices.at(-1), "Clipboard cleared");
    });

    it("leaves the clipboard alone when it holds something else by then", async () => {
      await signIn(window, site);
      const { person } = window;
      const told = replaceMember(vscode.window, "showInformationMessage", async (_text: string, button: string) => {
        person.clipboard = "something else";
        return button;
      });
      try {
        await window.run("procore.copyAccessToken");
        await until(
          "it is told",
          async () => person.notices.at(-1),
          (text) => text?.includes("something else") === true,
        );
        assert.equal(person.clipboard, "something else");
      } finally {
        told.dispose();
      }
    });

    it("renews first when less than ten minutes are left", async () => {
      await signIn(window, site);
      window.controls.advanceClock(81 * minuteMs);
      const [before, calls] = [newest(), refreshes()];
      await window.run("procore.copyAccessToken");
      assert.equal(refreshes(), calls + 1);
      assert.notEqual(newest(), before);
      assert.deepEqual(window.person.copied, [newest()]);
      await window.run("procore.copyAccessToken");
      assert.equal(refreshes(), calls + 1, "an hour and a half is long enough");
    });

    it("copies nothing when it fails, and says why", async () => {
      await signIn(window, site);
      window.controls.advanceClock(2 * 60 * minuteMs);
      site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
      await window.run("procore.copyAccessToken");
      assert.match(lastMessage()?.text ?? "", /broke off/u);
      await window.run("procore.signOut");
      await window.run("procore.copyAccessToken");
      assert.equal(lastMessage()?.text, "You are not signed in.");
      assert.deepEqual(lastMessage()?.buttons, ["Sign In", "Show Log"]);
      await window.run("procore.copyAccessToken", { connection: "gone" });
      assert.deepEqual(window.person.copied, []);
    });

    it("says so when the clipboard cannot be written, and quotes nothing", async () => {
      await signIn(window, site);
      const refused = replaceMember(vscode.env, "clipboard", {
        writeText: async (text: string) => {
          throw new Error(`Cannot copy ${text}`, { cause: { text } });
        },
      });
      try {
        await window.run("procore.copyAccessToken");
      } finally {
        refused.dispose();
      }
      assert.match(lastMessage()?.text ?? "", /^Nothing was copied/u);
      assert.ok(!JSON.stringify(window.logLines).includes(newest()));
    });

    for (const kind of ["production"]) {
      it(`always asks for ${kind}, and takes no for an answer`, async () => {
        await signIn(window, site);
        window = await reopenAsProduction(window, kind);
        await window.run("procore.copyAccessToken");
        assert.deepEqual(window.person.copied, []);
        assert.deepEqual(asked(), ["Copy the access token of maya.okafor@sandbox.example in Test Site?"]);
        assert.match(lastMessage()?.detail ?? "", /can do in Procore whatever this user may do/u);
        window.person.answer(/^Copy the access token/u, "Copy Access Token");
        await window.run("procore.copyAccessToken");
        assert.deepEqual(window.person.copied, [newest()]);
      });
    }
  });

  describe("Refresh Session Now", () => {
    it("asks back only while a copy may be in use, and names it", async () => {
      await signIn(window, site);
      await window.run("procore.refreshSession");
      assert.deepEqual(asked(), []);
      await window.run("procore.copyAccessToken");
      await window.provider.getSessions([], {});
      const calls = refreshes();
      const question = /^Refresh the session of maya\.okafor@sandbox\.example in Test Site\?$/u;
      const ask = async (): Promise<string> => {
        await window.run("procore.refreshSession");
        return lastMessage()?.detail ?? "";
      };
      const bothNamed = new RegExp(`• copied: ${timeWords}\n• given to another extension: ${timeWords}\n`, "u");
      await until("both are on record", ask, (detail) => bothNamed.test(detail));
      assert.match(lastMessage()?.text ?? "", question);
      assert.match(lastMessage()?.detail ?? "", /\nThese copies stop working\. /u);
      assert.equal(refreshes(), calls, "nobody said yes");
      window.person.answer(question, "Refresh Session");
      // Tokens tell their end in seconds: another second, another token.
      window.controls.advanceClock(minuteMs);
      await window.run("procore.refreshSession");
      assert.equal(refreshes(), calls + 1);
      const before = asked().length;
      await window.run("procore.refreshSession");
      assert.equal(refreshes(), calls + 2);
      assert.equal(asked().length, before, "the new token was not handed out");
    });
  });

  it("Refresh Session Now asks for a service account, too, and promises no end of its copies", async () => {
    await signInAsService(window, site, { company: 0 });
    await window.run("procore.copyAccessToken");
    await window.run("procore.refreshSession");
    assert.match(
      lastMessage()?.text ?? "",
      /^Refresh the session of local-sandbox-app-1@service-account\.example in Test Site\?$/u,
    );
    const { detail = "" } = lastMessage() ?? {};
    assert.match(detail, new RegExp(`• copied: ${timeWords}\n\nProcore may keep these copies valid until`, "u"));
    assert.doesNotMatch(detail, /stop working/u);
  });

  describe("Open Signed-in Terminal", () => {
    it("gives token, API and company to a terminal that is not kept, named after its end", async () => {
      await signIn(window, site);
      const done = window.run("procore.openTerminal");
      const companies = site.sandbox.control.companies();
      (await window.person.pick("PROCORE_COMPANY_ID")).choose(companies[1]?.name ?? "");
      await done;
      const [seen, ...more] = window.terminals;
      assert.deepEqual(more, []);
      assert.deepEqual(seen?.options.env, {
        PROCORE_TOKEN: newest(),
        PROCORE_API: site.sandbox.baseUrl,
        PROCORE_COMPANY_ID: companies[1]?.id,
      });
      assert.equal(seen?.options.isTransient, true);
      assert.match(seen?.options.name ?? "", new RegExp(`^Procore Test Site until ${timeWords}$`, "u"));
      assert.ok(!String(seen?.options.message).includes(newest()));
      assert.deepEqual(asked(), []);
    });

    it("takes the company of the row it was called on, and its terminals count as copies until they are closed", async () => {
      await signIn(window, site);
      const [company] = await window.rows();
      const [project] = await window.rows(company);
      await window.run("procore.openTerminal", company?.node);
      await window.run("procore.openTerminal", project?.node);
      const ids = window.terminals.map(({ options }) => options.env?.["PROCORE_COMPANY_ID"]);
      const [first] = site.sandbox.control.companies();
      assert.deepEqual(ids, [first?.id, first?.id]);
      const ask = async (): Promise<string> => {
        await window.run("procore.refreshSession");
        return lastMessage()?.detail ?? "";
      };
      const bothNamed = new RegExp(`• given to a terminal: ${timeWords}\n• given to a terminal`, "u");
      await until("both are on record", ask, (detail) => bothNamed.test(detail));
      for (const { terminal } of window.terminals) terminal.dispose();
      const calls = refreshes();
      const refreshed = async (): Promise<number> => {
        await window.run("procore.refreshSession");
        return refreshes();
      };
      await until("nothing is asked any longer", refreshed, (count) => count > calls);
    });

    it("can do without a company, also when they cannot be listed", async () => {
      await signIn(window, site);
      site.sandbox.control.inject({ path: "/rest/v1.0/companies", times: 100, fault: { kind: "reset" } });
      const done = window.run("procore.openTerminal");
      (await window.person.pick("could not be listed")).choose("Without a company");
      await done;
      assert.equal(window.terminals[0]?.options.env?.["PROCORE_COMPANY_ID"], null);
    });

    it("opens none when the choice is closed, when there is no session, or when it fails", async () => {
      await signIn(window, site);
      const done = window.run("procore.openTerminal");
      (await window.person.pick("PROCORE_COMPANY_ID")).escape();
      await done;
      // Before time moves: a load that the view began itself would end at its deadline, and for a row that says so the
      // command asks which company, which nobody answers.
      const [company] = await window.rows();
      assert.equal(company?.item.contextValue, "company", company?.label);
      window.controls.advanceClock(2 * 60 * minuteMs);
      site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
      await window.run("procore.openTerminal", company?.node);
      assert.match(lastMessage()?.text ?? "", /broke off/u);
      await window.run("procore.signOut");
      await window.run("procore.openTerminal");
      assert.equal(lastMessage()?.text, "You are not signed in.");
      assert.deepEqual(window.terminals, []);
    });

    it("always asks for production", async () => {
      await signIn(window, site);
      window = await reopenAsProduction(window);
      const [company] = await window.rows();
      await window.run("procore.openTerminal", company?.node);
      assert.deepEqual(asked(), ["Open a terminal with the access token of maya.okafor@sandbox.example in Test Site?"]);
      assert.equal(window.terminals.length, 0);
      window.person.answer(/^Open a terminal/u, "Open Terminal");
      await window.run("procore.openTerminal", company?.node);
      assert.equal(window.terminals[0]?.options.env?.["PROCORE_TOKEN"], newest());
    });
  });

  it("of a Local Sandbox that was stopped says so, and offers to start it", async () => {
    const done = window.run("procore.signIn", { choose: "local-sandbox" });
    const code = await window.person.box("Authorization code");
    await code.enter(await allowInBrowser(window.person.opened[0]));
    await done;
    await window.run("procore.showSession");
    assert.match(line("Local Sandbox"), /opens nothing but made-up data$/u);
    window.person.answer(/^Stop the Local Sandbox/u, "Stop");
    await window.run("procore.stopLocalSandbox");
    for (const command of ["procore.copyAccessToken", "procore.openTerminal"]) {
      await window.run(command);
      assert.equal(lastMessage()?.text, "The Local Sandbox is not running.", command);
      assert.deepEqual(lastMessage()?.buttons, ["Start Local Sandbox", "Show Log"]);
    }
    await untilLine("State", /^signed out$/u);
    assert.deepEqual(window.person.copied, []);
  });

  it("that does not exist yet has an answer too, for every command", async () => {
    const commands = ["showSession", "copyAccessToken", "openTerminal", "refreshSession", "signOut"];
    for (const command of commands) await window.run(`procore.${command}`);
    assert.deepEqual(
      asked(),
      commands.map(() => "You are not signed in."),
    );
  });

  it("that is only in memory, or was refused, says so where it is shown, and still answers", async () => {
    window.secrets.fail("store", () => new Error("locked"));
    await signIn(window, site);
    await window.run("procore.showSession");
    await untilLine("Kept", /^no: the newest tokens could not be saved\. They are in this window's memory/u);
    await window.run("procore.copyAccessToken");
    assert.deepEqual(window.person.copied, [newest()]);
    window.secrets.mend();
    site.sandbox.control.endTokens();
    window.controls.advanceClock(2 * 60 * minuteMs);
    for (const command of ["procore.copyAccessToken", "procore.copyAccessToken"]) {
      await window.run(command);
      assert.match(lastMessage()?.text ?? "", /^Procore no longer accepts this session: .* Sign in again to go on\.$/u);
    }
    await untilLine("State", /^Procore no longer accepts this session/u);
    assert.equal(window.person.copied.length, 1);
  });
});
