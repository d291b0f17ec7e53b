import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { parseCliArguments } from "../../../src/sandbox/cliOptions.ts";
import { createDirectory } from "../../../src/sandbox/data/directory.ts";
import { closeBench, openBench } from "./client.ts";

const cli = path.join(import.meta.dirname, "../../../src/sandbox/cli.ts");

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function run(args: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const child = start(args);
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = await once(child, "close");
  return { code, out, err };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let out = "";
  assert.ok(child.stdout !== null);
  for await (const chunk of child.stdout) {
    out += String(chunk);
    if (out.includes("\n")) break;
  }
  return out.split("\n")[0] ?? "";
}

describe("Local Sandbox: command line arguments", () => {
  it("reads every option", () => {
    const args =
      "--port 0 --companies 4 --projects 12 --token-ttl 30 --code-ttl 5 --latency-ms 7 --rate-limit 25/10 --disconnected 11 --disconnected 12 --seed 3 --json";
    assert.deepEqual(parseCliArguments(args.split(" ")), {
      kind: "run",
      output: "json",
      options: {
        port: 0,
        companies: 4,
        projects: 12,
        tokenTtlSeconds: 30,
        codeTtlSeconds: 5,
        latencyMs: 7,
        rateLimit: { limit: 25, windowSeconds: 10 },
        disconnected: ["11", "12"],
        seed: 3,
      },
    });
  });

  it("reads none as no disconnected company", () => {
    const request = parseCliArguments(["--disconnected", "none"]);
    assert.deepEqual(request.kind === "run" ? request.options.disconnected : request, []);
  });

  const refused: readonly [args: readonly string[], problem: RegExp][] = [
    [["--prot", "1"], /^Unknown option '--prot'$/],
    [["1"], /^Unexpected argument '1'$/],
    [["--port"], /'--port <value>' argument missing$/],
    [["--port", "http"], /^--port must be a whole number from 0 to 65535, not "http"$/],
    [["--port", "65536"], /^--port /],
    [["--companies", "1.5"], /^--companies /],
    [["--token-ttl", "0"], /^--token-ttl must be a whole number from 1 /],
    [["--rate-limit", "25"], /^--rate-limit: write it as requests\/seconds/],
    [["--rate-limit", "0/10"], /^--rate-limit /],
    [["--rate-limit", "1/2/3"], /^--rate-limit: /],
    [["--disconnected", "none", "--disconnected", "5"], /^--disconnected: /],
  ];
  for (const [args, problem] of refused) {
    it(`refuses ${args.join(" ")} in one line`, () => {
      const request = parseCliArguments(args);
      assert.ok(request.kind === "refused");
      assert.match(request.problem, problem);
      assert.doesNotMatch(request.problem, /\n/);
    });
  }
});

describe("Local Sandbox: command line", function () {
  this.timeout(20_000);

  it("prints its keys as JSON, runs, and stops on a signal with exit code 0", async () => {
    const child = start(["--json", "--port", "0", "--projects", "5"]);
    const printed: unknown = JSON.parse(await firstLine(child));
    assert.ok(typeof printed === "object" && printed !== null);
    assert.deepEqual(Object.keys(printed), ["baseUrl", "clientId", "clientSecret", "serviceAccount"]);
    const { baseUrl, serviceAccount } = { baseUrl: "", serviceAccount: {}, ...printed };
    assert.equal((await fetch(baseUrl)).status, 200);
    const { clientId, clientSecret } = { clientId: "", clientSecret: "", ...serviceAccount };
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
    });
    assert.equal((await fetch(`${baseUrl}/oauth/token`, { method: "POST", body })).status, 200);
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  it("prints its address and companies for a person", async () => {
    const child = start([]);
    assert.equal(await firstLine(child), "Local Sandbox (not Procore)");
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  it("says in one line that a port is busy, an option unknown or a company unknown, and exits with 2", async () => {
    const bench = await openBench();
    const company = createDirectory(1, { companies: 3, projects: undefined }).companies[0]?.id ?? "";
    const [busy, unknown, nobody] = await Promise.all([
      run(["--port", String(bench.sandbox.port), "--disconnected", company]),
      run(["--nonsense"]),
      run(["--disconnected", "7"]),
    ]);
    await closeBench(bench);
    assert.deepEqual([busy.code, unknown.code, nobody.code], [2, 2, 2]);
    assert.match(busy.err, new RegExp(`^Local Sandbox: Port ${bench.sandbox.port} is in use[^\\n]*\\n$`));
    assert.match(unknown.err, /^Local Sandbox: Unknown option '--nonsense'[^\n]*\n$/);
    assert.match(nobody.err, /^Local Sandbox: --disconnected: there is no company with ID 7[^\n]*\n$/);
    assert.equal(busy.out + unknown.out + nobody.out, "");
  });

  it("explains every option with --help", async () => {
    const { code, out } = await run(["--help"]);
    assert.equal(code, 0);
    assert.match(out, /"serviceAccount" has the keys/);
    for (const name of [
      "port",
      "companies",
      "projects",
      "token-ttl",
      "code-ttl",
      "latency-ms",
      "rate-limit",
      "disconnected",
      "seed",
      "json",
    ]) {
      assert.ok(out.includes(`--${name} `), name);
    }
  });
});
