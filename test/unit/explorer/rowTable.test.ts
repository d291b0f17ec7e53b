import assert from "node:assert/strict";
import {
  companyNode,
  foundNode,
  itemNode,
  moreNode,
  pinnedProjectNode,
  pinOf,
  projectNode,
  toolNode,
} from "../../../src/explorer/nodes.ts";
import { tableOf } from "../../../src/explorer/rowTable.ts";
import { sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";

const company = companyNode(sampleCompany(12, { name: "=HYPERLINK(1)", isActive: false }), "onDemand");
const project = projectNode(
  company,
  sampleProject(34, {
    name: 'Tower\t"A"\r\n2',
    number: "0042",
    city: "Austin",
    stage: "Bidding",
    startDate: "2026-01-05",
    completionDate: "2027-02-01",
  }),
);
const bare = projectNode(company, sampleProject(35));
const tool = toolNode(project, toolOf("rfis"));
const item = itemNode(tool, sampleItem(56, { number: "0012", title: "Door", status: "open" }));

describe("tableOf", () => {
  it("writes companies", () => {
    assert.equal(tableOf([company]).text, "Name\tID\tState\n'=HYPERLINK(1)\t12\tinactive");
  });

  it("writes projects, and leaves open what is not known", () => {
    assert.deepEqual(tableOf([project, bare]).text.split("\n"), [
      "Name\tNumber\tID\tCompany\tCity\tStage\tState\tStart date\tCompletion date",
      'Tower "A" 2\t0042\t34\t\'=HYPERLINK(1)\tAustin\tBidding\tactive\t2026-01-05\t2027-02-01',
      "Project 35\t\t35\t'=HYPERLINK(1)\t\t\tactive\t\t",
    ]);
  });

  it("writes items", () => {
    assert.equal(tableOf([item]).text, "Number\tTitle\tStatus\tID\n0012\tDoor\topen\t56");
  });

  it("writes a table for each kind, each row once, and leaves the others out", () => {
    const { text, rowCount } = tableOf([item, moreNode(company, { loaded: 300 }), company, item, tool]);
    assert.equal(rowCount, 2);
    assert.deepEqual(
      text.split("\n\n").map((table) => table.split("\n").length),
      [2, 2],
    );
    assert.deepEqual(tableOf([tool]), { text: "", rowCount: 0 });
  });

  it("writes a record once that stands in several places, with all that is known of it", () => {
    const found = projectNode(foundNode(company), project.project);
    const pinned = pinnedProjectNode({ pin: pinOf(project), answer: undefined });
    const once = tableOf([project]);
    assert.deepEqual(tableOf([pinned, found, project]), once);
    assert.deepEqual(tableOf([project, pinned]), once);
    const items = [project, found, pinned].map((each) => itemNode(toolNode(each, toolOf("rfis")), item.item));
    assert.equal(tableOf(items).rowCount, 1);
    const elsewhere = projectNode(companyNode(sampleCompany(13), "onDemand"), project.project);
    assert.equal(tableOf([project, elsewhere]).rowCount, 2);
  });

  it("says no state of a pinned project that Procore was not asked about", () => {
    const pinned = pinnedProjectNode({ pin: pinOf(bare), answer: undefined });
    assert.equal(tableOf([pinned]).text.split("\n")[1], "Project 35\t\t35\t'=HYPERLINK(1)\t\t\t\t\t");
  });
});
