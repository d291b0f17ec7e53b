import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parsePastedCode } from "../../../../src/core/oauth/pastedCode.ts";

const code = "8957b84a67f6ae55ab79c9767836a0af30b7fb7e4c36b27412343728cce71ec7";

const accepted: readonly (readonly [string, string, string])[] = [
  ["the bare code", code, "whole"],
  ["blanks around it", `  ${code}\t`, "whole"],
  ["line breaks around it", `\r\n${code}\n`, "whole"],
  ["double quotes", `"${code}"`, "whole"],
  ["typographic quotes", `“${code}”`, "whole"],
  ["back ticks", `\`${code}\``, "whole"],
  ["broken by a line break", `${code.slice(0, 20)}\n${code.slice(20)}`, "joined"],
  ["broken by a blank", `${code.slice(0, 20)} ${code.slice(20)}`, "joined"],
  ["the native page's address", `https://login-sandbox.procore.com/oauth/authorize/native?code=${code}`, "address"],
  ["an address with other parameters", `https://localhost/cb?state=1&code=${code}&x=2#y`, "address"],
  ["an address whose path ends in the code", `https://login.procore.com/oauth/authorize/${code}`, "address"],
  ["the same with a slash at its end", `https://login.procore.com/oauth/authorize/${code}/`, "address"],
  ["an address without its scheme", `login.procore.com/oauth/authorize/native?code=${code}`, "address"],
  [
    "an address behind a path prefix",
    `http://127.0.0.1:8080/proxy/4000/oauth/authorize/native?code=${code}`,
    "address",
  ],
  ["an address in quotes", `"https://localhost/?code=${code}"`, "address"],
  ["an address cut by a line break", `https://login.procore.com/oauth/authorize/\nnative?code=${code}`, "address"],
  ["only the query", `?code=${code}`, "address"],
  ["one parameter", `code=${code}`, "address"],
  ["JSON", `{"code":"${code}"}`, "json"],
  ["JSON over several lines", `{\n  "code": "${code}"\n}`, "json"],
  ["a label", `Authorization code: ${code}`, "label"],
  ["a label without a colon", `Authorization code\n${code}`, "label"],
  [
    "a whole page",
    `This is the Local Sandbox, not Procore\nAuthorization code\nCopy this code, go back to your editor\n${code}\nThe code works once`,
    "text",
  ],
  ["zero-width marks around it", `\u200b${code}\ufeff`, "whole"],
  ["a label in a sentence", `Here is the code: "${code}", enjoy`, "label"],
];

const refusedInputs: readonly (readonly [string, string, unknown])[] = [
  ["nothing", "   ", { kind: "none", reason: "empty" }],
  ["only quotes", `""`, { kind: "none", reason: "empty" }],
  ["two megabytes", "a".repeat(2_000_000), { kind: "none", reason: "tooLong" }],
  [
    "the sign-in link itself",
    "https://login.procore.com/oauth/authorize?response_type=code&client_id=x&redirect_uri=y",
    { kind: "none", reason: "signInLink" },
  ],
  ["another address", "https://app.procore.com/12/company/home", { kind: "none", reason: "addressWithoutCode" }],
  ["an address with an empty code", "https://localhost/?code=", { kind: "none", reason: "addressWithoutCode" }],
  ["JSON without a code", `{"access_token":"x"}`, { kind: "none", reason: "notACode" }],
  ["a sentence", "I have no code yet", { kind: "none", reason: "notACode" }],
  [
    "the error page's words",
    "The resource owner or authorization server denied the request.",
    { kind: "none", reason: "notACode" },
  ],
  ["an error word", "access_denied", { kind: "refused", error: "access_denied", description: "" }],
  [
    "an address with an error",
    "https://localhost/?error=access_denied&error_description=The+resource+owner+denied+the+request.",
    { kind: "refused", error: "access_denied", description: "The resource owner denied the request" },
  ],
  ["JSON with an error", `{"error":"access_denied"}`, { kind: "refused", error: "access_denied", description: "" }],
];

describe("parsePastedCode", () => {
  for (const [name, text, from] of accepted) {
    it(`takes ${name}`, () => {
      const pasted = parsePastedCode(text);
      assert.equal(pasted.kind, "code");
      if (pasted.kind !== "code") return;
      assert.equal(pasted.code.reveal(), code);
      assert.equal(pasted.from, from);
    });
  }

  for (const [name, text, expected] of refusedInputs) {
    it(`refuses ${name}`, () => assert.deepEqual(parsePastedCode(text), expected));
  }

  it("takes a code that has slashes in it", () => {
    for (const odd of ["ab/cd+ef==", "Zm9v/YmFy", "a.b.c"]) {
      const pasted = parsePastedCode(odd);
      assert.equal(pasted.kind === "code" && pasted.code.reveal(), odd);
    }
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 120 }), (text) => void parsePastedCode(text)));
  });

  it("takes any visible code from any address, whole", () => {
    const codes = fc.stringMatching(/^[A-Za-z0-9._~-]{1,80}$/);
    fc.assert(
      fc.property(
        codes,
        fc.constantFrom("https://a.test/cb", "http://127.0.0.1:1/x/y", "a.test/oauth/authorize/native"),
        (value, base) => {
          const pasted = parsePastedCode(` ${base}?state=s&code=${encodeURIComponent(value)} \n`);
          assert.equal(pasted.kind === "code" && pasted.code.reveal(), value);
        },
      ),
    );
  });

  it("never shows the code when it is printed", () => {
    assert.equal(JSON.stringify(parsePastedCode(code)).includes(code), false);
  });
});
