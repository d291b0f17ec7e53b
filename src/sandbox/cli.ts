import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";
import { cliHelp, parseCliArguments, type CliOptions } from "./cliOptions.ts";
import { startSandbox, type RunningSandbox } from "./index.ts";

const clock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  },
};

function describe(sandbox: RunningSandbox): string {
  const companies = sandbox.control
    .companies()
    .map(({ id, name, activeProjects, connection }) => {
      const projects = activeProjects === 1 ? "1 project" : `${activeProjects.toLocaleString("en-US")} projects`;
      return `  ${id.padEnd(16)}${name} (${projects}${connection === "disconnected" ? ", app not connected" : ""})`;
    })
    .slice(0, 20);
  return [
    "Local Sandbox (not Procore)",
    "",
    `Base URL:       ${sandbox.baseUrl}`,
    `Client ID:      ${sandbox.clientId}`,
    `Client secret:  ${sandbox.clientSecret}`,
    "",
    "An app with a service account (client_credentials):",
    `Client ID:      ${sandbox.serviceAccount.clientId}`,
    `Client secret:  ${sandbox.serviceAccount.clientSecret}`,
    "",
    "Redirect URIs:  urn:ietf:wg:oauth:2.0:oob, http://localhost",
    "",
    "Companies:",
    ...companies,
    "",
    "Stop it with Ctrl+C.",
  ].join("\n");
}

function problemOf(error: unknown, { port = 0 }: CliOptions): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `Port ${port} is in use; choose another one, or --port 0 for any free one`;
  if (code === "EACCES") return `Port ${port} may not be used by this user; choose one above 1023, or --port 0`;
  return error instanceof Error ? error.message : String(error);
}

function refuse(problem: string): void {
  console.error(`Local Sandbox: ${problem}. See --help.`);
  process.exitCode = 2;
}

async function run(options: CliOptions, output: "text" | "json"): Promise<void> {
  let sandbox: RunningSandbox;
  try {
    sandbox = await startSandbox({
      ...options,
      clock,
      onUnexpectedError: (error) => console.error("Local Sandbox: an answer failed.", error),
    });
  } catch (error) {
    refuse(problemOf(error, options));
    return;
  }
  const stop = (): void => {
    void sandbox.close().finally(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const { baseUrl, clientId, clientSecret, serviceAccount } = sandbox;
  const keys = { baseUrl, clientId, clientSecret, serviceAccount };
  console.log(output === "json" ? JSON.stringify(keys) : describe(sandbox));
}

const request = parseCliArguments(process.argv.slice(2));
if (request.kind === "help") process.stdout.write(cliHelp);
else if (request.kind === "refused") refuse(request.problem);
else await run(request.options, request.output);
