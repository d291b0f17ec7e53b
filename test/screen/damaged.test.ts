import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { allow, enterCode, settingsFor, signIn, startSite, untilStep, type Site } from "./people.ts";
import { sessionsFolder, storageFolder } from "./storage.ts";

const company = "Ironbridge & Vale Builders";
const damaged = "Stored value is damaged";
const garbage = '{"v":1,"conn';

describe("what is stored and damaged", function () {
  this.timeout(180_000);
  let site: Site;
  let workbench: Workbench;

  before(async () => {
    site = await startSite("North");
    workbench = await openWorkbench({ settings: settingsFor(site) });
    await signIn(workbench, site);
    await workbench.untilRow(company);
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const sealedFiles = async (): Promise<readonly string[]> =>
    (await readdir(sessionsFolder(workbench))).filter((name) => name.endsWith(".sealed"));

  it("a session: a row says so, and signing in from it goes on beside what is kept", async () => {
    const [file, ...more] = await sealedFiles();
    assert.ok(file !== undefined && more.length === 0);
    const place = path.join(sessionsFolder(workbench), file);
    await writeFile(place, garbage);
    await workbench.reload();
    const { spoken } = await workbench.untilRow(damaged);
    assert.match(spoken, /Your sign-in is damaged and cannot be read\. It is left as it is\./u);
    const popup = await workbench.nextPopup(() => workbench.clickRow(damaged));
    await untilStep(workbench, 4);
    await enterCode(workbench, site, await allow(popup));
    await workbench.untilRow(company);
    await workbench.untilStatus(/^North 1h 2\dm$/u);
    assert.equal(await readFile(place, "utf8"), garbage);
    assert.equal((await sealedFiles()).length, 2);
  });

  it("the list of connections: signing in asks, and Set Aside begins anew beside what is kept", async () => {
    const place = path.join(storageFolder(workbench), "connections.json");
    await writeFile(place, garbage);
    await workbench.reload();
    await workbench.untilWelcome(
      /could not be read\. It is left as it is\..*Show Log.*Diagnose Connection.*Is it damaged\?/su,
    );
    await workbench.clickWelcome("Sign In");
    const { detail, buttons } = await workbench.untilDialog(/list of your connections is damaged/u);
    assert.match(detail, /stays beside the new one as connections\.json\.damaged/u);
    assert.ok(buttons.includes("Set Aside"), buttons.join());
    await workbench.clickDialogButton("Cancel");
    assert.equal(await readFile(place, "utf8"), garbage, "nothing is set aside without a person's word");

    await workbench.runCommand("Procore: Sign In");
    await workbench.untilDialog(/list of your connections is damaged/u);
    await workbench.clickDialogButton("Set Aside");
    await untilStep(workbench, 1);
    assert.equal(await readFile(`${place}.damaged`, "utf8"), garbage);
    await workbench.escape();
    await workbench.untilNoQuickInput();
    await signIn(workbench, site);
    await workbench.untilRow(company);
    await workbench.untilStatus(/^North 1h 2\dm$/u);
  });

  it("a list of connections of a newer version: the view says so and leads to updates, and the list stays", async () => {
    const place = path.join(storageFolder(workbench), "connections.json");
    const newer = '{"v":2}';
    await writeFile(place, newer);
    await workbench.reload();
    await workbench.untilWelcome(/newer version of Procore Explorer wrote the list.*Check for Updates.*Show Log/su);
    assert.equal(await readFile(place, "utf8"), newer);
  });
});
