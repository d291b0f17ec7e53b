import assert from "node:assert/strict";
import * as fc from "fast-check";
import { renderCurl } from "../../../../src/core/http/curl.ts";
import { buildUrl } from "../../../../src/core/http/origin.ts";
import {
  argumentsOf,
  cmdAtPrompt,
  legacyCommandLine,
  powerShellWords,
  type Environment,
} from "../../../fakes/windowsShells.ts";

const token = "a-token.for_tests";

/** A name that somebody gave a project, with what shells act on in it. */
const names = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc
    .array(fc.constantFrom("'", "‘", "’", '"', "%", "^", "$", "`", "\\", "&", "!", "\n", " ", "ʹ", "CD", "a:b"), {
      maxLength: 12,
    })
    .map((parts) => parts.join("")),
);
/** What a header of ours may hold. */
const values = fc.stringMatching(/^[!#-[\]-~ ]{0,30}$/u).map((value) => value.trim());

/** Variables by every name that the line could be taken to name, beside the one that it does. */
function treacherous(line: string): Environment {
  const found = line.split("%").flatMap((name) => [name, name.split(":")[0] ?? ""]);
  const named = found.filter((name) => name !== "").map((name) => [name, "EXPANDED"]);
  return { ...Object.fromEntries(named), CD: "C:\\Users\\ada", PROCORE_TOKEN: token };
}

/** Variables whose names a person can have. */
const ordinary = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/["^]/u.test(name)));

const dialects = [
  {
    name: "cmd",
    shell: "cmd",
    program: "curl",
    run: (line: string) => argumentsOf(cmdAtPrompt(line, ordinary(treacherous(line)))),
  },
  {
    name: "Windows PowerShell 5.1",
    shell: "powershell",
    program: "curl.exe",
    run: (line: string) => argumentsOf(legacyCommandLine(powerShellWords(line, treacherous(line)))),
  },
  {
    name: "PowerShell 7",
    shell: "powershell",
    program: "curl.exe",
    run: (line: string) => powerShellWords(line, treacherous(line)),
  },
] as const;

for (const { name, shell, program, run } of dialects) {
  describe(`a command line, as ${name} is documented to read it`, () => {
    it("gives curl the token, the headers and the address as they are", () => {
      fc.assert(
        fc.property(names, names, values, (part, value, header) => {
          const url = buildUrl("https://api.procore.com", ["rest", part === "" || /^\.+$/u.test(part) ? "x" : part], {
            "filters[name]": value,
          }).href;
          const headers = { Accept: "application/json", "X-Any": header };
          const expected = [
            [program, "--header", `Authorization: Bearer ${token}`],
            ["--header", "Accept: application/json", "--header", `X-Any: ${header}`, url],
          ].flat();
          assert.deepEqual(run(renderCurl({ url, headers }, shell)), expected);
        }),
        { numRuns: 500 },
      );
    });

    it("reads a variable of its own in an address as what it is", () => {
      // U+0374 is %CD%B4 in an address, and cmd always has a variable CD.
      const url = buildUrl("https://api.procore.com", ["rest"], { name: "\u0374 100 %PATH% ^&" }).href;
      assert.match(url, /%CD%B4/u);
      assert.equal(run(renderCurl({ url, headers: {} }, shell)).at(-1), url);
    });
  });
}

describe("the models of Windows' shells", () => {
  // Microsoft's own examples, and some of the places named in the models.
  const lines: readonly (readonly [string, readonly string[]])[] = [
    [String.raw`"a b c" d e`, ["a b c", "d", "e"]],
    [String.raw`"ab\"c" "\\" d`, ['ab"c', "\\", "d"]],
    [String.raw`a\\\b d"e f"g h`, [String.raw`a\\\b`, "de fg", "h"]],
    [String.raw`a\\\"b c d`, [String.raw`a\"b`, "c", "d"]],
    [String.raw`a\\\\"b c" d e`, [String.raw`a\\b c`, "d", "e"]],
    [String.raw`a"b"" c d`, ['ab" c d']],
  ];
  for (const [line, expected] of lines) {
    it(`take ${line} apart as Microsoft does`, () => assert.deepEqual(argumentsOf(line), expected));
  }

  it("expand variables as cmd does at its prompt, in quotes as well", () => {
    const environment = { windir: "C:\\Windows", CD: "C:\\" };
    const cases: readonly (readonly [string, string])[] = [
      ["echo %WINDIR% %P%", "echo C:\\Windows %P%"],
      ['"%cd%B4"', '"C:\\B4"'],
      ["%%WINDIR%%", "%C:\\Windows%"],
      ["%^WINDIR^%", "%WINDIR%"],
      ['"hi "^%"windir"^%" bar"', '"hi "%"windir"%" bar"'],
      ['"a & b" ^& c', '"a & b" & c'],
    ];
    for (const [line, expected] of cases) assert.equal(cmdAtPrompt(line, environment), expected, line);
    for (const line of ['"a" & b', "%windir:C=D%"]) assert.throws(() => cmdAtPrompt(line, environment), line);
  });

  it("read quotes as PowerShell does", () => {
    assert.deepEqual(powerShellWords(`curl.exe 'it''s' ‘a"b’ "x $env:A" \`\n  -v`, { A: "1" }), [
      "curl.exe",
      "it's",
      'a"b',
      "x 1",
      "-v",
    ]);
    for (const line of ["'a", '"$HOME"', "'a'b'", "a;b", '"a`"b"'])
      assert.throws(() => powerShellWords(line, {}), line);
  });
});
