import assert from "node:assert/strict";
import * as fc from "fast-check";
import { freeMark, type Owner, parseEntry, renderHeld } from "../../../../src/platform/connectionLock/entry.ts";

const owner: Owner = {
  bootId: "b0",
  pidNamespace: "pid:[1]",
  pid: 7,
  processStart: "99",
  host: "desk",
  nonce: "0b9f2a52-7a3e-4c0b-9d57-3c1b6a0b8f11",
  takenAt: 5,
};
const text = renderHeld(owner);
const without = (key: string): string => text.replace(new RegExp(`"${key}":[^,}]+,?`, "u"), "").replace(",}", "}");

describe("entry of a ticket", () => {
  const cases: readonly { name: string; text: string; state: string }[] = [
    { name: "a held one", text, state: "held" },
    { name: "one whose first bytes were replaced", text: freeMark + text.slice(freeMark.length), state: "free" },
    { name: "one of a system without boot id", text: without("bootId"), state: "held" },
    { name: "one of a system without start times", text: without("processStart"), state: "held" },
    { name: "an empty file", text: "", state: "unreadable" },
    { name: "a torn one", text: text.slice(0, 60), state: "unreadable" },
    { name: "one without its last line break", text: text.trimEnd(), state: "unreadable" },
    { name: "another version", text: text.replace('"v":1', '"v":2'), state: "unreadable" },
    { name: "an unknown state", text: text.replace("held", "kept"), state: "unreadable" },
    { name: "no nonce", text: without("nonce"), state: "unreadable" },
    { name: "a process group for a process", text: text.replace('"pid":7', '"pid":-7'), state: "unreadable" },
    { name: "something else", text: "held\n[]\n", state: "unreadable" },
  ];
  for (const { name, text, state } of cases)
    it(`${name} is ${state}`, () => assert.equal(parseEntry(text).state, state));

  it("keeps the owner, held and free", () => {
    assert.deepEqual(parseEntry(text), { state: "held", owner });
    assert.deepEqual(parseEntry(text.replace("held", freeMark)), { state: "free", owner });
  });

  it("never reads a part of a ticket as a ticket", () =>
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) =>
        assert.equal(parseEntry(text.slice(0, length)).state, "unreadable"),
      ),
    ));
});
