import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { renderCurl, shellOf, type Shell } from "../../../../src/core/http/curl.ts";
import { buildUrl } from "../../../../src/core/http/origin.ts";

const run = promisify(execFile);
const nasty = `O'Brien "The" $HOME \`id\` %PATH% ^&|<>!~*(){}[]\\ #1\nsecond\r\nline ‘typographic’ ü`;
const token = "a-token.for_tests";

describe("renderCurl", () => {
  const example = {
    url: "https://api.procore.com/rest/v1.1/projects?company_id=12&filters%5Bname%5D=O%27Brien",
    headers: { Accept: "application/json", "Procore-Company-Id": "12" },
  };
  const texts: readonly { readonly shell: Shell; readonly text: string }[] = [
    {
      shell: "bash",
      text: String.raw`curl \
  --header "Authorization: Bearer $PROCORE_TOKEN" \
  --header 'Accept: application/json' \
  --header 'Procore-Company-Id: 12' \
  'https://api.procore.com/rest/v1.1/projects?company_id=12&filters%5Bname%5D=O%27Brien'`,
    },
    {
      shell: "powershell",
      text: [
        "curl.exe `",
        '  --header "Authorization: Bearer $env:PROCORE_TOKEN" `',
        "  --header 'Accept: application/json' `",
        "  --header 'Procore-Company-Id: 12' `",
        "  'https://api.procore.com/rest/v1.1/projects?company_id=12&filters%5Bname%5D=O%27Brien'",
      ].join("\n"),
    },
    {
      shell: "cmd",
      text: [
        'curl --header "Authorization: Bearer %PROCORE_TOKEN%" --header "Accept: application/json"',
        '--header "Procore-Company-Id: 12"',
        '"https://api.procore.com/rest/v1.1/projects?company_id=12&filters"^%"5Bname"^%"5D=O"^%"27Brien"',
      ].join(" "),
    },
  ];
  for (const { shell, text } of texts) it(`writes for ${shell}`, () => assert.equal(renderCurl(example, shell), text));

  it("doubles every kind of single quote for PowerShell", () => {
    const text = renderCurl({ url: "https://h.test/a'b‘c’d‚e‛f", headers: {} }, "powershell");
    assert.match(text, /'https:\/\/h\.test\/a''b‘‘c’’d‚‚e‛‛f'$/u);
  });

  it("refuses what would start another line or argument", () => {
    assert.throws(() => renderCurl({ url: "https://h.test/a\nb", headers: {} }, "bash"));
    assert.throws(() => renderCurl({ url: "https://h.test/", headers: { a: "b\r\nc" } }, "bash"));
    for (const shell of ["cmd", "powershell"] as const) {
      assert.throws(() => renderCurl({ url: 'https://h.test/"', headers: {} }, shell));
      assert.throws(() => renderCurl({ url: "https://h.test/", headers: { a: "b\\" } }, shell));
    }
  });
});

describe("shellOf", () => {
  const cases: readonly (readonly [string, Shell | undefined])[] = [
    ["/bin/bash", "bash"],
    ["/bin/zsh", "bash"],
    ["/bin/sh", "bash"],
    [String.raw`C:\Program Files\Git\bin\bash.exe`, "bash"],
    [String.raw`C:\Windows\System32\wsl.exe`, "bash"],
    ["/usr/bin/fish", "bash"],
    [String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, "powershell"],
    ["/usr/local/bin/pwsh", "powershell"],
    ["/snap/bin/pwsh-preview", "powershell"],
    [String.raw`C:\WINDOWS\system32\cmd.exe`, "cmd"],
    ["/usr/bin/nu", undefined],
    ["/bin/tcsh", undefined],
    ["", undefined],
  ];
  for (const [program, shell] of cases)
    it(`takes "${program}" for ${shell ?? "unknown"}`, () => assert.equal(shellOf(program), shell));
});

/** Whether a program can be run here. */
const isInstalled = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

/** Shells that may be on this machine, and how each runs a line. */
const shells: readonly { readonly shell: Shell; readonly program: string; readonly arguments: readonly string[] }[] = [
  { shell: "bash", program: "bash", arguments: ["--noprofile", "--norc", "-c"] },
  { shell: "powershell", program: "pwsh", arguments: ["-NoProfile", "-NonInteractive", "-Command"] },
];

for (const { shell, program, arguments: options } of shells.filter((each) => isInstalled(each.program))) {
  describe(`a command line in ${program}`, () => {
    let server: Server;
    let seen: IncomingMessage[] = [];
    let origin = "";

    before(async () => {
      server = createServer((request, response) => {
        seen.push(request);
        response.end("{}");
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      assert.ok(typeof address === "object" && address !== null);
      origin = `http://127.0.0.1:${address.port}`;
    });

    beforeEach(() => {
      seen = [];
    });

    after(() => server?.close());

    const send = async (url: URL, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> => {
      const line = renderCurl({ url: url.href, headers }, shell);
      await run(program, [...options, line], { env: { ...process.env, PROCORE_TOKEN: token, NO_PROXY: "*" } });
      const [request] = seen;
      assert.ok(request !== undefined && seen.length === 1);
      return request;
    };

    it("sends every name as it is", async () => {
      const url = buildUrl(origin, ["rest", "v1.1", "projects", nasty], { "filters[name]": nasty, page: 1 });
      const request = await send(url, { "Procore-Company-Id": "12", "X-Nasty": "it's $HOME `id` %PATH% ^ !" });
      assert.equal(`${origin}${request.url}`, url.href);
      assert.equal(new URL(url.href).searchParams.get("filters[name]"), nasty);
      assert.equal(request.headers.authorization, `Bearer ${token}`);
      assert.equal(request.headers["procore-company-id"], "12");
      assert.equal(request.headers["x-nasty"], "it's $HOME `id` %PATH% ^ !");
    });

    it("sends any query", async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), async (value) => {
          seen = [];
          const url = buildUrl(origin, ["rest", value.replaceAll(".", "x")], { value });
          assert.equal(`${origin}${(await send(url, {})).url}`, url.href);
        }),
        { numRuns: 8 },
      );
    });
  });
}
