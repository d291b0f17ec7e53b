import assert from "node:assert/strict";
import type { SentRecord, StepId } from "../../../../src/core/sent/sentRecord.ts";
import { SentRecords } from "../../../../src/core/sent/sentRecords.ts";

const app = { loginOrigin: "https://login.procore.com", clientId: "app" };
const opened = { kind: "browser", how: "opened" } as const;
const replied = { kind: "reply", status: 400, durationMs: 1, headers: [], body: { kind: "empty" } } as const;
const record = (step: StepId, at = 1): SentRecord => ({
  step,
  at,
  method: "GET",
  address: "https://h.test/",
  query: [],
  headers: [],
  form: [],
  outcome: step === "authorize" ? opened : replied,
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

  const place = (loginOrigin: string) => {
    const environment = { id: loginOrigin.slice(8), label: "L", shortLabel: "L", kind: "custom" } as const;
    const origins = { login: `${loginOrigin}/`, api: "https://api.test", web: "https://web.test" };
    return { environment: { ...environment, origins }, account: "authorizationCode" } as const;
  };
  const unknown = { ...app, clientId: undefined };
  const seen = (sent: SentRecords) =>
    sent
      .attempts()
      .map(({ environment, clientId, records }) => [
        environment.id,
        clientId,
        Array.from(records.values(), ({ step, at }) => `${step} ${at}`).toSorted(),
      ]);

  it("shows a sign-in that has not come to its end, and none that nobody began", () => {
    const sent = new SentRecords();
    sent.add(app, record("key-check"));
    assert.deepEqual(seen(sent), [], "a window asks by itself whether a Local Sandbox is still there");
    sent.begin(place(app.loginOrigin));
    sent.begin(place("https://other.test"));
    assert.deepEqual(seen(sent), [["login.procore.com", "app", ["key-check 1"]]], "nothing was sent to the other");
    sent.add({ loginOrigin: "https://other.test", clientId: undefined }, record("key-check", 2));
    assert.deepEqual(
      seen(sent).map(([id]) => id),
      ["other.test", "login.procore.com"],
      "the newest first",
    );
  });

  it("brings the app that was tried last together with what was sent with keys that nobody knew", () => {
    const sent = new SentRecords();
    sent.begin(place(app.loginOrigin));
    sent.add(unknown, record("key-check", 1));
    assert.deepEqual(seen(sent), [["login.procore.com", undefined, ["key-check 1"]]]);
    sent.add({ ...app, clientId: "first" }, record("exchange", 2));
    sent.add(app, record("key-check", 3));
    assert.deepEqual(seen(sent), [["login.procore.com", "app", ["key-check 3"]]]);
    sent.add(unknown, record("key-check", 4));
    assert.deepEqual(seen(sent), [["login.procore.com", "app", ["key-check 4"]]]);
  });

  it("does not tell an app of which nobody said that it is one, though the browser was opened for it", () => {
    const sent = new SentRecords();
    sent.begin(place(app.loginOrigin));
    sent.add({ ...app, clientId: "MARKED" }, record("authorize", 1));
    sent.add(unknown, record("key-check", 2));
    assert.deepEqual(seen(sent), [["login.procore.com", undefined, ["key-check 2"]]]);
    sent.add(app, record("authorize", 3));
    sent.add(app, record("exchange", 4));
    assert.deepEqual(seen(sent), [["login.procore.com", "app", ["authorize 3", "exchange 4", "key-check 2"]]]);
  });

  it("counts keys that nobody knew for a mistake once those of a connection were taken", () => {
    const sent = new SentRecords();
    sent.begin(place(app.loginOrigin));
    sent.add(unknown, record("key-check", 1));
    sent.add(app, record("key-check", 2));
    sent.claim(app, "a");
    assert.deepEqual(seen(sent), []);
  });

  it("keeps nothing of a place but what can be told", () => {
    const sent = new SentRecords();
    const attempt = { ...place(app.loginOrigin), clientSecret: "MARKED" };
    sent.begin(attempt);
    sent.add(app, record("key-check"));
    assert.ok(!JSON.stringify(sent.attempts()).includes("MARKED"));
  });

  it("forgets the tries of a login host with the sign-in that came to its end there", () => {
    const sent = new SentRecords();
    sent.begin(place(app.loginOrigin));
    sent.begin(place("https://other.test"));
    sent.add({ loginOrigin: "https://other.test", clientId: "app" }, record("key-check"));
    for (const owner of [unknown, app, { ...app, clientId: "first" }]) sent.add(owner, record("key-check"));
    sent.claim(app, "a");
    assert.deepEqual(steps(sent, "a"), ["key-check"]);
    assert.deepEqual(seen(sent).length, 2, "others were tried as well");
    sent.end(place(app.loginOrigin));
    assert.deepEqual(seen(sent), [["other.test", "app", ["key-check 1"]]]);
    sent.begin(place(app.loginOrigin));
    assert.deepEqual(seen(sent).length, 1, "nothing of theirs comes back");
    assert.deepEqual(steps(sent, "a"), ["key-check"], "the connection keeps its own");
  });

  it("gives a question to the sign-in that it was asked for", () => {
    const sent = new SentRecords();
    sent.begin(place(app.loginOrigin));
    sent.add("never-listed", record("me"));
    sent.moveUser("never-listed", app);
    assert.deepEqual(seen(sent), [["login.procore.com", "app", ["me 1"]]]);
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
