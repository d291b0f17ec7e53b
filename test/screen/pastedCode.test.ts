import assert from "node:assert/strict";
import { authorizationUrl } from "../../src/core/oauth/authorizationUrl.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import {
  acceptAndRead,
  againToCodeBox,
  allow,
  countOf,
  settingsFor,
  startSite,
  toCodeBox,
  untilCount,
  untilStep,
  waitingForCode,
  type Site,
} from "./people.ts";

describe("the code box", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A");
    workbench = await openWorkbench({ settings: settingsFor(site) });
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });
  beforeEach(() => workbench.closeNotifications());

  const tokenCalls = (): number => countOf(site, "POST /oauth/token");
  /** By the box's own button, so that line breaks reach the extension; the input would take them away. */
  const paste = async (text: string): Promise<void> => {
    await workbench.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await workbench.quickInputButton("Paste from clipboard");
  };

  it("closes when the view's link cancels the sign-in, and nothing waits any more", async () => {
    await workbench.runCommand("Procore: Focus on Companies View");
    await (await toCodeBox(workbench, site)).close();
    await workbench.untilWelcome(
      /Enter Authorization Code.*Cancel Sign In.*Where does the code come from\? Get Started/su,
    );
    await workbench.clickWelcome("Cancel Sign In");
    await workbench.untilNoQuickInput();
    await workbench.untilWelcome(/Sign in to see/u);
  });

  it("comes after the browser was opened at exactly the address that was built", async () => {
    const popup = await toCodeBox(workbench, site);
    const { baseUrl, clientId } = site.sandbox;
    assert.equal(popup.url(), authorizationUrl({ loginOrigin: baseUrl, clientId }));
    assert.equal(
      popup.url(),
      `${baseUrl}/oauth/authorize?response_type=code&client_id=${clientId}&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob`,
    );
    const code = await allow(popup);

    const wrong = `${code.slice(0, 5)}…`;
    await workbench.fill(wrong);
    const words = await acceptAndRead(workbench, /does not accept this code/u);
    assert.match(words, /part of it is missing, it is older than ten minutes, or it was used already/u);
    const box = await workbench.untilQuickInput(/does not accept this code/u);
    assert.equal(box.value, wrong);
    assert.equal(box.severity, "error");
    assert.ok(box.buttons.includes("Get a new code"), box.buttons.join());

    await workbench.fill(code);
    await workbench.accept();
    await workbench.untilRow("Ironbridge & Vale Builders");
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
  });

  it("says of a code that was accepted before that it was used", async () => {
    const code = site.sandbox.control.issueCode();
    for (const outcome of ["accepted", "refused"] as const) {
      await (await againToCodeBox(workbench, site)).close();
      const users = countOf(site, "GET /rest/v1.0/me");
      await workbench.fill(code);
      await workbench.accept();
      if (outcome === "accepted") await untilCount(site, "GET /rest/v1.0/me", users + 1);
      else {
        await workbench.untilQuickInput(
          `${site.host} does not accept this code: it was used already, and a code works once. Get a new code.`,
        );
        const popup = await workbench.nextPopup(() => workbench.quickInputButton("Get a new code"));
        assert.match(popup.url(), /\/oauth\/authorize\?/u);
        await popup.close();
        assert.equal((await workbench.quickInput())?.value, "");
        await workbench.escape();
      }
    }
  });

  const forms: readonly (readonly [name: string, text: (code: string) => string, said: RegExp])[] = [
    ["the code alone", (code) => code, /^Choose Allow/u],
    ["in quotes and blanks", (code) => `  "${code}" `, /^Choose Allow/u],
    [
      "the address of the code page",
      (code) => `${site.sandbox.baseUrl}/oauth/authorize/native?code=${code}`,
      /code in the address/iu,
    ],
    [
      "an address with the code in its path",
      (code) => `${site.sandbox.baseUrl}/oauth/authorize/${code}`,
      /code in the address/iu,
    ],
    ["the query alone", (code) => `?code=${code}`, /code in the address/iu],
    ["JSON", (code) => JSON.stringify({ code }), /JSON/u],
    ["with a line break in it", (code) => `${code.slice(0, 12)}\n${code.slice(12)}\n`, /./u],
  ];
  /** One of 1,400 codes has letters alone: in two lines that could be two words. */
  const codeWithDigit = (): string => {
    const code = site.sandbox.control.issueCode();
    return /\d/u.test(code) ? code : codeWithDigit();
  };
  for (const [name, text, said] of forms) {
    it(`takes ${name}`, async () => {
      await (await againToCodeBox(workbench, site)).close();
      const [calls, users] = [tokenCalls(), countOf(site, "GET /rest/v1.0/me")];
      await paste(text(codeWithDigit()));
      await workbench.untilQuickInput((input) => input.value !== "" && said.test(input.message));
      await workbench.accept();
      await untilCount(site, "GET /rest/v1.0/me", users + 1);
      assert.equal(tokenCalls(), calls + 1);
      await workbench.untilNoQuickInput();
    });
  }

  it("refuses what holds no code, without asking the server", async () => {
    await (await againToCodeBox(workbench, site)).close();
    const calls = tokenCalls();
    const { baseUrl } = site.sandbox;
    const rows: readonly (readonly [text: string, said: RegExp])[] = [
      ["", /^Paste the code that Procore shows/u],
      [
        `${baseUrl}/cb?error=access_denied&error_description=The+owner+said+no`,
        /^Procore answered "access_denied".*The owner said no/u,
      ],
      [`${baseUrl}/oauth/authorize?client_id=x`, /^This is the address of the sign-in page/u],
      [`${baseUrl}/somewhere`, /^There is no code in this address/u],
      ["x".repeat(2_000_000), /^This is too long to be a code/u],
    ];
    for (const [text, said] of rows) {
      await workbench.fill(text);
      await acceptAndRead(workbench, said);
    }
    assert.equal(tokenCalls(), calls);
    assert.deepEqual(await workbench.notifications(), []);
    await workbench.escape();
  });

  it("explains an error page, with the redirect URI to copy", async () => {
    await (await againToCodeBox(workbench, site)).close();
    await workbench.quickInputButton("I see an error page");
    const { detail } = await workbench.untilDialog("What does the error page say?");
    assert.match(detail, /urn:ietf:wg:oauth:2\.0:oob/u);
    assert.match(detail, new RegExp(site.host, "u"));
    await workbench.clickDialogButton("Copy Redirect URI");
    await until(
      "the URI in the clipboard",
      () => workbench.clipboard(),
      (text) => text === "urn:ietf:wg:oauth:2.0:oob",
    );
    assert.match((await workbench.quickInput())?.title ?? "", /\(4\/4\)$/u);
    await workbench.quickInputButton("Copy link (open it in a private window to sign in as someone else)");
    const { baseUrl, clientId } = site.sandbox;
    await workbench.untilQuickInput(/^Link copied/u);
    assert.equal(await workbench.clipboard(), authorizationUrl({ loginOrigin: baseUrl, clientId }));
    await workbench.escape();
  });

  it("keeps waiting when it is closed, and comes back from the status bar, with what was typed", async () => {
    const popup = await againToCodeBox(workbench, site);
    await workbench.fill("half a co");
    await workbench.escape();
    await workbench.untilNoQuickInput();
    await workbench.untilStatus(waitingForCode);
    await workbench.clickStatus();
    await workbench.chooseItem("Enter Authorization Code");
    await untilStep(workbench, 4);
    assert.equal((await workbench.quickInput())?.value, "half a co");
    const users = countOf(site, "GET /rest/v1.0/me");
    await workbench.fill(await allow(popup));
    await workbench.accept();
    await untilCount(site, "GET /rest/v1.0/me", users + 1);
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
  });

  it("is given up by Cancel Sign In, and the session that was there stays", async () => {
    await (await againToCodeBox(workbench, site)).close();
    const [calls, revocations] = [tokenCalls(), countOf(site, "POST /oauth/revoke")];
    await workbench.escape();
    await workbench.untilStatus(waitingForCode);
    await workbench.clickStatus();
    await workbench.chooseItem("Cancel Sign In");
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    const lists = countOf(site, "GET /rest/v1.0/companies");
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, "GET /rest/v1.0/companies", lists + 1);
    await workbench.untilRow("Ironbridge & Vale Builders");
    assert.equal(tokenCalls(), calls);
    assert.equal(countOf(site, "POST /oauth/revoke"), revocations);
  });
});
