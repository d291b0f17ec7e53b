import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A program that we started, and with it everything that it starts itself. */
export interface Child {
  readonly pid: number;
  /** The exit code; a signal counts as 1. Never rejects. */
  readonly exited: Promise<number>;
  /** Ends the program and what it started, first kindly, after five seconds by force; resolves when it is gone. */
  stop(): Promise<void>;
}

/** How a program is started. `output` gets every line of standard output and standard error. */
export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly output?: (line: string) => void;
}

const kindnessMs = 5_000;

/**
 * Starts a program in a process group of its own (POSIX), so that `stop()` reaches its children too and Ctrl+C in
 * the terminal reaches only us. `signal` stops it.
 * @throws when the program cannot be started at all
 */
export async function startChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
  signal?: AbortSignal,
): Promise<Child> {
  signal?.throwIfAborted();
  const { file, words, shell } = launch(command, args, process.platform);
  const child = spawn(file, words, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
    shell,
    windowsHide: true,
  });
  // "exit", not "close": grandchildren may keep the pipes open for a while.
  const exited = new Promise<number>((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1));
    child.once("error", () => resolve(1));
  });
  readLines(child.stdout, options.output);
  readLines(child.stderr, options.output);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => (child.pid === undefined ? reject(new Error(`No pid: ${command}`)) : resolve(child.pid)));
  });
  // Should we end without having stopped it, by an error of ours: nothing may outlive us.
  const onOurEnd = (): void => endTree(pid, "SIGKILL");
  process.once("exit", onOurEnd);
  void exited.then(() => process.removeListener("exit", onOurEnd));
  const stop = async (): Promise<void> => {
    signal?.removeEventListener("abort", onAbort);
    if (child.exitCode !== null || child.signalCode !== null) return;
    endTree(pid, "SIGTERM");
    const force = setTimeout(() => endTree(pid, "SIGKILL"), kindnessMs);
    await exited;
    clearTimeout(force);
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) await stop();
  return { pid, exited, stop };
}

/**
 * Runs a program to its end.
 * @returns its exit code and its last lines of output
 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
  signal?: AbortSignal,
): Promise<{ readonly code: number; readonly tail: readonly string[] }> {
  const tail: string[] = [];
  const output = (line: string): void => {
    if (tail.push(line) > 60) tail.shift();
    options.output?.(line);
  };
  const child = await startChild(command, args, { ...options, output }, signal);
  const code = await child.exited;
  signal?.throwIfAborted();
  return { code, tail };
}

/** What `spawn` is given for a program and its arguments. */
export interface Launch {
  readonly file: string;
  readonly words: readonly string[];
  readonly shell: boolean;
}

/**
 * Windows runs a batch file (npm.cmd, code.cmd) in cmd only, which gets one line that Node does not quote: the program
 * and each argument are quoted here. Everything else is started as it is.
 * @throws when an argument cannot be part of cmd's line: a double quote, a line end
 */
export function launch(command: string, args: readonly string[], platform: NodeJS.Platform): Launch {
  if (platform !== "win32" || !/\.(?:cmd|bat)$/iu.test(command)) return { file: command, words: args, shell: false };
  return { file: [command, ...args].map(quotedForCmd).join(" "), words: [], shell: true };
}

/**
 * Backslashes before a quote are doubled, as Microsoft's C runtime wants it. A percent sign could begin a
 * variable, in quotes as well: outside of them, a caret makes its name that of none, and is gone then.
 * @see MicrosoftDocs/cpp-docs "Parsing C command-line arguments"
 */
function quotedForCmd(word: string): string {
  if (/["\0\r\n]/u.test(word)) throw new Error(`cmd cannot be given ${JSON.stringify(word)}`);
  return `"${word.replaceAll(/\\+(?=%|$)/gu, "$&$&").replaceAll("%", '"^%"')}"`;
}

function readLines(stream: Readable, output: ((line: string) => void) | undefined): void {
  if (output === undefined) stream.resume();
  else createInterface({ input: stream }).on("line", output);
}

function endTree(pid: number, how: "SIGTERM" | "SIGKILL"): void {
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, how);
  } catch {
    // The group is gone already.
  }
}
