import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { builtInEnvironments } from "../../src/core/procore/environments.ts";
import { walkthroughSteps } from "../../src/platform/walkthroughSteps.ts";
import { stepsProvedBy } from "../../src/platform/walkthroughTicks.ts";
import { pictureFile, translatedPicture } from "../harness/pictures.ts";
import { files, languages, readTranslated } from "../harness/words.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = async (file: string): Promise<string> => await readFile(path.join(root, file), "utf8");

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

interface Walkthrough {
  readonly id: string;
  readonly when: string;
  readonly steps: readonly Step[];
}

/** The editor makes a button of a line that is nothing but a link. */
const buttons = (description: string): readonly string[] =>
  Array.from(description.matchAll(/^\[[^\]]+\]\(([^)]+)\)$/gmu), (match) => match[1] ?? "");

describe("the walkthrough", () => {
  let walkthrough: Walkthrough;
  let texts: Readonly<Record<string, string>>;
  let contextKeys: string;
  let commands: ReadonlySet<string>;
  before(async () => {
    const manifest = JSON.parse(await read("package.json")) as {
      readonly contributes: {
        readonly walkthroughs: readonly Walkthrough[];
        readonly commands: readonly { readonly command: string }[];
      };
    };
    const [only, ...others] = manifest.contributes.walkthroughs;
    assert.ok(only);
    assert.deepEqual(others, []);
    walkthrough = only;
    // `focus` is the editor's own command for a view.
    commands = new Set([...manifest.contributes.commands.map(({ command }) => command), "procore.explorer.focus"]);
    texts = JSON.parse(await read("package.nls.json")) as Record<string, string>;
    contextKeys = await read("src/platform/contextKeys.ts");
  });

  const textOf = (key: string): string => texts[key.slice(1, -1)] ?? "";
  /** The values that a context key can have, as the code writes them. */
  const valuesOf = (key: string): string => new RegExp(`"${key}": ([^;]+);`, "u").exec(contextKeys)?.[1] ?? "";

  it("has the steps that the code knows, in the same order", () => {
    assert.deepEqual(
      walkthrough.steps.map(({ id }) => id),
      walkthroughSteps,
    );
  });

  it("may be shown only after somebody asked for it, so that installing opens nothing", () => {
    assert.equal(walkthrough.when, "procore.walkthroughWanted");
  });

  it("has a button in every step, to a command that exists or to Procore", () => {
    for (const { id, description } of walkthrough.steps) {
      const targets = buttons(textOf(description));
      assert.ok(targets.length > 0, id);
      for (const target of targets) {
        const [, command, query = ""] = /^command:([\w.]+)(?:\?(.+))?$/u.exec(target) ?? [];
        if (command === undefined) assert.match(new URL(target).origin, /^https:\/\/[a-z]+\.procore\.com$/u, id);
        else {
          assert.ok(commands.has(command), `${id}: ${command}`);
          if (query !== "") assert.ok(Array.isArray(JSON.parse(decodeURIComponent(query))), `${id}: ${query}`);
        }
      }
    }
  });

  it("ticks its steps by events that can happen", () => {
    for (const { id, description, completionEvents } of walkthrough.steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) {
        const about = `${id}: ${event}`;
        const [, kind, what = ""] = /^(onLink|onCommand|onContext):(.+)$/u.exec(event) ?? [];
        if (kind === "onLink") assert.ok(buttons(textOf(description)).includes(what), about);
        else if (kind === "onCommand") assert.ok(buttons(textOf(description)).includes(`command:${what}`), about);
        else {
          const [, key, value] = /^(procore\.\w+)(?: == (\w+))?$/u.exec(what) ?? [];
          assert.ok(key !== undefined && valuesOf(key) !== "", about);
          if (value !== undefined) assert.ok(valuesOf(key).includes(`"${value}"`), about);
        }
      }
    }
  });

  it("takes for proved what the code takes for proved", () => {
    const events = walkthrough.steps.flatMap(({ id, completionEvents }) =>
      completionEvents.filter((event) => event.startsWith("onContext:")).map((event) => ({ id, event })),
    );
    const fits = (event: string, fact: string): boolean =>
      `onContext:${fact}`.split(" ==")[0] === event || `onContext:${fact}` === event;
    for (const [fact, steps] of Object.entries(stepsProvedBy)) {
      assert.deepEqual(
        events.filter(({ event }) => fits(event, fact)).map(({ id }) => id),
        steps,
        fact,
      );
    }
    const unknown = events.filter(({ event }) => !Object.keys(stepsProvedBy).some((fact) => fits(event, fact)));
    assert.deepEqual(unknown, []);
  });

  it("ticks a step by a click alone only where nothing more can be seen, and says so", () => {
    const clicked = walkthrough.steps.filter(({ completionEvents }) =>
      completionEvents.some((event) => !event.startsWith("onContext:")),
    );
    assert.deepEqual(
      clicked.map(({ id }) => id),
      ["testers"],
    );
    assert.match(textOf(clicked[0]?.description ?? ""), /opening these instructions ticks the step/u);
  });

  const descriptionOf = (id: string): string =>
    textOf(walkthrough.steps.find((step) => step.id === id)?.description ?? "");

  it("says where the company is to be opened, for every environment whose address Procore states", () => {
    const words = descriptionOf("install");
    for (const { id, origins } of builtInEnvironments) {
      if (origins === undefined || id === "federal") continue;
      assert.ok(words.includes(new URL(origins.web).host), id);
    }
    assert.match(words, /on-demand sandboxes: app\.procore\.com/u);
    assert.match(words, /\*\*Local Sandbox\*\* nothing is to be installed/u);
  });

  it("says which keys each environment takes, and that Production's have to be waited for", () => {
    const words = descriptionOf("redirectUri");
    for (const part of [
      "**Sandbox OAuth Credentials**",
      "**Production OAuth Credentials**",
      "A monthly and an on-demand sandbox use those of Production",
      "Federal uses those of its own app",
      "verify your organisation and approve the app",
      "shown only once",
    ])
      assert.ok(words.includes(part), part);
  });

  it("adds the redirect URI to what a new app has, and takes nothing away", () => {
    assert.match(
      descriptionOf("redirectUri"),
      / add this text to \*\*Redirect URI\*\*.* Leave \*\*http:\/\/localhost\*\*/su,
    );
  });

  it("has a service account sign in after its version was installed and its projects were permitted", () => {
    const words = descriptionOf("serviceAccount");
    const order = ["Create a version", "installed in the company", "**Permissions**", "3. Sign in", "**Refresh**"];
    const places = order.map((part) => words.indexOf(part));
    assert.ok(places.every((place) => place >= 0));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
  });

  it("has a picture for every step, and a step for every picture", async () => {
    for (const language of [undefined, ...languages]) {
      const folder = path.dirname(pictureFile("account", language));
      const found = (await readdir(path.join(root, folder))).filter((file) => file.endsWith(".svg"));
      const words = language === undefined ? texts : await readTranslated(files.manifest(language));
      assert.deepEqual(
        walkthrough.steps.map(({ media }) => words[media.svg.slice(1, -1)]),
        walkthroughSteps.map((step) => pictureFile(step, language)),
      );
      assert.deepEqual(found.toSorted(), walkthroughSteps.map((step) => `${step}.svg`).toSorted());
    }
  });

  it("has the same pictures in each language, with their description in it: npm run l10n writes them", async () => {
    for (const language of languages) {
      const words = await readTranslated(files.manifest(language));
      for (const step of walkthroughSteps) {
        assert.equal(
          await read(pictureFile(step, language)),
          await translatedPicture(step, words),
          `${language} ${step}`,
        );
      }
    }
  });

  it("has pictures with the theme's colours alone, and with their description inside", async () => {
    for (const { media } of walkthrough.steps) {
      const picture = await read(textOf(media.svg));
      // The editor reads no `altText` of an SVG, but shows the picture itself, with its title.
      assert.equal(/<title>([^<]+)<\/title>/u.exec(picture)?.[1], textOf(media.altText), media.svg);
      const colours = Array.from(picture.matchAll(/(?:fill|stroke)="([^"]+)"/gu), (match) => match[1] ?? "");
      const own = colours.filter((colour) => colour !== "none" && !/^var\(--vscode-[\w-]+, #\w{6}\)$/u.test(colour));
      assert.deepEqual(own, [], media.svg);
      // Its Content-Security-Policy forbids these.
      assert.doesNotMatch(picture, /style=|<style|<script|href=/u, media.svg);
    }
  });

  it("says in words what has to be typed exactly", () => {
    const words = walkthrough.steps.map(({ description }) => textOf(description)).join("\n");
    for (const exact of [
      "urn:ietf:wg:oauth:2.0:oob",
      "User Level Authentication",
      "Install Custom App",
      "36 characters",
      "Developer Sandbox",
    ])
      assert.ok(words.includes(exact), exact);
  });
});
