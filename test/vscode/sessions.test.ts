import assert from "node:assert/strict";
import { minuteMs } from "../../src/core/clock.ts";
import { closeWindow, openWindow, type ExtensionWindow, type Row } from "../fakes/extensionWindow.ts";
import { closeSites, openSite, signIn, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";

for (const home of ["secretStorage", "sealedFile"] as const)
  describe(`a session in its ${home} home`, () => {
    let window: ExtensionWindow;
    let site: Site;

    async function open(options: Parameters<typeof openSite>[1] = {}): Promise<void> {
      window = await openWindow({ home });
      site = await openSite(window, options);
      await signIn(window, site);
    }

    afterEach(async () => {
      await closeWindow();
      await closeSites();
    });

    const tokenCalls = (): number =>
      site.sandbox.control.requests().filter(({ path, status }) => path === "/oauth/token" && status === 200).length;

    async function company(index = 0): Promise<Row> {
      const row = (await window.rows())[index];
      assert.ok(row);
      return row;
    }

    it("is told by the status bar as time goes by", async () => {
      await open();
      const texts: string[] = [];
      for (const minutes of [30, 35, 24, 5]) {
        window.controls.advanceClock(minutes * minuteMs);
        // The wake-up is a promise away.
        await new Promise((resolve) => setImmediate(resolve));
        texts.push(window.status.text);
      }
      assert.match(texts[0] ?? "", /^\$\(key\) Test Site (59m|1h 0m)$/u);
      assert.match(texts[1] ?? "", /^\$\(key\) Test Site 2[45]m$/u);
      assert.match(texts[2] ?? "", /^\$\(key\) Test Site (<1m|1m)$/u);
      assert.equal(texts[3], "$(key) Test Site renews on next use");
      assert.equal(window.status.backgroundColor, undefined);
      assert.deepEqual(window.person.messages, []);
    });

    for (const rotation of ["now", "on_use"] as const) {
      it(`is renewed by the request that needs it, and the rows stay (rotation ${rotation})`, async () => {
        await open({ rotation });
        const first = await company();
        assert.notEqual((await window.rows(first)).length, 0);
        for (let round = 1; round <= 3; round += 1) {
          window.controls.advanceClock(2 * 60 * minuteMs);
          const before = tokenCalls();
          // Another company's projects: this needs a request.
          await window.run("procore.refreshExplorer", first.node);
          assert.notEqual((await window.rows(first)).length, 0);
          assert.equal(tokenCalls(), before + 1);
          assert.equal((await company()).node, first.node);
        }
        assert.match(window.status.text, /^\$\(key\) Test Site 1h (29|30)m$/u);
        assert.deepEqual(window.person.messages, []);
      });
    }

    it("is renewed once for many requests at the same time", async () => {
      await open();
      const rows = await window.rows();
      window.controls.advanceClock(2 * 60 * minuteMs);
      const before = tokenCalls();
      await Promise.all(rows.map((row) => window.rows(row)));
      assert.equal(tokenCalls(), before + 1);
    });

    it("is renewed after a 401 that comes early, and the request is repeated", async () => {
      await open();
      site.sandbox.control.expireAccessTokens();
      const before = tokenCalls();
      assert.notEqual((await window.rows(await company())).length, 0);
      assert.equal(tokenCalls(), before + 1);
    });

    it("survives trouble on the way: the reason is told in the row, and the next need tries again", async () => {
      await open();
      const first = await company();
      window.controls.advanceClock(2 * 60 * minuteMs);
      site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
      const [failed] = await window.rows(first);
      assert.equal(failed?.label, "Connection broke off");
      assert.equal(window.status.text, "$(key) Test Site renews on next use");
      await window.run("procore.refreshExplorer", first.node);
      assert.ok((await window.rows(first)).length > 1);
      assert.match(window.status.text, /1h (29|30)m$/u);
    });

    it("gives up waiting for an answer that never comes", async () => {
      await open();
      const first = await company();
      window.controls.advanceClock(2 * 60 * minuteMs);
      site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "hang" } });
      const rows = window.rows(first);
      await until(
        "the call is on its way",
        async () => site.sandbox.control.requests().at(-1)?.path,
        (it) => it === "/oauth/token",
      );
      window.controls.advanceClock(31_000);
      assert.equal((await rows)[0]?.label, "No answer in time");
    });

    it("ends when Procore no longer accepts it: a row that says so, at most one message, and Sign In mends it", async () => {
      await open();
      const first = await company();
      site.sandbox.control.endTokens();
      window.controls.advanceClock(2 * 60 * minuteMs);
      const [row] = await window.rows(first);
      assert.equal(row?.label, "Session has ended");
      assert.match(String(row?.item.description), /^Sign In · Procore no longer accepts this session: /u);
      assert.equal(row?.item.command?.command, "procore.signIn");
      assert.equal(window.status.text, "$(error) Test Site: sign in again");
      await window.rows();
      await window.run("procore.refreshSession");
      assert.ok(window.person.messages.length <= 1, JSON.stringify(window.person.messages));

      const done = window.run("procore.signIn");
      await (await window.person.box("Authorization code")).enter(site.sandbox.control.issueCode());
      await done;
      assert.ok((await window.rows(await company())).length > 1);
      assert.equal((await window.connections()).length, 1);
    });

    it("whose new token is refused as well: the row's click signs in there, and asks for no environment", async () => {
      await open();
      const first = await company();
      const fault = { kind: "reply", status: 401 } as const;
      site.sandbox.control.inject({ path: "/rest/v1.1/projects", times: 2, fault });
      const [row] = await window.rows(first);
      assert.equal(row?.label, "Sign-in not accepted");
      const { command, arguments: own = [] } = row.item.command ?? {};
      assert.equal(command, "procore.signIn");
      const done = window.run(command, ...own);
      (await window.person.box("Authorization code")).escape();
      await done;
    });

    it("is renewed when a person asks", async () => {
      await open();
      const before = tokenCalls();
      await window.run("procore.refreshSession");
      assert.equal(tokenCalls(), before + 1);
      assert.equal(window.person.notices.at(-1), "Session refreshed");
    });

    it("is taken over only when a person says so, and goes on", async () => {
      await open();
      for (const button of ["Wait", "Take Over"]) {
        window.person.answer(/^Another window is working on/u, button);
        const shown = window.person.messages.length;
        await window.run("procore.takeOverSession");
        assert.deepEqual(
          window.person.messages.slice(shown).map(({ buttons }) => buttons),
          [["Take Over", "Wait"]],
        );
      }
      window.controls.advanceClock(2 * 60 * minuteMs);
      await window.run("procore.refreshSession");
      assert.equal(window.person.notices.at(-1), "Session refreshed");
    });

    it("goes on in a window that is opened later", async () => {
      await open();
      await window.close({ folder: "keep" });
      window = await openWindow({ folder: window.folder, home });
      assert.equal((await window.rows()).length, 3);
      assert.deepEqual(window.person.messages, []);
    });

    it("is revoked by Sign Out, also when it has ended meanwhile", async () => {
      await open();
      window.controls.advanceClock(2 * 60 * minuteMs);
      await window.run("procore.signOut");
      const { tokens } = site.sandbox.state();
      assert.equal(
        tokens.every(({ revoked }) => revoked),
        true,
      );
      assert.equal(window.status.text, "$(key) Procore: Sign In");
      assert.deepEqual(await window.rows(), []);
    });

    it("is forgotten here when the server cannot be told of Sign Out, which is said", async () => {
      await open();
      site.sandbox.control.inject({ path: "/oauth/revoke", fault: { kind: "reset" } });
      await window.run("procore.signOut");
      assert.equal(window.person.messages.length, 1);
      assert.match(
        window.person.messages[0]?.text ?? "",
        /^Signed out here, but 127\.0\.0\.1:\d+ could not be told\./u,
      );
      assert.equal(window.contextKeys.get("procore.state"), "signedOut");
    });

    it("is told as not kept when the store lost it", async () => {
      await open();
      const first = await company();
      const [connection] = await window.connections();
      const place = home === "secretStorage" ? "session" : "key";
      await window.controls.context.secrets.delete(`procore.${place}.${String(connection?.["id"])}`);
      // The store's event comes when it comes.
      const read = async (): Promise<string | undefined> => {
        await window.run("procore.refreshExplorer", first.node);
        return (await window.rows(first))[0]?.label;
      };
      // In a browser another window may have replaced the store: there the session is not given up for all.
      const expected = {
        secretStorage: {
          row: /^Sign-in was not kept$/u,
          status: /^\$\(error\) Test Site: .*not kept/u,
        },
        sealedFile: {
          row: /^Secret store replaced$/u,
          status: /1h (29|30)m$/u,
        },
      }[home];
      await until("the row says so", read, (label) => expected.row.test(label ?? ""));
      assert.match(window.status.text, expected.status);
      assert.deepEqual(window.person.messages, []);
    });
  });
