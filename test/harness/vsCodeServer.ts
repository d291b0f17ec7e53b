import { mkdir } from "node:fs/promises";
import path from "node:path";
import { runChild, startChild } from "./children.ts";
import { startGateway } from "./gateway.ts";
import type { CodeServer } from "./provision.ts";

/** A running VS Code server whose workbench can be opened in a browser. */
export interface VsCodeServer {
  /** `127.0.0.1:PORT`: the workbench's address and the authority of its `vscode-remote:` addresses. */
  readonly authority: string;
  /** The last lines that the server printed, for the report of a failure. */
  readonly tail: () => readonly string[];
  stop(): Promise<void>;
}

/** Where a server keeps its state, and what its extension host finds in its environment. */
export interface ServerOptions {
  readonly dataFolder: string;
  readonly extensionsFolder: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workspaceTrust?: "on" | "off";
  /** The display language; `languagepacks.json` in the server's state must have a pack for it. */
  readonly language?: string;
  /**
   * "on" lets the workbench read the development and test options of its address; without it a built workbench ignores
   * them, without a word (microsoft/vscode src/vs/workbench/services/environment/browser/environmentService.ts). It
   * also keeps notifications from being shown, so a window that is driven like a person's has it "off".
   */
  readonly testDriver: "on" | "off";
}

const startupMs = 60_000;

/**
 * Starts VS Code's own server behind a gateway.
 * @throws with the server's last lines when it does not start
 */
export async function startVsCodeServer(
  codeServer: CodeServer,
  options: ServerOptions,
  signal?: AbortSignal,
): Promise<VsCodeServer> {
  await mkdir(path.join(options.dataFolder, "data/User"), { recursive: true });
  const tail: string[] = [];
  let listening = (_port: number): void => undefined;
  const port = new Promise<number>((resolve) => (listening = resolve));
  const output = (line: string): void => {
    if (tail.push(line) > 40) tail.shift();
    const found = /^Extension host agent listening on (\d+)/u.exec(line)?.[1];
    if (found !== undefined) listening(Number(found));
  };
  const env = { ...options.env, VSCODE_IPC_HOOK_CLI: undefined };
  const child = await startChild(codeServer.node, serverArguments(codeServer, options), { env, output }, signal);
  const timer = new AbortController();
  try {
    const gone = child.exited.then((code) => `it ended with code ${code}`);
    const late = delay(startupMs, timer.signal).then(() => `it was silent for ${startupMs / 1_000} s`);
    const started = await Promise.race([port, gone, late]);
    if (typeof started === "string") {
      throw new Error([`The VS Code ${codeServer.vsCode} server did not start: ${started}`, ...tail].join("\n"));
    }
    const gateway = await startGateway(started);
    const stop = async (): Promise<void> => {
      await gateway.close();
      await child.stop();
    };
    return { authority: `127.0.0.1:${gateway.port}`, tail: () => tail, stop };
  } catch (error) {
    await child.stop();
    throw error;
  } finally {
    timer.abort();
  }
}

/**
 * Lets VS Code's own server install a package, as its command line does it for people.
 * @throws with its words when it does not
 */
export async function installVsix(
  { node, serverMain }: CodeServer,
  { dataFolder, extensionsFolder }: Pick<ServerOptions, "dataFolder" | "extensionsFolder">,
  vsix: string,
): Promise<void> {
  const folders = [`--server-data-dir=${dataFolder}`, `--extensions-dir=${extensionsFolder}`];
  const args = [serverMain, "--accept-server-license-terms", ...folders, `--install-extension=${vsix}`];
  const { code, tail } = await runChild(node, args, { env: { VSCODE_IPC_HOOK_CLI: undefined } });
  if (code !== 0) throw new Error([`VS Code did not install ${vsix}:`, ...tail].join("\n"));
}

function serverArguments({ serverMain }: CodeServer, options: ServerOptions): readonly string[] {
  const driver = options.testDriver === "on" ? ["--enable-smoke-test-driver"] : [];
  const trust = options.workspaceTrust === "on" ? [] : ["--disable-workspace-trust"];
  return [
    serverMain,
    "--host=127.0.0.1",
    "--port=0",
    "--without-connection-token",
    "--accept-server-license-terms",
    `--server-data-dir=${options.dataFolder}`,
    `--extensions-dir=${options.extensionsFolder}`,
    "--disable-telemetry",
    "--disable-experiments",
    // Ends, after some minutes, a server whose starter was killed before it could stop it.
    "--enable-remote-auto-shutdown",
    "--reconnection-grace-time=60",
    ...driver,
    ...trust,
    ...(options.language === undefined ? [] : [`--locale=${options.language}`]),
  ];
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
