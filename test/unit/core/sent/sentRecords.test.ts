import assert from "node:assert/strict";
import type { SentRecord, StepId } from "../../../../src/core/sent/sentRecord.ts";
import { SentRecords } from "../../../../src/core/sent/sentRecords.ts";

const app = { loginOrigin: "https://login.procore.com", clientId: "app" };
const record = (step: StepId, at = 1): SentRecord => ({
  step,
  at,
  method: "GET",
  address: "https://h.test/",
  query: [],
  headers: [],
  form: [],
  outcome: { kind: "browser", how: "opened" },
});
const steps = (sent: SentRecords, id: string): readonly string[] => [...sent.of(id).keys()];

describe("what a window remembers of what it sent", () => {
  it("keeps the last of each step", () => {
    const sent = new SentRecords();
    sent.add("a", record("me", 1));
    sent.add("a", record("me", 2));
    assert.equal(sent.of("a").get("me")?.at, 2);
    assert.deepEqual(steps(sent, "b"), []);
  });

  it("gives a sign-in's requests to its connection, and to no other", () => {
    const sent = new SentRecords();
    sent.add(app, record("exchange"));
    sent.add("a", record("me"));
    sent.add("a", record("exchange", 0));
    sent.claim({ ...app, clientId: "another" }, "a");
    assert.equal(sent.of("a").get("exchange")?.at, 0);
    sent.claim(app, "a");
    assert.deepEqual([...steps(sent, "a")].toSorted(), ["exchange", "me"]);
    assert.equal(sent.of("a").get("exchange")?.at, 1);
    sent.claim(app, "b");
    assert.deepEqual(steps(sent, "b"), [], "it was given away already");
  });

  it("moves the question who it was to the connection of the one who signed in", () => {
    const sent = new SentRecords();
    for (const step of ["me", "refresh"] as const) sent.add("a", record(step));
    sent.moveUser("a", "a");
    assert.deepEqual(steps(sent, "a"), ["me", "refresh"]);
    sent.moveUser("a", "b");
    assert.deepEqual([steps(sent, "a"), steps(sent, "b")], [["refresh"], ["me"]]);
    sent.moveUser("b", undefined);
    assert.deepEqual(steps(sent, "b"), []);
  });

  it("forgets a removed connection, and the oldest when there are too many", () => {
    const sent = new SentRecords();
    sent.add("a", record("me"));
    sent.forget("a");
    assert.deepEqual(steps(sent, "a"), []);
    for (let index = 0; index < 60; index += 1) sent.add(`c${index}`, record("me"));
    assert.deepEqual(steps(sent, "c0"), []);
    assert.deepEqual(steps(sent, "c59"), ["me"]);
  });
});
