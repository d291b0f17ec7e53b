import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { runChild, type ChildOptions } from "./children.ts";

/** npm as it was called (npm gives its scripts the path of its own program), otherwise the one on the PATH. */
function npmCommand(): readonly [string, readonly string[]] {
  const own = process.env["npm_execpath"];
  if (own !== undefined && path.basename(own) === "npm-cli.js" && existsSync(own)) return [process.execPath, [own]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", []];
}

/** Runs npm as `runChild` runs a program. */
export function runNpm(
  args: readonly string[],
  options: ChildOptions,
  signal?: AbortSignal,
): ReturnType<typeof runChild> {
  const [command, first] = npmCommand();
  return runChild(command, [...first, ...args], options, signal);
}

/** What `npm install` is asked for, in a folder that has its own package.json. */
export interface Installation {
  readonly folder: string;
  /** `name@version`; empty installs what the folder's package.json says. */
  readonly packages: readonly string[];
  readonly scripts: "run" | "ignore";
}

/** Before the second and the third try. */
const pausesMs = [1_000, 10_000];

/**
 * Installs npm packages, in up to three tries, without npm's notices.
 * @throws an error with npm's own words and the command to repeat
 */
export async function npmInstall({ folder, packages, scripts }: Installation, signal?: AbortSignal): Promise<void> {
  const quiet = ["--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const args = ["install", ...packages, ...(scripts === "ignore" ? ["--ignore-scripts"] : []), ...quiet];
  // npm tells its scripts about the project they belong to; this installation is not part of it.
  const env = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^npm_(package|lifecycle|config_(local_)?prefix)/u.test(name))
      .map((name) => [name, undefined]),
  );
  const attempt = (): ReturnType<typeof runChild> =>
    runNpm(args, { cwd: folder, env: { ...env, INIT_CWD: undefined } }, signal);
  let tried = await attempt();
  for (const pauseMs of pausesMs) {
    if (tried.code === 0) return;
    await setTimeout(pauseMs, undefined, { signal });
    tried = await attempt();
  }
  if (tried.code === 0) return;
  throw new Error(
    [
      `npm could not install ${packages.join(" ") || `what ${folder} needs`}, tried three times. npm said:`,
      ...tried.tail.map((line) => `  ${line}`),
      "Nothing half-installed was left. To see what npm meets, in an empty folder:",
      `  npm ${args.join(" ")}`,
      "Then start again what you started.",
    ].join("\n"),
  );
}
