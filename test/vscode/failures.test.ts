import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HomeKind } from "../../src/auth/sessionHome.ts";
import { minuteMs } from "../../src/core/clock.ts";
import { closeWindow, openWindow, type ExtensionWindow, type Row } from "../fakes/extensionWindow.ts";
import { closeSites, openSite, signIn, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";

/** Something that goes wrong while a session is in use. */
interface Trouble {
  readonly name: string;
  readonly homes: readonly HomeKind[];
  /** Happens while the access token is past its end. */
  readonly happens: (scene: Scene) => Promise<Happened>;
  /** What the failed row says, and the status bar item. */
  readonly headline: string;
  readonly status: string;
  /** What helps: the row's click, and the first button of the one notification. */
  readonly button: string;
}

interface Happened {
  /** Reads what must stay as the trouble left it. */
  readonly look: () => Promise<string>;
  /** Answers what the button asks, or does what it leads to elsewhere. */
  readonly mend: () => Promise<void>;
}

interface Scene {
  readonly home: HomeKind;
  readonly window: ExtensionWindow;
  readonly id: string;
  site: Site;
}

/** A place where something of a session is stored. */
interface Place {
  readonly read: (scene: Scene) => Promise<string>;
  readonly write: (scene: Scene, text: string) => Promise<void>;
}

const newer = `{ "v": 2,\n  "what": "only tomorrow knows" }\r\n`;
const refresh = "procore.refreshSession";
const both: readonly HomeKind[] = ["secretStorage", "sealedFile"];

const secretReset: Trouble = {
  name: "a client secret that was reset at the server",
  homes: both,
  headline: "Credentials not accepted",
  status: "$(error) Test Site: check app credentials",
  button: "Edit App Credentials",
  async happens(scene) {
    const { window } = scene;
    await scene.site.sandbox.close();
    const state = { ...scene.site.sandbox.state(), clientSecret: "reset-to-this-one" };
    scene.site = await openSite(window, { state });
    window.person.answer(/does not accept this client ID and secret/u, "Edit App Credentials");
    const mend = async (): Promise<void> => {
      await (await window.person.box("Client ID")).enter(state.clientId);
      await (await window.person.box("Client secret")).enter(state.clientSecret);
      await until(
        "the secret is saved",
        async () => window.person.notices.at(-1),
        (notice) => notice === "Client secret saved",
      );
    };
    return { look: () => session.read(scene), mend };
  },
};

const olderCopy: Trouble = {
  name: "an older copy of the session that was put back",
  homes: both,
  headline: "Session is outdated",
  status: "$(error) Test Site: sign in again",
  button: "Sign In",
  async happens(scene) {
    const { window, site } = scene;
    const text = await session.read(scene);
    await window.run(refresh);
    window.controls.advanceClock(2 * 60 * minuteMs);
    await session.write(scene, text);
    window.person.answer(/an older copy of your session/u, "Sign In");
    const mend = async (): Promise<void> => {
      await (await window.person.box("Authorization code")).enter(site.sandbox.control.issueCode());
      await until(
        "signed in",
        async () => window.status.text,
        (text) => signedIn.test(text),
      );
    };
    return { look: () => session.read(scene), mend };
  },
};

/** It is left as it is; here the update is that it can be read again. */
function newerVersion(name: string, homes: readonly HomeKind[], place: Place): Trouble {
  return {
    name,
    homes,
    headline: "Made by a newer version",
    status: "$(key) Test Site renews on next use",
    button: "Check for Updates",
    async happens(scene) {
      const before = await place.read(scene);
      await place.write(scene, newer);
      return { look: () => place.read(scene), mend: () => place.write(scene, before) };
    },
  };
}

function secret(kind: "session" | "key" | "client"): Place {
  return {
    read: async ({ window, id }) => (await window.secrets.get(`procore.${kind}.${id}`)) ?? "",
    write: async ({ window, id }, text) => await window.secrets.store(`procore.${kind}.${id}`, text),
  };
}

/** The file that the key of a sealed session opens. */
const sealed: Place = {
  read: async (scene) => await readFile(await sealedFile(scene), "utf8"),
  write: async (scene, text) => await writeFile(await sealedFile(scene), text),
};

async function sealedFile({ window }: Scene): Promise<string> {
  const folder = path.join(window.folder, "sessions");
  const [file, ...others] = (await readdir(folder)).filter((name) => name.endsWith(".sealed"));
  assert.ok(file !== undefined && others.length === 0);
  return path.join(folder, file);
}

/** The stored session, in either home. */
const sessionIn: Readonly<Record<HomeKind, Place>> = { secretStorage: secret("session"), sealedFile: sealed };
const session: Place = {
  read: async (scene) => await sessionIn[scene.home].read(scene),
  write: async (scene, text) => await sessionIn[scene.home].write(scene, text),
};

const troubles: readonly Trouble[] = [
  secretReset,
  olderCopy,
  newerVersion("a session that a newer version stored", ["secretStorage"], secret("session")),
  newerVersion("a sealed file that a newer version wrote", ["sealedFile"], sealed),
  newerVersion("a key to the sealed file that a newer version stored", ["sealedFile"], secret("key")),
  newerVersion("a client secret that a newer version stored", both, secret("client")),
];

const signedIn = /^\$\(key\) Test Site 1h (29|30)m$/u;
const nodes = (rows: readonly Row[]): readonly unknown[] => rows.map(({ node }) => node);

for (const home of both)
  describe(`trouble with a session in its ${home} home`, () => {
    let window: ExtensionWindow;

    afterEach(async () => {
      await closeWindow();
      await closeSites();
    });

    /** Signed in, with the first company open and one of its projects selected; the second was never opened. */
    async function open() {
      window = await openWindow({ home });
      const site = await openSite(window);
      await signIn(window, site);
      const [first, second] = await window.rows();
      assert.ok(first !== undefined && second !== undefined);
      const project = (await window.rows(first)).find(({ item }) => item.contextValue === "project");
      assert.ok(project !== undefined);
      const done = window.run("procore.findProject");
      const pick = await window.person.pick("Name, number, city or ID");
      pick.type(project.label);
      const isListed = async (): Promise<boolean> => pick.items.some(({ label }) => label === project.label);
      await until("the project is found", isListed, Boolean);
      pick.choose(project.label);
      await done;
      await until(
        "the project is selected",
        async () => window.viewSelection.length,
        (count) => count === 1,
      );
      const [connection] = await window.connections();
      return { site, first, second, id: String(connection?.["id"]) };
    }

    /** The very rows, and what is selected. */
    const place = async (first: Row): Promise<readonly unknown[]> => [
      ...nodes(await window.rows()),
      ...nodes(await window.rows(first)),
      ...window.viewSelection,
    ];
    /** The editor knows of no selection while it reads rows. */
    const assertPlace = async (first: Row, before: readonly unknown[]): Promise<void> =>
      void (await until(
        "the rows and the selection of before",
        () => place(first),
        (now) => now.length === before.length && now.every((node, index) => node === before[index]),
      ));
    const connectionIds = async (): Promise<readonly unknown[]> =>
      (await window.connections()).map((connection) => connection["id"]);
    const tokenCalls = ({ sandbox }: Site): number =>
      sandbox.control.requests().filter((request) => request.path === "/oauth/token").length;
    /** What became of each refresh token that was sent. */
    const offered: string[] = [];
    const listen = ({ sandbox }: Site): void =>
      void sandbox.control.onRefresh(({ outcome }) => void offered.push(outcome));

    for (const trouble of troubles.filter(({ homes }) => homes.includes(home)))
      it(`${trouble.name}: told once with what helps, and everything stays in its place`, async () => {
        const { site, first, second, id } = await open();
        const before = await place(first);
        offered.splice(0);
        listen(site);
        window.controls.advanceClock(2 * 60 * minuteMs);
        const scene: Scene = { home, window, id, site };
        const { look, mend } = await trouble.happens(scene);
        const left = await look();
        if (scene.site !== site) listen(scene.site);

        const calls: number[] = [];
        for (let asked = 1; asked <= 2; asked += 1) {
          await window.run("procore.refreshExplorer", second.node);
          const [row, ...others] = await window.rows(second);
          assert.deepEqual([row?.label, others.length], [trouble.headline, 0]);
          assert.match(String(row?.item.description), new RegExp(`^${trouble.button} · `, "u"));
          assert.equal(window.status.text, trouble.status);
          assert.deepEqual(window.person.messages, []);
          calls.push(tokenCalls(scene.site));
        }
        assert.equal(calls[1], calls[0], "who asks again sends nothing that was refused");
        await window.run(refresh);
        const [told, ...more] = window.person.messages;
        assert.deepEqual(
          [told?.severity, told?.buttons[0], told?.buttons.at(-1)],
          ["error", trouble.button, "Show Log"],
        );
        assert.deepEqual(more, []);
        assert.equal(await look(), left);
        await assertPlace(first, before);
        assert.deepEqual(await connectionIds(), [id]);

        await mend();
        await window.run("procore.refreshExplorer", second.node);
        assert.ok((await window.rows(second)).length > 1);
        assert.match(window.status.text, signedIn);
        await assertPlace(first, before);
        assert.deepEqual(await connectionIds(), [id]);
        assert.deepEqual(offered, ["renewed"]);
        assert.equal(window.person.messages.length, 1);
      });

    it("a sign-in that waits for its code waits on while the session breaks, and mends it", async () => {
      const { site, first, second, id } = await open();
      const before = await place(first);
      const done = window.run("procore.signIn", { connection: id });
      (await window.person.box("Authorization code")).escape();
      await done;
      window.controls.advanceClock(2 * 60 * minuteMs);
      await olderCopy.happens({ home, window, id, site });
      await window.run("procore.refreshExplorer", second.node);
      assert.equal((await window.rows(second))[0]?.label, olderCopy.headline);
      assert.equal(window.contextKeys.get("procore.signInPending"), true);
      assert.deepEqual(window.person.messages, []);

      const entering = window.run("procore.enterAuthorizationCode");
      await (await window.person.box("Authorization code")).enter(site.sandbox.control.issueCode());
      await entering;
      assert.match(window.status.text, signedIn);
      await window.run("procore.refreshExplorer", second.node);
      assert.ok((await window.rows(second)).length > 1);
      await assertPlace(first, before);
      assert.deepEqual(await connectionIds(), [id]);
    });
  });
