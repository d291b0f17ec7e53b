import assert from "node:assert/strict";
import { createDirectory } from "../../src/sandbox/data/directory.ts";
import type { ExtensionWindow } from "../fakes/extensionWindow.ts";
import type { ScriptedPick } from "../fakes/scriptedInputs.ts";
import { environmentAt, openSite, setEnvironments, signIn, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

const counts = { companies: 3, projects: 10_000 };

describe("10,000 projects in one company", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened), counts);
  beforeEach(() => signIn(window, site));

  /** The first company, and what its first user sees of it. */
  const first = () => {
    const directory = createDirectory(site.sandbox.state().seed, counts);
    const [company] = directory.companies;
    const [user] = directory.users;
    assert.ok(company !== undefined && user !== undefined);
    return { company, all: directory.projects(company, user) };
  };
  /** The last project of the first company, and where it is. */
  const last = () => {
    const { company, all } = first();
    const project = all.findLast(({ active, number }) => active && number !== undefined);
    assert.ok(project?.number !== undefined);
    return { company, project, number: project.number };
  };
  const requests = (path: string) => site.sandbox.control.requests().filter((request) => request.path === path);
  const isThere =
    (label: string) =>
    async (pick: ScriptedPick): Promise<boolean> =>
      pick.items.some((item) => item.label === label);

  /** Opens the box and types; resolves when a line has this label. */
  async function find(
    text: string,
    label: string,
  ): Promise<{ readonly pick: ScriptedPick; readonly done: Promise<void> }> {
    const done = window.run("procore.findProject");
    const pick = await window.person.pick("Name, number, city or ID");
    pick.type(text);
    await until(`${label} is found`, async () => isThere(label)(pick), Boolean);
    return { pick, done };
  }

  /** The ids of what is selected in the view. */
  const selection = async (): Promise<readonly unknown[]> =>
    window.viewSelection.map((node) => Reflect.get(Object(node), "id"));
  const untilSelected = async (id: string): Promise<void> =>
    void (await until(`${id} is selected`, selection, (ids) => ids.length === 1 && ids[0] === id));

  it("the last one is found by its number, and shows under Found without the pages before it", async () => {
    const { company, project, number } = last();
    const { pick, done } = await find(number, project.name);
    pick.pressOn(project.name, "Copy ID");
    pick.pressOn(project.name, "Open in Procore");
    await until(
      "the browser opens",
      async () => window.person.opened.length,
      (count) => count === 2,
    );
    assert.deepEqual(window.person.copied, [project.id]);
    assert.match(
      String(window.person.opened.at(-1)),
      new RegExp(`/companies/${company.id}/projects/${project.id}/`, "u"),
    );
    pick.choose(project.name);
    await done;
    const id = `company:${company.id}/found/project:${project.id}`;
    await untilSelected(id);
    const [companyRow] = await window.rows();
    const [found, first] = await window.rows(companyRow);
    assert.equal(found?.label, "Found");
    assert.equal(first?.item.contextValue, "project");
    const [row, ...others] = await window.rows(found);
    assert.deepEqual([row?.item.id, others.length], [id, 0]);
    assert.equal((await window.rows(row)).length > 5, true);
    await window.run("procore.copyId", row?.node);
    assert.deepEqual(window.person.copied, [project.id, project.id]);
    await window.run("procore.clearFound", found?.node);
    assert.equal((await window.rows(companyRow))[0]?.label, first?.label);
    assert.deepEqual(window.person.messages, []);
  });

  it("a clipboard that is refused is told beside the box, which stays open", async () => {
    const { company, project, number } = last();
    const { pick, done } = await find(number, project.name);
    window.person.clipboardAccess = "refused";
    pick.pressOn(project.name, "Copy ID");
    await until(
      "it is told",
      async () => window.person.messages.at(-1)?.text ?? "",
      (text) => text.startsWith("Nothing was copied"),
    );
    pick.choose(project.name);
    await done;
    await untilSelected(`company:${company.id}/found/project:${project.id}`);
  });

  it("the whole list is read once, whoever looks again, and says which company was left out", async () => {
    const { project, number } = last();
    const first = await find(number, project.name);
    // 10,625 in each of two companies, inactive ones with them; the app is not installed in the third.
    await until(
      "everything is read",
      async () => first.pick.title,
      (title) => /^Find Project: 21,250 projects, just read$/u.test(title),
    );
    first.pick.escape();
    await first.done;
    const before = requests("/rest/v1.1/projects").length;
    const again = await find("", "Left out: the app is not installed in Löwenstein Hoch- und Tiefbau AG");
    assert.ok(again.pick.items.some(({ label }) => label === "… and 21,150 more: type more"));
    assert.deepEqual(again.pick.buttons, ["Read All Projects Again"]);
    again.pick.type(number);
    assert.equal(again.pick.items[0]?.label, project.name);
    again.pick.choose(project.name);
    await again.done;
    const third = await find("", project.name);
    assert.deepEqual([third.pick.items[0]?.label, third.pick.items[1]?.label], ["Recent", project.name]);
    third.pick.escape();
    await third.done;
    // Only the first page of the company that was opened.
    assert.equal(requests("/rest/v1.1/projects").length, before + 1);
  });

  it("one is pinned and unpinned in the box, which then has it first, as the view does", async () => {
    const { company, project, number } = last();
    const { pick, done } = await find(number, project.name);
    const labels = async (): Promise<string> => pick.items.map(({ label }) => label).join();
    assert.notEqual(pick.items[0]?.label, "Pinned");
    pick.pressOn(project.name, "Pin");
    await until("it is pinned", labels, (all) => all.startsWith(`Pinned,${project.name}`));
    assert.throws(() => pick.pressOn(project.name, "Pin"));
    const [pinned] = await window.rows();
    assert.deepEqual(
      [pinned?.label, (await window.rows(pinned)).map(({ label }) => label)],
      ["Pinned", [project.name]],
    );
    pick.type("");
    await until("it is first of all", labels, (all) => all.startsWith(`Pinned,${project.name},Projects,`));
    pick.pressOn(project.name, "Unpin");
    await until("it is unpinned", labels, (all) => !all.includes("Pinned"));
    assert.equal((await window.rows())[0]?.label, company.name);
    pick.escape();
    await done;
    assert.deepEqual(window.person.messages, []);
  });

  it("the address of one leads to its row, from both boxes, and nobody asks the address", async () => {
    const { company, project } = last();
    const id = `company:${company.id}/found/project:${project.id}`;
    const address = `${site.sandbox.baseUrl}/${project.id}/project/home`;
    const done = window.run("procore.goToAddress");
    const box = await window.person.box("Go to Procore Address");
    await box.enter("somewhere");
    assert.match(box.message, /^This is no web address/u);
    box.type(address);
    assert.equal(box.message, `Project ${project.id}`);
    await box.enter(address);
    await done;
    await untilSelected(id);
    const { pick, done: picked } = await find(
      `${site.sandbox.baseUrl}/webclients/host/companies/${company.id}/projects/${project.id}/tools/rfis/56`,
      `Rfis 56 of project ${project.id} of company ${company.id}`,
    );
    window.person.answer(/^Recognised rfis 56 of/u, "Copy ID");
    pick.choose("Rfis 56");
    await picked;
    await untilSelected(`${id}/tool:rfis`);
    await until(
      "the item's id is copied",
      async () => window.person.copied,
      (copied) => copied.includes("56"),
    );
    assert.deepEqual(requests(`/${project.id}/project/home`), []);
  });

  it("the address of an item leads to its row, where that is on its tool's first page", async () => {
    const { company, all } = first();
    const project = all.find(({ name }) => name === "Sandbox Test Project");
    assert.ok(project);
    const id = `company:${company.id}/found/project:${project.id}`;
    await window.run("procore.goToAddress", `${site.sandbox.baseUrl}/${project.id}/project/home`);
    const [companyRow] = await window.rows();
    const [found] = await window.rows(companyRow);
    const [row] = await window.rows(found);
    const rfis = (await window.rows(row)).find(({ label }) => label === "RFIs");
    const item = (await window.rows(rfis))[7]?.item.id ?? "";
    assert.ok(item.startsWith(`${id}/tool:rfis/item:`), item);
    const address = `${site.sandbox.baseUrl}/${project.id}/project/rfis/show/${item.split("item:")[1]}`;
    await window.run("procore.goToAddress", address);
    await untilSelected(item);
    assert.match(window.person.messages.at(-1)?.text ?? "", /^Recognised rfis \d+ of Sandbox Test Project\.$/u);
  });

  it("the address of another connection asks before this window switches to it", async () => {
    const { company, project } = last();
    const other = await openSite(window, { ...counts, projects: 5, seed: 7 });
    const [mine, others] = [
      { ...environmentAt("Mine", site.sandbox.baseUrl), id: "mine" },
      { ...environmentAt("Other", other.sandbox.baseUrl), id: "other" },
    ];
    await setEnvironments([environmentAt("Test Site", site.sandbox.baseUrl), mine, others]);
    await signIn(window, { ...other, label: "Other" });
    const before = (await window.rows())[0]?.item.id;
    const address = `${site.sandbox.baseUrl}/${company.id}/company/home/list`;
    await window.run("procore.goToAddress", address);
    assert.match(window.person.messages.at(-1)?.text ?? "", /belongs to the connection .*Switch this window to it\?$/u);
    assert.equal((await window.rows())[0]?.item.id, before);
    window.person.answer(/Switch this window/u, "Switch");
    await window.run("procore.goToAddress", `${site.sandbox.baseUrl}/${project.id}/project/home`);
    await untilSelected(`company:${company.id}/found/project:${project.id}`);
  });

  it("an address that no connection has, or with nothing known in it, says so and asks nobody", async () => {
    const before = site.sandbox.control.requests().length;
    const cases: readonly (readonly [string, RegExp])[] = [
      ["https://procore.com.evil.test/1/company/home", /^procore\.com\.evil\.test is none of Procore's hosts/u],
      ["https://us02.procore.com/1/project/home", /^us02\.procore\.com belongs to Production, and no connection/u],
      [`${site.sandbox.baseUrl}/weather`, /belongs to Test Site.*, but no company or project was recognised/u],
      ["not an address", /^This is no web address/u],
    ];
    for (const [address, words] of cases) {
      await window.run("procore.goToAddress", address);
      assert.match(window.person.messages.at(-1)?.text ?? "", words);
    }
    assert.equal(site.sandbox.control.requests().length, before);
  });
});
