import assert from "node:assert/strict";
import * as fc from "fast-check";
import { companyId, projectId } from "../../../../src/core/procore/ids.ts";
import { tools, type ToolItem } from "../../../../src/core/procore/tools.ts";
import { sampleItem, toolOf } from "../../../fakes/fakeProcoreClient.ts";
import { assertGolden } from "../../../golden/goldenText.ts";

const place = { companyId: companyId(12), projectId: projectId(34) };
const address = ({ path, query }: { path: readonly string[]; query: Readonly<Record<string, string>> }): string => {
  const search = new URLSearchParams(query).toString();
  return `/${path.join("/")}${search === "" ? "" : `?${search}`}`;
};

describe("tools", () => {
  it("ask at the reviewed addresses", () => {
    const lines = tools.flatMap((tool) => [
      `${tool.title} (${tool.id}), ${tool.pageSize} a page`,
      `  list ${address(tool.list(place))}`,
      `  item ${address(tool.show(place, sampleItem(56)))}`,
      ...(tool.id === "documents"
        ? [`  folder ${address(tool.show(place, sampleItem(56, { shape: "folder" })))}`]
        : []),
    ]);
    assertGolden("core/tools", lines.join("\n"));
  });

  const cases: readonly (readonly [tool: string, name: string, row: object, expected: Partial<ToolItem>])[] = [
    [
      "rfis",
      "full number",
      { full_number: "SD-12", number: "12", subject: "Door", status: "open" },
      { number: "SD-12", title: "Door", status: "open" },
    ],
    ["rfis", "number only", { number: 12, subject: "Door" }, { number: "12", title: "Door" }],
    [
      "submittals",
      "status as an object",
      { formatted_number: "03-1", title: "Mix", status: { id: 1, name: "Open" } },
      { number: "03-1", title: "Mix", status: "Open" },
    ],
    ["submittals", "nothing but a number", { number: "1", title: null, status: null }, { number: "1" }],
    [
      "drawings",
      "revision",
      { number: "A-101", title: "Plan", revision_number: "3" },
      { number: "A-101", title: "Plan", status: "revision 3" },
    ],
    [
      "changeEvents",
      "all",
      { number: "001", title: "Wall", status: { name: "Closed" } },
      { number: "001", title: "Wall", status: "Closed" },
    ],
    [
      "punchItems",
      "position and name",
      { position: 4, name: "Scratch", status: "Open" },
      { number: "4", title: "Scratch", status: "Open" },
    ],
    [
      "observations",
      "status in words",
      { number: "9", name: "Rail", status: "ready_for_review" },
      { number: "9", title: "Rail", status: "ready for review" },
    ],
    [
      "dailyLogs",
      "completed",
      { log_date: "2026-01-05", completed: true },
      { title: "2026-01-05", status: "completed" },
    ],
    [
      "dailyLogs",
      "distributed",
      { log_date: "2026-01-05", completed: true, distributed: true },
      { title: "2026-01-05", status: "distributed" },
    ],
    ["dailyLogs", "neither", { log_date: "2026-01-05" }, { title: "2026-01-05", status: "open" }],
    [
      "directory",
      "job",
      { name: "Ada Field", job_title: "Foreman", vendor: { name: "Acme" } },
      { title: "Ada Field", status: "Foreman" },
    ],
    [
      "directory",
      "vendor in place of a job",
      { name: "Ada Field", vendor: { id: 1, name: "Acme" } },
      { title: "Ada Field", status: "Acme" },
    ],
    ["directory", "names apart", { first_name: "Ada", last_name: "Field" }, { title: "Ada Field" }],
    ["directory", "an address only", { email_address: "ada@example.com" }, { title: "ada@example.com" }],
    [
      "documents",
      "folder",
      { name: "Permits", document_type: "folder" },
      { title: "Permits", status: "folder", shape: "folder" },
    ],
    [
      "documents",
      "file",
      { name: "a.pdf", document_type: "file", file: { file_type: "pdf" } },
      { title: "a.pdf", status: "pdf" },
    ],
    ["documents", "file of no type", { name: "a", document_type: "file", file: null }, { title: "a", status: "file" }],
  ];
  for (const [tool, name, row, expected] of cases) {
    it(`${tool}: ${name}`, () => {
      assert.deepEqual(toolOf(tool).readItem({ id: 56, ...row }), sampleItem(56, expected));
    });
  }

  it("know their rows by the id alone, where all else is missing or of another kind", () => {
    for (const tool of tools) {
      const { id, number, title } = tool.readItem({ id: 56 }) ?? {};
      assert.deepEqual([id, number, title], ["56", undefined, undefined]);
    }
    const mixed = { id: 56, number: [], full_number: {}, subject: "Door", status: 7n };
    assert.deepEqual(toolOf("rfis").readItem(mixed), sampleItem(56, { title: "Door" }));
  });

  it("takes ids as numbers and as text, and no row without one", () => {
    for (const tool of tools) {
      assert.equal(tool.readItem({ id: "562949953421312" })?.id, "562949953421312");
      assert.equal(tool.readItem({ id: 7 })?.id, "7");
      for (const row of [{}, { id: null }, { id: 1.5 }, { id: 2 ** 60 }, { id: "../x" }, null, undefined, 7, "x", []]) {
        assert.equal(tool.readItem(row), undefined);
      }
    }
  });

  it("never throw, and give text or nothing, whatever a row holds", () => {
    const names = [
      "number",
      "full_number",
      "formatted_number",
      "subject",
      "title",
      "name",
      "status",
      "position",
      "vendor",
      "file",
      "log_date",
      "completed",
      "document_type",
    ];
    const row = fc.record(Object.fromEntries(names.map((name) => [name, fc.anything()])), { requiredKeys: [] });
    fc.assert(
      fc.property(row, fc.constantFrom(...tools), (fields, tool) => {
        const item = tool.readItem({ ...fields, id: 1 });
        assert.equal(item?.id, "1");
        for (const text of [item.number, item.title, item.status])
          assert.ok(text === undefined || typeof text === "string");
      }),
    );
  });

  it("have ids that are words, each once: they are part of rows' ids", () => {
    const ids = tools.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-zA-Z]+$/u);
  });
});
