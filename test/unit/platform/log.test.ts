import assert from "node:assert/strict";
import type { LogOutputChannel } from "vscode";
import { ProcoreError } from "../../../src/core/errors.ts";
import { createLog, describeError } from "../../../src/platform/log.ts";

const at = Date.UTC(2026, 10, 22, 12, 30, 5);

describe("describeError", () => {
  it("tells what support asks for, and the causes", () => {
    const cause = new Error("inner");
    const error = new ProcoreError({ kind: "appNotConnected", requestId: "r-1", at }, { cause });
    const [first, second] = describeError(error).split("\n");
    assert.match(first ?? "", /^appNotConnected: .* \(Request ID: r-1, Time: 2026-11-22 12:30:05 UTC\)$/u);
    assert.equal(second, "  caused by Error: inner");
  });

  it("stands in a warning as well, below what could not be done", () => {
    const lines: string[] = [];
    const log = createLog({ warn: (line: string) => void lines.push(line) } as unknown as LogOutputChannel);
    log.warn("Could not load rows", new ProcoreError({ kind: "rateLimited", requestId: "r-2", at }));
    log.warn("Only words");
    assert.match(
      lines[0] ?? "",
      /^Could not load rows\nrateLimited: .*Request ID: r-2, Time: 2026-11-22 12:30:05 UTC/u,
    );
    assert.equal(lines[1], "Only words");
  });

  it("tells no more of a failure that came from no reply", () => {
    const text = describeError(new ProcoreError({ kind: "signedOut" }));
    assert.equal(text, "signedOut: You are not signed in.");
  });
});
