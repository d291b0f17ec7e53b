import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const features = ["auth", "explorer", "status", "localSandbox"];

/** Which folders of src a file may import from; its own folder always counts. */
function allowed(layer: string): readonly string[] {
  if (layer === "core") return [];
  if (layer === "platform" || layer === "sandbox") return ["core"];
  if (features.includes(layer)) return ["platform", "core"];
  if (layer === "extension") return [...features, "platform", "core", "sandbox"];
  throw new Error(`src/${layer} has no place in the layers`);
}

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly specifier: string;
  readonly form: "value" | "type";
}

const importForm =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^"'();]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/gu;

async function imports(): Promise<readonly Import[]> {
  const files = (await readdir(path.join(root, "src"), { recursive: true })).filter((file) => file.endsWith(".ts"));
  const found: Import[] = [];
  for (const file of files.map((name) => name.replaceAll(path.sep, "/"))) {
    const text = await readFile(path.join(root, "src", file), "utf8");
    const layer = file.includes("/") ? (file.split("/")[0] ?? "") : file.replace(/\.ts$/u, "");
    for (const match of text.matchAll(importForm)) {
      found.push({
        file,
        layer,
        specifier: match[2] ?? match[3] ?? match[4] ?? "",
        form: match[1] === undefined ? "value" : "type",
      });
    }
  }
  return found;
}

const target = ({ file, specifier }: Import): string => path.posix.join(path.posix.dirname(file), specifier);

describe("layers: extension → features → platform → core", () => {
  let all: readonly Import[] = [];
  before(async () => {
    all = await imports();
    assert.ok(all.length > 100, "the scan finds imports");
  });

  it("nobody imports upward or sideways", () => {
    const wrong = all
      .filter(({ specifier }) => specifier.startsWith("."))
      .filter((item) => {
        const layer = target(item).split("/")[0] ?? "";
        // The Local Sandbox's life cycle names the emulator's types; the value comes from extension.ts.
        const typesOfSandbox = item.layer === "localSandbox" && layer === "sandbox" && item.form === "type";
        return layer !== item.layer && !allowed(item.layer).includes(layer) && !typesOfSandbox;
      });
    assert.deepEqual(
      wrong.map(({ file, specifier }) => `src/${file} imports ${specifier}`),
      [],
    );
  });

  it("a feature is entered through its index only", () => {
    const wrong = all.filter((item) => {
      const [layer = "", ...rest] = target(item).split("/");
      return (
        item.specifier.startsWith(".") &&
        features.includes(layer) &&
        layer !== item.layer &&
        rest.join("/") !== "index.ts"
      );
    });
    assert.deepEqual(
      wrong.map(({ file, specifier }) => `src/${file} imports ${specifier}`),
      [],
    );
  });

  it("core and sandbox know no vscode", () => {
    const wrong = all.filter(({ layer, specifier }) => ["core", "sandbox"].includes(layer) && specifier === "vscode");
    assert.deepEqual(
      wrong.map(({ file }) => `src/${file} imports vscode`),
      [],
    );
  });

  it("core uses no built-in of Node", () => {
    const wrong = all.filter(({ layer, specifier }) => layer === "core" && specifier.startsWith("node:"));
    assert.deepEqual(
      wrong.map(({ file, specifier }) => `src/${file} imports ${specifier}`),
      [],
    );
  });

  it("time, timers, randomness, fetch and the environment come to core through ports", async () => {
    const files = [...new Set(all.filter(({ layer }) => layer === "core").map(({ file }) => file))];
    const wrong: string[] = [];
    for (const file of files) {
      const text = (await readFile(path.join(root, "src", file), "utf8")).replace(/\/\*[\s\S]*?\*\/|\/\/.*/gu, "");
      const use = /\b(Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random|process\.|fetch\()/u.exec(text)?.[0];
      if (use !== undefined) wrong.push(`src/${file} uses ${use}`);
    }
    assert.deepEqual(wrong, []);
  });

  it("the clipboard is used through platform/clipboard.ts, which says so when it is refused", async () => {
    const wrong: string[] = [];
    for (const file of new Set(all.map((item) => item.file))) {
      const text = await readFile(path.join(root, "src", file), "utf8");
      if (file !== "platform/clipboard.ts" && /\benv\s*\.\s*clipboard\b/u.test(text)) wrong.push(`src/${file}`);
    }
    assert.deepEqual(wrong, []);
  });

  it("nobody goes through vscode.authentication for a session of ours: it would ask for consent", async () => {
    const wrong: string[] = [];
    for (const file of new Set(all.map((item) => item.file))) {
      const text = (await readFile(path.join(root, "src", file), "utf8")).replace(/\/\*[\s\S]*?\*\/|\/\/.*/gu, "");
      if (/\bauthentication\s*\.\s*(?!registerAuthenticationProvider\b)\w+|\.getSession\(/u.test(text))
        wrong.push(`src/${file}`);
    }
    assert.deepEqual(wrong, []);
  });

  it("undici, hono, the sandbox and the rows of the view stay out of what is loaded at activation", async () => {
    const meta: unknown = JSON.parse(await readFile(path.join(root, "dist/meta.json"), "utf8"));
    const text = JSON.stringify(
      (meta as { outputs: Record<string, { inputs: unknown }> }).outputs["dist/extension.js"]?.inputs,
    );
    assert.ok(text.includes("src/extension.ts"));
    assert.doesNotMatch(
      text,
      /node_modules\/(undici|hono|@hono|oauth4webapi)|src\/sandbox\/|src\/explorer\/(?!(?:index|removals)\.ts)/u,
    );
  });
});
