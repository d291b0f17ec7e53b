import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { displayLanguage, inNumbers } from "../../../src/core/language.ts";
import { localDateTime } from "../../../src/core/localTime.ts";
import { rateLimitText } from "../../../src/core/http/rateLimitText.ts";

const bundles = path.resolve(import.meta.dirname, "../../../l10n");
const say = (language: "en" | "es" | "fr"): void =>
  l10n.config({
    contents: language === "en" ? {} : readFileSync(path.join(bundles, `bundle.l10n.${language}.json`), "utf8"),
  });

describe("the display language", () => {
  afterEach(() => say("en"));

  const rows = [
    ["en", "35,800", "Jan 5, 2026 10:30"],
    ["es", "35.800", "5 ene 2026 10:30"],
    ["fr", "35\u202f800", "5 janv. 2026 10:30"],
  ] as const;
  for (const [language, number, day] of rows) {
    it(`${language}: numbers and dates are of the language of the words around them`, () => {
      say(language);
      assert.equal(displayLanguage(), language);
      assert.equal(inNumbers(35_800), number);
      const at = Date.UTC(2026, 0, 5, 10, 30);
      assert.equal(localDateTime(at, { now: at, timeZone: "UTC" }), day);
    });
  }

  it("turns a sentence round where a language wants it", () => {
    say("es");
    const limit = { limit: 36_000, remaining: 35_800, resetAt: 0 };
    assert.equal(rateLimitText(limit, 0, { now: 1 }), "quedan 35.800 de 36.000 solicitudes");
  });
});
