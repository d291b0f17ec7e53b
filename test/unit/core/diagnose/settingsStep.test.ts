import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { settingsStep } from "../../../../src/core/diagnose/settingsStep.ts";
import { samplePorts, settings } from "./world.ts";

const manifestFile = path.join(import.meta.dirname, "../../../../package.json");
const manifestSchema = v.object({
  contributes: v.object({
    configuration: v.object({ properties: v.record(v.string(), v.unknown()) }),
  }),
});

async function factsWith(changes: Partial<typeof settings>): Promise<ReadonlyMap<string, string>> {
  const step = settingsStep(samplePorts({ settings: { ...settings, ...changes } }));
  const { facts } = await step.run(new AbortController().signal);
  return new Map(facts.map(({ label, words }) => [label.text, words.text]));
}

describe("the settings in the report", () => {
  it("are all that the manifest has: each can change what a person sees", async () => {
    const { contributes } = v.parse(manifestSchema, JSON.parse(await readFile(manifestFile, "utf8")));
    const facts = await factsWith({});
    const names = Object.keys(contributes.configuration.properties);
    assert.ok(names.length >= 4, names.join());
    assert.deepEqual(
      names.filter((name) => !facts.has(name)),
      [],
    );
  });

  it("tell which projects the view lists", async () => {
    const name = "procore.explorer.projects";
    const [active, all] = [await factsWith({ projects: "active" }), await factsWith({ projects: "all" })];
    assert.equal(active.get(name), "the Companies view lists active projects only");
    assert.equal(all.get(name), "the Companies view lists active and inactive projects");
  });
});
