import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { stepKinds } from "../harness/steps.ts";
import { repositoryFolder } from "../harness/paths.ts";
import { workflowErrors } from "./workflowParser.ts";

const stepSchema = v.object({
  uses: v.optional(v.string()),
  run: v.optional(v.string()),
  with: v.optional(v.record(v.string(), v.unknown())),
});
const jobSchema = v.object({
  uses: v.optional(v.string()),
  needs: v.optional(v.union([v.string(), v.array(v.string())]), []),
  permissions: v.optional(v.record(v.string(), v.string())),
  strategy: v.optional(v.object({ matrix: v.record(v.string(), v.unknown()) })),
  "timeout-minutes": v.optional(v.number()),
  steps: v.optional(v.array(stepSchema), []),
});
const workflowSchema = v.object({
  permissions: v.optional(v.record(v.string(), v.string())),
  concurrency: v.optional(v.object({ group: v.string() })),
  jobs: v.record(v.string(), jobSchema),
});

const folder = path.join(repositoryFolder, ".github/workflows");
const names = readdirSync(folder).toSorted();
const textOf = (name: string): string => readFileSync(path.join(folder, name), "utf8");
const workflowOf = (name: string): v.InferOutput<typeof workflowSchema> => v.parse(workflowSchema, parse(textOf(name)));

describe("the workflows", () => {
  it("are those that are known here", () => {
    assert.deepEqual(names, ["audit.yml", "bench.yml", "ci.yml", "release.yml"]);
  });

  for (const name of names) {
    describe(name, () => {
      const text = textOf(name);
      const { jobs, permissions, concurrency } = workflowOf(name);
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      const runs = steps.flatMap(({ run }) => run ?? []);

      it("is accepted by GitHub's parser", async () => {
        assert.deepEqual(await workflowErrors(name, text), []);
      });

      it("pins each action of others by its commit, and says the version", () => {
        const used = Array.from(text.matchAll(/^\s*(?:- )?uses: (.+)$/gmu), ([, what]) => what ?? "");
        assert.ok(used.length > 0);
        const loose = used.filter((what) => !/^(\.\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/u.test(what));
        assert.deepEqual(loose, []);
      });

      it("gives each job only the rights that it names", () => {
        assert.deepEqual(permissions, {});
        for (const [job, { permissions: own }] of Object.entries(jobs)) assert.ok(own, job);
      });

      it("runs once at a time, and not for ever", () => {
        assert.ok(concurrency);
        for (const [job, { uses, "timeout-minutes": minutes }] of Object.entries(jobs)) {
          assert.ok(uses !== undefined || (minutes ?? 360) <= 60, job);
        }
      });

      it("needs only jobs that are there", () => {
        for (const { needs } of Object.values(jobs)) {
          for (const needed of [needs].flat()) assert.ok(needed in jobs, needed);
        }
      });

      it("leaves no token in the checkout", () => {
        const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true);
        for (const step of checkouts) assert.equal(step.with?.["persist-credentials"], false);
      });

      it("puts nothing into a script but its own matrix", () => {
        const inserted = runs.flatMap((run) =>
          Array.from(run.matchAll(/\$\{\{\s*(.+?)\s*\}\}/gu), ([, what]) => what ?? ""),
        );
        assert.deepEqual(
          inserted.filter((what) => !/^matrix\.\w+$/u.test(what)),
          [],
        );
      });

      it("calls scripts that package.json has, and steps that the tests have", () => {
        const { scripts } = v.parse(
          v.object({ scripts: v.record(v.string(), v.string()) }),
          JSON.parse(readFileSync(path.join(repositoryFolder, "package.json"), "utf8")),
        );
        const called = runs.flatMap((run) => Array.from(run.matchAll(/npm run ([\w:-]+)/gu), ([, what]) => what ?? ""));
        assert.deepEqual(
          called.filter((script) => !(script in scripts)),
          [],
        );
        const only = runs.flatMap((run) => /--only ([\w,]+)/u.exec(run)?.[1]?.split(",") ?? []);
        assert.deepEqual(
          only.filter((step) => !stepKinds.some((kind) => kind === step)),
          [],
        );
      });
    });
  }

  it("test on three systems, on the oldest and on the newest VS Code", () => {
    const { jobs } = workflowOf("ci.yml");
    const systems = ["ubuntu-latest", "windows-latest", "macos-latest"];
    assert.deepEqual(jobs["check"]?.strategy?.matrix, { os: systems });
    assert.deepEqual(jobs["editor"]?.strategy?.matrix, { os: systems, version: ["oldest", "newest"] });
  });

  it("measure everything that has a bar, weekly", () => {
    const { jobs } = workflowOf("bench.yml");
    assert.ok(jobs["bench"]?.steps.some(({ run }) => run === "npm run bench"));
    assert.match(textOf("bench.yml"), /^ {4}- cron: "\d+ \d+ \* \* \d"$/mu);
  });

  it("publish only what was tested, and let nobody write who need not", () => {
    const { jobs } = workflowOf("release.yml");
    const needs = (job: string): readonly string[] => [jobs[job]?.needs ?? []].flat();
    assert.deepEqual(needs("provenance"), ["test", "install"]);
    for (const job of ["marketplace", "open-vsx"]) assert.deepEqual(needs(job), ["provenance"]);
    assert.deepEqual(needs("github"), ["marketplace", "open-vsx"]);
    const writers = Object.entries(jobs).filter(([, { permissions }]) => permissions?.["contents"] === "write");
    assert.deepEqual(
      writers.map(([job]) => job),
      ["github"],
    );
    assert.doesNotMatch(textOf("release.yml"), /secrets\./u);
  });
});

describe("dependabot.yml", () => {
  const schema = v.object({
    version: v.literal(2),
    updates: v.array(
      v.object({
        "package-ecosystem": v.string(),
        directory: v.literal("/"),
        schedule: v.object({ interval: v.literal("weekly") }),
      }),
    ),
  });

  it("looks after the packages and the actions, weekly", () => {
    const file = path.join(repositoryFolder, ".github/dependabot.yml");
    const { updates } = v.parse(schema, parse(readFileSync(file, "utf8")));
    assert.deepEqual(
      updates.map((update) => update["package-ecosystem"]),
      ["npm", "github-actions"],
    );
  });
});
