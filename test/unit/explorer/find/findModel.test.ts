import assert from "node:assert/strict";
import { hourMs, minuteMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { companyId, projectId, userId } from "../../../../src/core/procore/ids.ts";
import type { Page, Project } from "../../../../src/core/procore/projects.ts";
import type { RecentProject } from "../../../../src/explorer/recents.ts";
import { Pins, type Pin } from "../../../../src/explorer/pins.ts";
import { FindModel, type FindRow } from "../../../../src/explorer/find/findModel.ts";
import { headings, lineOf, titleOf } from "../../../../src/explorer/find/findWords.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import { FakeProcoreClient, sampleCompany, sampleProject } from "../../../fakes/fakeProcoreClient.ts";
import { FakeSessionSource } from "../../../fakes/fakeSessionSource.ts";
import { activeUntil, environmentParts, sampleConnection, stateWith } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const companies = [1, 2].map((id) => sampleCompany(id));
const notConnected = new ProcoreError({ kind: "appNotConnected" });
const timeout = new ProcoreError({ kind: "network", cause: "timeout", host: "sandbox.procore.com" });
const trouble = new ProcoreError({ kind: "http", status: 500, message: "", host: "sandbox.procore.com" });

function setUp(recents: readonly RecentProject[] = [], pinned: readonly Pin[] = []) {
  const session = new FakeSessionSource(stateWith(sampleConnection()));
  const procore = new FakeProcoreClient();
  const clock = new FakeClock();
  const unexpected: unknown[] = [];
  const stored: { pins?: unknown } = {};
  const pins = new Pins({ get: () => stored.pins, set: (value) => void (stored.pins = value) });
  pins.add(sampleConnection().id, pinned);
  const model = new FindModel({
    session,
    procore,
    clock,
    recents: { list: () => recents },
    pins,
    companies: async () => companies,
    background: (work) => void work.catch((error: unknown) => unexpected.push(error)),
  });
  const shown = (): readonly string[] => model.view.rows.map((row) => said(row, model.view.text));
  const title = (): string => titleOf(model.view, clock.now());
  return { session, procore, clock, unexpected, pins, model, shown, title };
}

/** A row at a glance. */
function said(row: FindRow, text: string): string {
  if (row.kind === "heading") return `-- ${headings()[row.heads]}`;
  const { label, description, detail } = lineOf(row, text);
  return [label, description, detail].filter((part) => part !== undefined).join(" | ");
}

function page(number: number, total: number, company = 1): Page<Project> {
  const start = (number - 1) * 300;
  const length = Math.max(0, Math.min(300, total - start));
  const items = Array.from({ length }, (_, index) => {
    const id = start + index + 1;
    return sampleProject(id, { companyId: companyId(company), number: `N-${String(id).padStart(5, "0")}` });
  });
  return { items, page: number, perPage: 300, total, hasNext: start + length < total };
}

type Parts = ReturnType<typeof setUp>;

/** Opens the box; the companies come. */
async function open(parts: Parts = setUp()): Promise<Parts> {
  parts.model.open();
  parts.procore.companiesCalls.at(-1)?.answer(companies);
  await settled();
  return parts;
}

async function answer({ procore }: Parts, ...pages: readonly Page<Project>[]): Promise<void> {
  for (const each of pages) {
    procore.projectsCalls.at(-1)?.answer(each);
    await settled();
  }
}

/** Everything is read: 450 projects in the first company, 2 in the second. */
async function whole(parts?: Parts): Promise<Parts> {
  const opened = await open(parts);
  await answer(opened, page(1, 450), page(2, 450), page(1, 2, 2));
  return opened;
}

describe("FindModel, the list in memory", () => {
  it("is read company by company, from the moment the box opens, and told as it grows", async () => {
    const parts = await open();
    const { procore, title } = parts;
    assert.equal(title(), "Find Project: reading projects");
    assert.deepEqual(parts.shown(), ["Reading projects…"]);
    await answer(parts, page(1, 450));
    assert.equal(title(), "Find Project: reading, 300 projects");
    await answer(parts, page(2, 450), page(1, 2, 2));
    assert.deepEqual(
      procore.projectsCalls.map((call) => [call.companyId, call.page]),
      [
        ["1", 1],
        ["1", 2],
        ["2", 1],
      ],
    );
    assert.equal(title(), "Find Project: 452 projects, just read");
    assert.equal(parts.model.view.isBusy, false);
    await parts.clock.advance(14 * minuteMs);
    assert.equal(title(), "Find Project: 452 projects, read 14 minutes ago");
  });

  it("tells of how many once each company was asked", async () => {
    const parts = await open();
    await answer(parts, page(1, 2), page(1, 50_000, 2));
    assert.equal(parts.title(), "Find Project: reading, 302 of 50,002 projects");
  });

  it("shows at most a hundred, and how many more there are", async () => {
    const parts = await whole();
    parts.model.type("project");
    assert.equal(parts.shown().length, 101);
    assert.equal(parts.shown().at(-1), "… and 352 more: type more");
    parts.model.type("n-00450");
    assert.deepEqual(parts.shown(), ["Project 450 | N-00450 · Company 1"]);
    assert.equal(parts.procore.findCalls.length, 0);
  });

  it("is not read again within an hour, and then replaced without being gone meanwhile", async () => {
    const parts = await whole();
    const { model, procore, clock } = parts;
    model.close();
    await clock.advance(hourMs - minuteMs);
    model.open();
    assert.equal(procore.companiesCalls.length, 1);
    model.close();
    await clock.advance(minuteMs);
    model.open();
    assert.equal(procore.companiesCalls.length, 2);
    procore.companiesCalls[1]?.answer(companies);
    await settled();
    model.type("n-00450");
    assert.equal(parts.shown()[0], "Project 450 | N-00450 · Company 1");
    await answer(parts, page(1, 1), page(1, 2, 2));
    assert.deepEqual(parts.shown(), ["No project matches “n-00450”"]);
    assert.equal(parts.title(), "Find Project: 3 projects, just read");
  });

  it("is read again when somebody asks", async () => {
    const parts = await whole();
    parts.model.readAgain();
    assert.equal(parts.procore.companiesCalls.length, 2);
    parts.model.readAgain();
    assert.equal(parts.procore.companiesCalls.length, 2);
  });

  it("stops when told, keeps what came, starts no more by itself, and goes on when asked", async () => {
    const parts = await open();
    const { model, procore } = parts;
    await answer(parts, page(1, 450));
    model.stop();
    await settled();
    assert.equal(parts.title(), "Find Project: stopped at 300 projects");
    assert.equal(procore.projectsCalls.at(-1)?.signal?.aborted, true);
    model.close();
    model.open();
    assert.equal(procore.companiesCalls.length, 1);
    model.type("n-00300");
    assert.equal(parts.shown()[0], "Project 300 | N-00300 · Company 1");
    model.readAgain();
    procore.companiesCalls[1]?.answer(companies);
    await settled();
    await answer(parts, page(1, 450), page(2, 450), page(1, 2, 2));
    assert.equal(parts.title(), "Find Project: 452 projects, just read");
  });

  it("goes on when the box is closed", async () => {
    const parts = await open();
    parts.model.close();
    await answer(parts, page(1, 450), page(2, 450), page(1, 2, 2));
    assert.equal(parts.model.view.list.status, "whole");
  });

  it("leaves out companies where the app is not installed, in one line", async () => {
    const parts = await open();
    parts.procore.projectsCalls[0]?.fail(notConnected);
    await settled();
    await answer(parts, page(1, 2, 2));
    parts.model.type("project 1");
    assert.deepEqual(parts.shown(), [
      "Project 1 | N-00001 · Company 2",
      "Left out: the app is not installed in Company 1 | Show Install Steps",
    ]);
    assert.equal(parts.title(), "Find Project: 2 projects, just read");
  });

  it("keeps what came when it fails, says why in one line, and goes on at the next opening", async () => {
    const parts = await open();
    await answer(parts, page(1, 2));
    parts.procore.projectsCalls.at(-1)?.fail(timeout);
    await settled();
    assert.equal(parts.title(), "Find Project: 2 projects, not all could be read");
    assert.deepEqual(
      parts.shown().map((line) => line.split(" | ").slice(0, 2)),
      [
        ["Project 1", "N-00001 · Company 1"],
        ["Project 2", "N-00002 · Company 1"],
        ["Not all projects could be read: No answer in time", "Try Again"],
      ],
    );
    parts.model.close();
    await open(parts);
    await answer(parts, page(1, 1, 2));
    assert.equal(parts.procore.projectsCalls.filter((call) => call.companyId === "1").length, 1);
    assert.equal(parts.title(), "Find Project: 3 projects, just read");
  });

  it("tries again what failed when that line is chosen, and asks for what is typed again", async () => {
    const parts = await open();
    parts.model.type("project 2");
    await parts.clock.advance(300);
    for (const call of [...parts.procore.findCalls, ...parts.procore.projectsCalls]) call.fail(timeout);
    await settled();
    assert.match(parts.shown().join(), /Not all projects could be read/u);
    const asked = parts.procore.findCalls.length;
    parts.model.retry();
    assert.deepEqual(parts.shown(), ["Nothing yet: still asking Procore…"]);
    parts.procore.companiesCalls[1]?.answer(companies);
    await parts.clock.advance(300);
    assert.equal(parts.procore.findCalls.length, asked + 2);
    await answer(parts, page(1, 2), page(1, 0, 2));
    assert.deepEqual(parts.shown(), ["Project 2 | N-00002 · Company 1"]);
  });

  it("tells errors of our own to the log, too", async () => {
    const parts = await open();
    parts.procore.projectsCalls[0]?.fail(new Error("ours"));
    await settled();
    assert.match(parts.shown().join(), /Something went wrong/u);
    assert.deepEqual(parts.unexpected, [new Error("ours")]);
  });

  it("goes on with the next company after one that fails by itself", async () => {
    const parts = await open();
    parts.procore.projectsCalls[0]?.fail(trouble);
    await settled();
    await answer(parts, page(1, 2, 2));
    assert.equal(parts.model.view.list.read, 2);
    assert.equal(parts.model.view.list.status, "failed");
  });

  const others = [
    ["another user", sampleConnection({ user: { id: userId(8), login: "b", name: undefined } })],
    ["another connection", sampleConnection({ id: "two", ...environmentParts("production") })],
    ["nobody", undefined],
  ] as const;
  for (const [name, next] of others) {
    it(`is dropped for ${name}, with what is under way`, async () => {
      const parts = await open();
      await answer(parts, page(1, 450));
      parts.session.set(stateWith(next));
      await settled();
      assert.equal(parts.model.view.list.read, 0);
      assert.equal(parts.procore.projectsCalls.at(-1)?.signal?.aborted, true);
      assert.equal(parts.procore.companiesCalls.length, next === undefined ? 1 : 2);
      assert.deepEqual(parts.unexpected, []);
    });
  }

  it("stays through a renewed token", async () => {
    const parts = await whole();
    parts.session.set(stateWith(sampleConnection({ session: activeUntil(Date.UTC(2026, 0, 6)) })));
    assert.equal(parts.model.view.list.read, 452);
  });
});

describe("FindModel, asking the server", () => {
  it("asks a moment after the last letter, by number and by name, and shows both beside what is in memory", async () => {
    const parts = await open();
    const { model, procore, clock } = parts;
    await answer(parts, page(1, 900));
    model.type("00");
    await clock.advance(200);
    model.type("n-00800");
    await clock.advance(299);
    assert.equal(procore.findCalls.length, 0);
    assert.deepEqual(parts.shown(), ["Nothing yet: still asking Procore…"]);
    await clock.advance(1);
    const asked = () => procore.findCalls.map((call) => `${call.companyId} ${call.by} ${call.text}`);
    // One question at a time of each company.
    assert.deepEqual(asked(), ["1 number n-00800", "2 number n-00800"]);
    procore.findCalls[0]?.answer([sampleProject(800, { number: "N-00800" })]);
    await settled();
    assert.equal(parts.shown()[0], "Project 800 | N-00800 · Company 1");
    assert.equal(asked()[2], "1 name n-00800");
    procore.findCalls[2]?.answer([
      sampleProject(800, { number: "N-00800" }),
      sampleProject(7_000, { name: "Procore's own idea" }),
    ]);
    procore.findCalls[1]?.answer([]);
    await settled();
    procore.findCalls[3]?.answer([]);
    await settled();
    assert.deepEqual(parts.shown(), ["Project 800 | N-00800 · Company 1", "Procore's own idea | Company 1"]);
    assert.deepEqual(parts.unexpected, []);
  });

  it("drops questions that nobody asks any more", async () => {
    const parts = await open();
    parts.model.type("tower");
    await parts.clock.advance(300);
    const [first] = parts.procore.findCalls;
    parts.model.type("tower 2");
    assert.equal(first?.signal?.aborted, true);
    parts.procore.findCalls[0]?.answer([sampleProject(1, { name: "Tower" })]);
    await settled();
    assert.deepEqual(parts.shown(), ["Nothing yet: still asking Procore…"]);
    await parts.clock.advance(300);
    const [last] = parts.procore.findCalls.slice(-1);
    parts.model.close();
    assert.equal(last?.signal?.aborted, true);
    assert.deepEqual(parts.unexpected, []);
  });

  it("asks only companies that are not in memory, and nobody for nothing", async () => {
    const parts = await open();
    await answer(parts, page(1, 2));
    for (const text of ["  ", "-", "tower"]) {
      parts.model.type(text);
      await parts.clock.advance(300);
    }
    assert.deepEqual(
      parts.procore.findCalls.map((call) => call.companyId),
      ["2"],
    );
  });

  it("says in one line why an answer is not whole", async () => {
    const parts = await open();
    parts.model.type("tower");
    await parts.clock.advance(300);
    parts.procore.findCalls[0]?.fail(trouble);
    parts.procore.findCalls[1]?.fail(notConnected);
    await settled();
    parts.procore.findCalls[2]?.answer([sampleProject(1, { name: "Tower" })]);
    await settled();
    assert.deepEqual(
      parts.shown().map((line) => line.split(" | ")[0]),
      [
        "Tower",
        "Not all projects could be read: Procore has trouble",
        "Left out: the app is not installed in Company 2",
      ],
    );
  });
});

describe("FindModel, with nothing typed or an address", () => {
  const recents = [
    { companyId: companyId(1), projectId: projectId(2), name: "As it was called" },
    { companyId: companyId(2), projectId: projectId(77), name: "Seen by name only" },
  ];

  it("has the recent ones first, and none of them twice", async () => {
    const parts = await open(setUp(recents));
    assert.deepEqual(parts.shown(), ["-- Recent", "As it was called | Company 1", "Seen by name only | Company 2"]);
    await answer(parts, page(1, 3), page(1, 0, 2));
    assert.deepEqual(parts.shown(), [
      "-- Recent",
      "Project 2 | N-00002 · Company 1",
      "Seen by name only | Company 2",
      "-- Projects",
      "Project 1 | N-00001 · Company 1",
      "Project 3 | N-00003 · Company 1",
    ]);
    parts.model.type("project 3");
    assert.deepEqual(parts.shown(), ["Project 3 | N-00003 · Company 1"]);
  });

  const pin = (company: number, project: number, name: string): Pin => ({
    companyId: companyId(company),
    companyName: `Company ${company}, as it was called`,
    projectId: projectId(project),
    name,
  });

  it("has the pinned ones before the recent ones, and none of them twice", async () => {
    const parts = await open(setUp(recents, [pin(2, 77, "Pinned and recent"), pin(1, 400, "Pinned")]));
    assert.deepEqual(parts.shown(), [
      "-- Pinned",
      "Pinned and recent | Company 2",
      "Pinned | Company 1",
      "-- Recent",
      "As it was called | Company 1",
    ]);
    await answer(parts, page(1, 450), page(2, 450), page(1, 0, 2));
    assert.deepEqual(parts.shown().slice(0, 7), [
      "-- Pinned",
      "Pinned and recent | Company 2",
      "Project 400 | N-00400 · Company 1",
      "-- Recent",
      "Project 2 | N-00002 · Company 1",
      "-- Projects",
      "Project 1 | N-00001 · Company 1",
    ]);
    // 450 in all: two above, and below them 99 of the first hundred.
    assert.equal(parts.shown().at(-1), "… and 349 more: type more");
  });

  it("has those of them that match what is typed first, before better matches", async () => {
    const parts = await whole(setUp(recents, [pin(1, 20, "Pinned"), pin(2, 99, "Gone 2")]));
    parts.model.type("2");
    assert.deepEqual(parts.shown().slice(0, 7), [
      "-- Pinned",
      "Project 20 | N-00020 · Company 1",
      "Gone 2 | Company 2",
      "-- Recent",
      "Project 2 | N-00002 · Company 1",
      "-- Projects",
      "Project 2 | N-00002 · Company 2",
    ]);
    parts.model.type("n-00001");
    assert.deepEqual(parts.shown(), ["Project 1 | N-00001 · Company 1", "Project 1 | N-00001 · Company 2"]);
  });

  it("knows a remembered one by what the server answers, before the list is read", async () => {
    const parts = await open(setUp(recents));
    parts.model.type("tower");
    await parts.clock.advance(300);
    parts.procore.findCalls[0]?.answer([sampleProject(2, { name: "Tower", number: "0042" })]);
    await settled();
    assert.deepEqual(parts.shown(), ["-- Recent", "Tower | 0042 · Company 1"]);
  });

  it("follows a pin that is set or taken out while the box is open", async () => {
    const parts = await whole();
    parts.model.type("n-00450");
    let changes = 0;
    parts.model.onDidChange(() => (changes += 1));
    parts.pins.add(sampleConnection().id, [pin(1, 450, "Pinned")]);
    assert.deepEqual([changes, parts.shown()], [1, ["-- Pinned", "Project 450 | N-00450 · Company 1"]]);
    parts.pins.remove(sampleConnection().id, [pin(1, 450, "Pinned")]);
    assert.deepEqual([changes, parts.shown()], [2, ["Project 450 | N-00450 · Company 1"]]);
  });

  it("offers to go to an address that is pasted, and asks nobody for it", async () => {
    const parts = await open();
    const text = "https://app.procore.com/webclients/host/companies/1/projects/34/tools/rfis/56";
    parts.model.type(text);
    await parts.clock.advance(1_000);
    assert.deepEqual(parts.shown(), ["Rfis 56 of project 34 of company 1 | Go to Procore Address"]);
    assert.equal(parts.procore.findCalls.length, 0);
    parts.model.type("No.5");
    assert.notEqual(parts.model.view.rows[0]?.kind, "address");
  });
});

it("the lines of Find Project read as they should", () => {
  const project = sampleProject(34, { name: "Tower $(trash)\u202e", number: "0042", city: "Bergen" });
  const company = sampleCompany(1, { name: "Acme" });
  const address = { origin: "https://app.procore.com" };
  const rows: readonly (readonly [FindRow, string])[] = [
    [{ kind: "project", project, company }, "tow"],
    [{ kind: "project", project, company }, "34567"],
    [{ kind: "project", project: sampleProject(35, { name: " ", active: false }), company: undefined }, ""],
    [
      {
        kind: "remembered",
        why: "recent",
        place: { companyId: companyId(1), projectId: projectId(9), name: "Old" },
        project: undefined,
        company,
      },
      "",
    ],
    [
      {
        kind: "remembered",
        why: "pinned",
        place: { companyId: companyId(1), projectId: projectId(34), name: "Old" },
        project,
        company,
      },
      "",
    ],
    [{ kind: "heading", heads: "pinned" }, ""],
    [{ kind: "heading", heads: "recent" }, ""],
    [{ kind: "heading", heads: "project" }, ""],
    [{ kind: "address", address, text: "" }, ""],
    [{ kind: "address", address: { ...address, companyId: companyId(12) }, text: "" }, ""],
    [{ kind: "address", address: { ...address, projectId: projectId(34), tool: "rfis" }, text: "" }, ""],
    [{ kind: "more", count: 7_224 }, ""],
    [{ kind: "nothing", text: "", why: "busy" }, ""],
    [{ kind: "nothing", text: "", why: "noMatch" }, ""],
    [{ kind: "nothing", text: "towr", why: "busy" }, ""],
    [{ kind: "nothing", text: "towr", why: "noMatch" }, ""],
    [{ kind: "failure", error: timeout }, ""],
    [{ kind: "failure", error: new Error("ours") }, ""],
    [{ kind: "notConnected", companies: [company] }, ""],
    [{ kind: "notConnected", companies: [company, sampleCompany(2)] }, ""],
  ];
  const iconOf = (row: FindRow, text: string) => (row.kind === "heading" ? undefined : lineOf(row, text).icon);
  assertGolden(
    "explorer/find",
    rows.map(([row, text]) => `${iconOf(row, text) ?? "-"}: ${said(row, text)}`).join("\n"),
  );
});
