import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import {
  acceptAndRead,
  connectionOf,
  countOf,
  enterCode,
  settingsFor,
  signInAgain,
  startSite,
  toEnvironments,
  toIdBox,
  toSecretBox,
  untilStep,
  allow,
  type Site,
} from "./people.ts";

describe("the credential boxes", function () {
  this.timeout(120_000);
  let one: Site;
  let other: Site;
  let workbench: Workbench;
  before(async () => {
    one = await startSite("Site A", { seed: 1 });
    other = await startSite("Site B", { seed: 2 });
    workbench = await openWorkbench({ settings: settingsFor(one, other) });
  });
  after(async () => {
    await workbench?.dispose();
    await one?.sandbox.close();
    await other?.sandbox.close();
  });

  const pages = (): number => workbench.page.context().pages().length;
  /** Nothing opened a page, no toast came, and no approval page was asked for. */
  const assertNoBrowser = async (): Promise<void> => {
    assert.equal(pages(), 1);
    assert.equal(await workbench.dialog(), undefined);
    const toasts = await workbench.notifications();
    assert.deepEqual(
      toasts.filter(({ busy }) => !busy),
      [],
    );
    for (const site of [one, other]) assert.equal(countOf(site, "GET /oauth/authorize"), 0);
  };

  it("name the host they are for, and that it is not Procore's", async () => {
    await toIdBox(workbench, "Site A");
    const idBox = await workbench.untilQuickInput(/^Client ID/u);
    assert.match(idBox.message, /Site A \(127\.0\.0\.2:\d+, not a Procore host\)/u);
    assert.deepEqual(idBox.buttons, ["Back", "Where do I find this?", "I have no app yet"]);
    await workbench.fill("some-id");
    await workbench.accept();
    const secretBox = await workbench.untilQuickInput(/^Client secret/u);
    assert.match(secretBox.message, /Site A \(127\.0\.0\.2:\d+, not a Procore host\)/u);
    assert.equal(secretBox.masked, true);
    await workbench.back();
    assert.equal((await workbench.untilQuickInput(/^Client ID/u)).value, "some-id");
    await workbench.back();
    await untilStep(workbench, 1);
    await workbench.chooseItem("Site A");
    assert.equal((await workbench.untilQuickInput(/^Client ID/u)).value, "some-id");
    await workbench.escape();
  });

  it("say so when a site refuses another site's keys, and keep what was typed", async () => {
    await toSecretBox(workbench, other, one.sandbox.clientId);
    await workbench.fill(one.sandbox.clientSecret);
    const said = await acceptAndRead(workbench, /does not accept this client ID and secret/u);
    assert.match(said, new RegExp(`^Site B \\(${other.host}\\) does not accept`, "u"));
    const box = await workbench.untilQuickInput(/does not accept/u);
    assert.match(box.title, /Site B \(3\/4\)$/u);
    assert.equal(box.value, one.sandbox.clientSecret);
    assert.equal(box.masked, true);
    assert.equal(box.severity, "error");
    await assertNoBrowser();
    await workbench.escape();
  });

  it("say so when the secret is wrong, whatever way the keys came", async () => {
    const { clientId } = one.sandbox;
    await toSecretBox(workbench, one);
    await workbench.fill("not-the-secret");
    await acceptAndRead(workbench, new RegExp(`^Site A \\(${one.host}\\) does not accept`, "u"));
    await workbench.escape();
    await toIdBox(workbench, "Site A");
    await workbench.fill(`${clientId} not-the-secret`);
    await workbench.untilQuickInput(/^Client ID and secret recognised/u);
    await workbench.accept();
    const box = await workbench.untilQuickInput((input) => /does not accept/u.test(input.message));
    assert.match(box.title, /\(3\/4\)$/u);
    assert.match(box.message, new RegExp(`^Site A \\(${one.host}\\)`, "u"));
    assert.equal(box.value, "not-the-secret");
    await assertNoBrowser();
    await workbench.escape();
  });

  const refusedIds: readonly (readonly [name: string, text: string, said: RegExp])[] = [
    ["nothing", "", /^Enter the client ID/u],
    ["blanks", "   ", /^Enter the client ID/u],
    ["a sentence", "this is not an ID", /^A client ID has no blanks/u],
    ["ID and secret that are the same", "same-text same-text", /are the same text/u],
  ];
  for (const [name, text, said] of refusedIds) {
    it(`refuse ${name} as client ID without asking anybody`, async () => {
      const calls = countOf(one, "POST /oauth/token");
      await toIdBox(workbench, "Site A");
      await workbench.fill(text);
      await acceptAndRead(workbench, said);
      assert.equal((await workbench.quickInput())?.value, text);
      await workbench.escape();
      assert.equal(countOf(one, "POST /oauth/token"), calls);
      await assertNoBrowser();
    });
  }

  const refusedSecrets: readonly (readonly [name: string, text: (id: string) => string, said: RegExp])[] = [
    ["nothing", () => "", /^Enter the client secret/u],
    ["the client ID once more", (id) => id, /are the same text/u],
    ["three words", () => "one two three", /^A client secret has no blanks/u],
  ];
  for (const [name, text, said] of refusedSecrets) {
    it(`refuse ${name} as client secret without asking anybody`, async () => {
      const calls = countOf(one, "POST /oauth/token");
      await toSecretBox(workbench, one);
      await workbench.fill(text(one.sandbox.clientId));
      await acceptAndRead(workbench, said);
      await workbench.escape();
      assert.equal(countOf(one, "POST /oauth/token"), calls);
      await assertNoBrowser();
    });
  }

  it("take padded keys, and go on from a wrong secret to the right one in the same box", async () => {
    await toSecretBox(workbench, one, `  ${one.sandbox.clientId} `);
    await workbench.fill("wrong");
    await acceptAndRead(workbench, /does not accept/u);
    await workbench.fill(` ${one.sandbox.clientSecret}  `);
    const popup = await workbench.nextPopup(() => workbench.accept());
    await enterCode(workbench, one, await allow(popup));
    await workbench.untilRow("Ironbridge & Vale Builders");
  });

  it("take ID and secret pasted together", async () => {
    const { clientId, clientSecret } = other.sandbox;
    await toIdBox(workbench, "Site B");
    await workbench.fill(`PROCORE_CLIENT_ID=${clientId} PROCORE_CLIENT_SECRET="${clientSecret}"`);
    await workbench.untilQuickInput(/^Client ID and secret recognised/u);
    const popup = await workbench.nextPopup(() => workbench.accept());
    await enterCode(workbench, other, await allow(popup));
    await workbench.untilStatus(/^Site B 1h 2\dm$/u);
  });

  it("are passed over for keys that are known", async () => {
    await signInAgain(workbench, one);
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    await toEnvironments(workbench);
    const { items } = await workbench.untilQuickInput(/\(1\/4\)$/u);
    assert.equal(items.filter(({ label }) => connectionOf(one).test(label)).length, 1);
    await workbench.escape();
  });
});
