import assert from "node:assert/strict";
import { inspect } from "node:util";
import { hideSecrets, withoutSecrets } from "../../../src/core/redact.ts";

describe("hideSecrets", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["connect http://anna:s3cret@proxy.test:8080 failed", "connect http://[hidden]@proxy.test:8080 failed"],
    ['"socks5://anna:p@ss#1@proxy:1"', '"socks5://[hidden]@proxy:1"'],
    ["http://anna:80/s3cret@proxy:1", "http://[hidden]@proxy:1"],
    ["https://anna@proxy.test/", "https://[hidden]@proxy.test/"],
    ["PROXY anna:s3cret@proxy.test:8080; DIRECT", "PROXY [hidden]@proxy.test:8080; DIRECT"],
    ["SOCKS5 anna:s3cret@proxy.test:1080", "SOCKS5 [hidden]@proxy.test:1080"],
    [
      "see https://example.com/a?b#c or write to help@example.com",
      "see https://example.com/a?b#c or write to help@example.com",
    ],
    ["PROXY proxy.test:8080; DIRECT", "PROXY proxy.test:8080; DIRECT"],
    ["Bearer abc", "Bearer [hidden]"],
  ];
  for (const [text, expected] of cases) it(`makes ${expected}`, () => assert.equal(hideSecrets(text), expected));

  it("says it in another word where a document has one", () => {
    const token = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF";
    for (const [text] of [...cases, [`it was ${token}`], ["eyJhbGciOiJI.x.y"]] as const) {
      const told = hideSecrets(text, "[oculto]");
      assert.equal(told, hideSecrets(text).replaceAll("[hidden]", "[oculto]"), text);
    }
    assert.equal(hideSecrets(token, "[oculto]"), "[oculto]");
  });
});

describe("withoutSecrets", () => {
  it("keeps code and system call, also those of the first of several errors, and nothing else", () => {
    const refused = Object.assign(new Error("connect"), {
      code: "EHOSTUNREACH",
      syscall: "connect",
      address: "MARKED",
    });
    const odd = Object.assign(new Error("odd"), { syscall: "MARKED and more" });
    const copy = withoutSecrets(new AggregateError([refused, odd], "several"));
    assert.match(inspect(copy, { depth: Infinity }), /several[^]*EHOSTUNREACH/u);
    assert.ok(!inspect([copy, withoutSecrets(odd)], { depth: Infinity, showHidden: true }).includes("MARKED"));
    assert.ok(copy?.cause instanceof Error && "syscall" in copy.cause && copy.cause.syscall === "connect");
  });
});
