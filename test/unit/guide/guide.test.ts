import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { assertGoldenFile } from "../../golden/goldenText.ts";
import { anchorsOf } from "../../harness/markdown.ts";
import { guides, type Line } from "./guides.ts";
import { guidePage } from "./page.ts";
import { screens, type Target } from "./targets.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const read = async (file: string): Promise<string> => await readFile(path.join(root, file), "utf8");

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly id: string; readonly title: string }[] }[];
  };
}

/** A name, a comment or another message's words show nothing: what a person reads begins a message in code. */
function timesShown(source: string, { file, words }: { readonly file: string; readonly words: string }): number {
  const shown = file.endsWith(".ts") ? source.replaceAll(/l10n\.t\(\s*"/gu, "\0") : source;
  return shown.split(file.endsWith(".ts") ? `\0${words}` : words).length - 1;
}

describe("Procore's guide, line by line", () => {
  const titles = new Map<string, string>();
  const steps = new Map<string, string>();
  before(async () => {
    const manifest = JSON.parse(await read("package.json")) as Manifest;
    const texts = JSON.parse(await read("package.nls.json")) as Readonly<Record<string, string>>;
    const textOf = (key: string): string => texts[key.slice(1, -1)] ?? "";
    for (const { command, title } of manifest.contributes.commands) titles.set(command, textOf(title));
    for (const { steps: all } of manifest.contributes.walkthroughs)
      for (const { id, title } of all) steps.set(id, textOf(title));
  });

  const sections = guides.flatMap((guide) => guide.sections.map((section) => ({ guide: guide.title, ...section })));

  /** What is wrong with a target, undefined when it is there. */
  async function problemOf(target: Target): Promise<string | undefined> {
    if ("step" in target) return steps.has(target.step) ? undefined : `no step ${target.step}`;
    if ("command" in target) {
      return titles.has(target.command) ? undefined : `no command ${target.command}`;
    }
    if ("screen" in target) {
      const { file, words } = screens[target.screen];
      return timesShown(await read(file).catch(() => ""), { file, words }) === 1
        ? undefined
        : `${file} does not say "${words}" once`;
    }
    const [file = "", anchor] = target.document.split("#");
    const headings = anchorsOf(await read(file).catch(() => ""));
    return anchor !== undefined && headings.includes(anchor) ? undefined : `no heading ${target.document}`;
  }

  it("has every line of both editions, in their order", () => {
    for (const { guide, id, has, lines } of sections) {
      assert.equal(lines.map((line) => line.id).join(" "), has, `${guide}: ${id}`);
    }
  });

  it("leads from every line to at least one place, and every place exists", async () => {
    const problems: string[] = [];
    for (const { guide, id, lines } of sections) {
      for (const line of lines) {
        for (const problem of await problemsOf(line)) problems.push(`${guide}: ${id}, ${line.id}: ${problem}`);
      }
    }
    assert.deepEqual(problems, []);
  });

  async function problemsOf({ where }: Line): Promise<readonly string[]> {
    if (where.length === 0) return ["leads nowhere"];
    return (await Promise.all(where.map(problemOf))).filter((problem) => problem !== undefined);
  }

  it("is what docs/guide.md says (UPDATE_GOLDEN=1 writes it anew)", () => {
    const page = guidePage({
      step: (id) => steps.get(id) ?? id,
      command: (id) => titles.get(id) ?? id,
    });
    assertGoldenFile(path.join(root, "docs/guide.md"), page);
  });
});
