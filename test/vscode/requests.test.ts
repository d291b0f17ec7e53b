import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import * as vscode from "vscode";
import { allowInBrowser } from "../fakes/browserPerson.ts";
import { openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { replaceMember } from "../fakes/replaceMember.ts";
import { signIn, signInAsService, type Site } from "../fakes/site.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { timeWords } from "../harness/timeWords.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

const scheme = "procore-sent";

describe("the requests behind a connection", () => {
  let window: ExtensionWindow;
  let site: Site;
  let folder = "";

  eachInAWindow((opened) => ({ window, site } = opened));
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-export-"));
  });
  afterEach(() => removeFolder(folder));

  const idOf = async (): Promise<string> => String((await window.connections())[0]?.["id"]);
  const lastMessage = () => window.person.messages.at(-1);

  /** Shows a step and gives its text, once it has what is expected: a document that was open follows a moment later. */
  async function show(step: string, expected = /\(step /u): Promise<string> {
    await window.run("procore.showWhatWasSent", { step });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, scheme, window.person.messages.map(({ text }) => text).join());
    assert.equal(document.uri.authority, step);
    return await until(
      "the text",
      async () => document.getText(),
      (text) => expected.test(text),
    );
  }

  const lensesOf = async (uri: vscode.Uri | undefined): Promise<readonly vscode.Command[]> => {
    const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      uri,
    );
    return lenses.flatMap(({ command }) => (command === undefined ? [] : [command]));
  };

  describe("Show What Was Sent", () => {
    it("has every step of a sign-in as it was sent, and the first calls", async () => {
      await signIn(window, site);
      const [company] = await window.rows();
      await window.rows(company);
      const host = new URL(site.sandbox.baseUrl).host;
      for (const step of ["key-check", "authorize", "exchange", "me", "companies", "projects"]) {
        const text = await show(step);
        assert.match(text, /by this window|This window gave the address/u, step);
        assert.ok(text.includes(host), step);
      }
      for (const step of ["refresh", "token-info", "revoke"]) assert.match(await show(step), /has no record/u, step);
      assert.match(await show("exchange"), /^ {2}code: \[hidden\]$/mu);
      assert.match(await show("key-check"), /^Answer: 400 after /mu);
      assert.ok((await show("projects")).includes("procore-company-id: "));

      await window.run("procore.refreshSession");
      await window.run("procore.showSession");
      await show("refresh", /^Answer: 200 after /mu);
      await show("token-info", /^Answer: 200 after /mu);
      await window.run("procore.signOut");
      await show("revoke", /^Answer: 200 after /mu);
    });

    it("sends nothing when it is opened, and lists the steps with when they were sent", async () => {
      await signIn(window, site);
      await window.rows();
      site.sandbox.control.clearRequests();
      const done = window.run("procore.showWhatWasSent");
      const pick = await window.person.pick("Which step");
      const [check, , exchange, , , , refresh] = pick.items;
      assert.equal(check?.label, "1. Check the Credentials");
      assert.match(exchange?.description ?? "", new RegExp(`^${timeWords}, answered 200$`, "u"));
      assert.equal(exchange?.detail, `POST ${new URL(site.sandbox.baseUrl).host}/oauth/token`);
      assert.equal(refresh?.description, "no record in this window");
      pick.choose("3. Exchange the Code");
      await done;
      assert.match(vscode.window.activeTextEditor?.document.fileName ?? "", /Exchange the Code \(Test Site\)$/u);
      assert.deepEqual(site.sandbox.control.requests(), []);
    });

    it("has its actions above the text, for the connection that it shows", async () => {
      await signIn(window, site);
      await show("exchange");
      const uri = vscode.window.activeTextEditor?.document.uri;
      const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        uri,
      );
      const connection = await idOf();
      assert.deepEqual(
        lenses.map(({ command }) => [command?.title, command?.command, command?.arguments]),
        [
          ["Copy as cURL", "procore.copyStepAsCurl", [{ connection, step: "exchange" }]],
          ["Next: Who Am I", "procore.showWhatWasSent", [{ connection, step: "me" }]],
          ["All Steps", "procore.showWhatWasSent", [{ connection }]],
          ["Show Session", "procore.showSession", [{ connection }]],
        ],
      );
      // The title's buttons get the document's address.
      await window.run("procore.showSession", uri);
      assert.equal(vscode.window.activeTextEditor?.document.uri.query, connection);
    });

    it("has a service account's own steps", async () => {
      await signInAsService(window, site, { company: 0 });
      const text = await show("client-credentials");
      assert.match(text, /grant_type: client_credentials/u);
      assert.match(text, /^Answer: 200 after /mu);
      const company = site.sandbox.control.companies()[0]?.id ?? "";
      assert.ok((await show("me")).includes(`procore-company-id: ${company}`));
    });

    it("shows the Development Sandbox's steps to somebody who has not signed in", async () => {
      const text = await show("authorize");
      assert.match(text, /https:\/\/login-sandbox\.procore\.com\/oauth\/authorize\?.*client_id=CLIENT_ID/u);
      assert.match(text, /^This window has nothing to show yet: choose Sign In/mu);
      assert.equal((await lensesOf(vscode.window.activeTextEditor?.document.uri))[0]?.title, "Sign In");

      const done = window.run("procore.showWhatWasSent");
      (await window.person.pick("This window has nothing to show yet")).choose("Sign In");
      (await window.person.pick("Sign in to Procore")).escape();
      await done;

      const { document } = vscode.window.activeTextEditor ?? assert.fail("nothing is shown");
      await signIn(window, site);
      await until(
        "it no longer says that there is nothing",
        async () => document.getText(),
        (shown) => shown.includes("has no record of this step"),
      );
    });

    it("shows a first sign-in that failed: the secret, then the code; and gives it to its connection at last", async () => {
      const { sandbox, label } = site;
      const first = window.run("procore.signIn", { choose: "environment" });
      (await window.person.pick("Sign in to Procore")).choose(label);
      await (await window.person.box("Client ID")).enter(sandbox.clientId);
      const secret = await window.person.box("Client secret");
      await secret.enter("not-the-secret");
      secret.escape();
      await first;

      const chosen = window.run("procore.showWhatWasSent");
      const pick = await window.person.pick("Which step");
      assert.match(pick.items[0]?.description ?? "", new RegExp(`^${timeWords}, answered 401$`, "u"));
      pick.choose("1. Check the Credentials");
      await chosen;
      const refused = await show("key-check", /^Answer: 401 after /mu);
      assert.match(refused, /^ {2}client_id: \[hidden\]\n {6}Which app asks\. Left out here/mu);
      assert.ok(!refused.includes(sandbox.clientId) && !refused.includes("not-the-secret"));

      const again = window.run("procore.signIn", { choose: "environment" });
      (await window.person.pick("Sign in to Procore")).choose(label);
      await (await window.person.box("Client ID")).enter(sandbox.clientId);
      await (await window.person.box("Client secret")).enter(sandbox.clientSecret);
      const code = await window.person.box("Authorization code");
      await code.enter("0123456789abcdef-wrong");
      code.escape();
      await again;
      const exchange = await show("exchange", /^Answer: 400 after /mu);
      assert.match(exchange, /^ {2}code: \[hidden\]$/mu);
      assert.ok(exchange.includes(`client_id: ${sandbox.clientId}`));
      const { document } = vscode.window.activeTextEditor ?? assert.fail("nothing is shown");
      assert.deepEqual(
        (await lensesOf(document.uri)).map(({ title, arguments: told }) => [title, told]),
        [
          ["Copy as cURL", [{ environment: "test-site", step: "exchange" }]],
          ["Next: Who Am I", [{ environment: "test-site", step: "me" }]],
          ["All Steps", [{ environment: "test-site" }]],
        ],
      );
      await window.run("procore.copyStepAsCurl", document.uri);
      assert.ok((window.person.copied.at(-1) ?? "").includes(`client_id=${sandbox.clientId}`));

      const end = window.run("procore.enterAuthorizationCode");
      await (await window.person.box("Authorization code")).enter(sandbox.control.issueCode());
      await end;
      await window.rows();
      await until(
        "the sign-in is over",
        async () => document.getText(),
        (text) => text.startsWith("This sign-in came to its end."),
      );
      await show("exchange", /^Answer: 200 after /mu);
      assert.equal(vscode.window.activeTextEditor?.document.uri.query, await idOf());
    });

    it("asks whose requests are meant where a sign-in failed beside a connection, and goes back to that question", async () => {
      await signIn(window, site);
      const { serviceAccount, control } = site.sandbox;
      const failing = window.run("procore.signIn", { choose: "service-account" });
      (await window.person.pick("Which environment")).choose(site.label);
      const company = await window.person.box("Company ID");
      await company.enter(control.companies()[0]?.id ?? "");
      await (await window.person.box("Client ID")).enter(serviceAccount.clientId);
      control.inject({ path: "/rest/v1.0/me", fault: { kind: "reply", status: 403, body: '{"errors":"Forbidden"}' } });
      await (await window.person.box("Client secret")).enter(serviceAccount.clientSecret);
      (await window.person.box("Company ID")).escape();
      await failing;

      const done = window.run("procore.showWhatWasSent");
      const whose = await window.person.pick("Whose requests do you want to see?");
      assert.deepEqual(
        whose.items.map(({ description = "" }) => description.replace(new RegExp(timeWords, "u"), "TIME")),
        ["active", "a sign-in that failed, TIME: No permission"],
      );
      whose.choose(whose.items[1]?.label ?? "");
      const steps = await window.person.pick("Which step");
      assert.ok(steps.items.some(({ label }) => label.endsWith("Get a Token for the Service Account")));
      steps.back();
      (await window.person.pick("Whose requests do you want to see?")).choose(whose.items[1]?.label ?? "");
      (await window.person.pick("Which step")).choose("2. Who Am I");
      await done;
      const text = await until(
        "the question who it is",
        async () => vscode.window.activeTextEditor?.document.getText() ?? "",
        (shown) => /^Answer: 403 after /mu.test(shown),
      );
      assert.ok(text.includes("[hidden]"));
      const mine = await show("exchange", /^Answer: 200 after /mu);
      assert.match(mine, /by this window/u, "with a step alone it is about the active connection");
    });

    it("forgets with the connection, and says so", async () => {
      await signIn(window, site);
      const connection = await idOf();
      await show("exchange");
      const document = vscode.window.activeTextEditor?.document;
      window.person.answer(/^Remove/u, "Remove");
      await window.run("procore.removeConnection");
      await until(
        "it is gone",
        async () => document?.getText(),
        (text) => text?.startsWith("This connection was removed") === true,
      );
      await signIn(window, site);
      await window.run("procore.showWhatWasSent", { connection, step: "exchange" });
      assert.equal(lastMessage()?.text, "You are not signed in.");
    });

    it("remembers nothing in a window that is opened later, but what that one sends", async () => {
      await signIn(window, site);
      await window.close({ folder: "keep" });
      window = await openWindow({ folder: window.folder });
      assert.match(await show("exchange"), /has no record/u);
      assert.match(await show("key-check"), /has no record/u);
      const done = window.run("procore.editCredentials");
      await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
      await (await window.person.box("Client secret")).enter(site.sandbox.clientSecret);
      await done;
      await show("key-check", /^Answer: 400 after /mu);
    });
  });

  describe("Copy Sign-In Step as cURL", () => {
    it("copies for the terminal's shell, with variables for what is secret", async () => {
      await signIn(window, site);
      await window.run("procore.copyStepAsCurl", { step: "exchange" });
      const shellAsked = window.person.copied.length === 0;
      assert.ok(!shellAsked, "the terminal's shell is known here");
      const [line = ""] = window.person.copied;
      assert.ok(line.includes(`client_id=${site.sandbox.clientId}`), line);
      assert.match(line, /client_secret=\$PROCORE_CLIENT_SECRET/u);
      assert.match(
        lastMessage()?.text ?? "",
        /^Copied for bash\. Set these variables first: PROCORE_CODE, PROCORE_CLIENT_SECRET\.$/u,
      );
      assert.deepEqual(lastMessage()?.buttons, ["Copy Variables", "Other Shell"]);
    });

    it("copies the lines that set its variables, and then the command line once more", async () => {
      await signIn(window, site);
      const buttons = ["Copy Variables", "Copy Command Line"];
      const told = replaceMember(vscode.window, "showInformationMessage", async (_text: string, ...shown: string[]) => {
        const button = buttons.shift();
        assert.ok(button === undefined || shown.includes(button), shown.join());
        return button;
      });
      try {
        await window.run("procore.copyStepAsCurl", { step: "exchange" });
        await until(
          "three copies",
          async () => window.person.copied.length,
          (count) => count === 3,
        );
      } finally {
        told.dispose();
      }
      const [line, lines, again] = window.person.copied;
      assert.equal(lines, "export PROCORE_CODE=''\nexport PROCORE_CLIENT_SECRET=''\n");
      assert.match(line ?? "", /^curl /u);
      assert.equal(again, line);
    });

    it("says so when the clipboard cannot be written, also after a button", async () => {
      await signIn(window, site);
      window.person.clipboardAccess = "refused";
      await window.run("procore.copyStepAsCurl", { step: "exchange" });
      assert.match(lastMessage()?.text ?? "", /^Nothing was copied/u);
      window.person.clipboardAccess = "allowed";
      const told = replaceMember(vscode.window, "showInformationMessage", async (_text: string, button: string) => {
        window.person.clipboardAccess = "refused";
        return button;
      });
      try {
        const before = window.person.messages.length;
        await window.run("procore.copyStepAsCurl", { step: "exchange" });
        await until(
          "it is told",
          async () => window.person.messages.slice(before).map(({ text }) => text),
          (texts) => texts.some((text) => text.startsWith("Nothing was copied")),
        );
      } finally {
        told.dispose();
      }
    });

    it("is about the step that the editor shows, from the palette", async () => {
      await signIn(window, site);
      await show("refresh");
      await window.run("procore.copyStepAsCurl");
      assert.match(window.person.copied.at(-1) ?? "", /grant_type=refresh_token/u);
    });

    it("asks for step and shell, and copies nothing when the question is closed", async () => {
      const done = window.run("procore.copyStepAsCurl");
      (await window.person.pick("Which step do you want to copy as a command line?")).escape();
      await done;
      assert.deepEqual(window.person.copied, []);
      window.person.answer(/^Copied for bash/u, "Other Shell");
      const other = window.run("procore.copyStepAsCurl", { step: "revoke" });
      await other;
      (await window.person.pick("Which shell is the command line for?")).choose("cmd");
      const line = await until(
        "the line for cmd",
        async () => window.person.copied.at(-1) ?? "",
        (text) => text.includes("%PROCORE_CLIENT_SECRET%"),
      );
      assert.match(line, /^curl .*login-sandbox\.procore\.com\/oauth\/revoke"$/u);
    });
  });

  describe("Export Postman Collection", () => {
    const saveAs = (name: string | undefined) =>
      replaceMember(vscode.window, "showSaveDialog", async () =>
        name === undefined ? undefined : vscode.Uri.file(path.join(folder, name)),
      );
    const json = async (name: string): Promise<string> => await readFile(path.join(folder, name), "utf8");

    it("writes both files at once, with nothing of a person's own unless they say so", async () => {
      await signIn(window, site);
      const dialog = saveAs("x.postman_collection.json");
      try {
        const done = window.run("procore.exportPostmanCollection");
        (await window.person.pick("What may the files hold?")).choose("Nothing of yours");
        await done;
        assert.deepEqual((await readdir(folder)).toSorted(), [
          "x.postman_collection.json",
          "x.postman_environment.json",
        ]);
        const text = (await json("x.postman_collection.json")) + (await json("x.postman_environment.json"));
        for (const own of [site.sandbox.clientId, site.sandbox.baseUrl, site.label])
          assert.ok(!text.includes(own), own);

        window.person.answer(/^Overwrite "x\.postman_environment\.json"\?$/u, "Overwrite");
        const again = window.run("procore.exportPostmanCollection");
        (await window.person.pick("What may the files hold?")).choose("Your client ID");
        const [company] = site.sandbox.control.companies();
        (await window.person.pick("Which company should company_id be?")).choose(company?.name ?? "");
        await again;
        const own = await json("x.postman_environment.json");
        for (const value of [site.sandbox.clientId, site.sandbox.baseUrl, company?.id ?? "?"]) {
          assert.ok(own.includes(JSON.stringify(value)), value);
        }
        assert.ok(!own.includes(site.sandbox.clientSecret));
        assert.match(lastMessage()?.text ?? "", /^Exported a Postman collection/u);
      } finally {
        dialog.dispose();
      }
    });

    it("overwrites the environment file only when it was told to", async () => {
      await writeFile(path.join(folder, "y.postman_environment.json"), "mine");
      const dialog = saveAs("y.json");
      try {
        await window.run("procore.exportPostmanCollection");
      } finally {
        dialog.dispose();
      }
      assert.equal(lastMessage()?.text, 'Overwrite "y.postman_environment.json"?');
      assert.deepEqual(await readdir(folder), ["y.postman_environment.json"]);
      assert.equal(await json("y.postman_environment.json"), "mine");
    });

    it("writes nothing when a question or the dialog is closed", async () => {
      await signIn(window, site);
      const dialog = saveAs(undefined);
      try {
        const done = window.run("procore.exportPostmanCollection");
        (await window.person.pick("What may the files hold?")).choose("Nothing of yours");
        await done;
        const closed = window.run("procore.exportPostmanCollection");
        (await window.person.pick("What may the files hold?")).escape();
        await closed;
      } finally {
        dialog.dispose();
      }
      assert.deepEqual(await readdir(folder), []);
    });

    it("says which file could not be written", async () => {
      const dialog = saveAs(path.join("a-file", "z.postman_collection.json"));
      await writeFile(path.join(folder, "a-file"), "no folder");
      try {
        await window.run("procore.exportPostmanCollection");
      } finally {
        dialog.dispose();
      }
      assert.match(lastMessage()?.text ?? "", /^The file "z\.postman_\w+\.json" could not be saved\./u);
    });
  });

  describe("Copy Environment for My App", () => {
    it("copies what one's own app needs to sign in, with an empty secret", async () => {
      await signIn(window, site);
      const done = window.run("procore.copyEnvironment", { connection: await idOf() });
      const [company] = site.sandbox.control.companies();
      (await window.person.pick("Which company should PROCORE_COMPANY_ID be?")).choose(company?.name ?? "");
      await done;
      const env = parseEnv(window.person.copied.at(-1) ?? "");
      assert.equal(env["PROCORE_CLIENT_ID"], site.sandbox.clientId);
      assert.equal(env["PROCORE_CLIENT_SECRET"], "");
      assert.equal(env["CLIENT_SECRET"], "");
      assert.equal(env["PROCORE_API"], site.sandbox.baseUrl);
      assert.equal(env["PROCORE_COMPANY_ID"], company?.id);
      assert.match(lastMessage()?.text ?? "", /fill it in/u);
    });

    it("starts the Local Sandbox for somebody who has no account, and its keys let an app in", async () => {
      const done = window.run("procore.copyEnvironment");
      (await window.person.pick("Which environment or connection should the .env text be for?")).choose(
        "Local Sandbox",
      );
      await done;
      const env = parseEnv(window.person.copied.at(-1) ?? "");
      const keys = { client_id: env["CLIENT_ID"] ?? "", client_secret: env["CLIENT_SECRET"] ?? "" };
      const ask = async (fields: Readonly<Record<string, string>>): Promise<unknown> => {
        const body = new URLSearchParams({ grant_type: "authorization_code", code: "none", ...fields });
        const reply = await fetch(`${env["OAUTH_URL"]}/oauth/token`, { method: "POST", body });
        return ((await reply.json()) as { readonly error?: unknown }).error;
      };
      const redirect_uri = env["REDIRECT_URI"] ?? "";
      assert.equal(await ask({ ...keys, redirect_uri }), "invalid_grant", "it knows the keys");
      assert.equal(await ask({ ...keys, client_secret: "wrong", redirect_uri }), "invalid_client");
      assert.match(env["PROCORE_COMPANY_ID"] ?? "", /^\d+$/u);
    });

    it("offers Procore's sandbox to whoever has tried the Local Sandbox alone", async () => {
      const local = window.run("procore.signIn", { choose: "local-sandbox" });
      const code = await window.person.box("Authorization code");
      await code.enter(await allowInBrowser(window.person.opened[0]));
      await local;
      const done = window.run("procore.copyEnvironment");
      (await window.person.pick("Copy environment for my app")).choose("Development Sandbox");
      await done;
      assert.equal(parseEnv(window.person.copied.at(-1) ?? "")["OAUTH_URL"], "https://login-sandbox.procore.com");
    });

    it("says so when the clipboard cannot be written", async () => {
      window.person.clipboardAccess = "refused";
      const done = window.run("procore.copyEnvironment");
      (await window.person.pick("Copy environment for my app")).choose("Development Sandbox");
      await done;
      assert.match(lastMessage()?.text ?? "", /^Nothing was copied/u);
    });

    it("copies nothing when the question is closed", async () => {
      const done = window.run("procore.copyEnvironment");
      (await window.person.pick("Which environment or connection should the .env text be for?")).escape();
      await done;
      assert.deepEqual(window.person.copied, []);
    });
  });
});
