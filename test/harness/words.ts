import { readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import path from "node:path";
import { getL10nJson } from "@vscode/l10n-dev";
import * as v from "valibot";
import { repositoryFolder } from "./paths.ts";

/** The languages that the product speaks beside English, by VS Code's names for them. */
export const languages = ["es", "fr"] as const;
export type Language = (typeof languages)[number];

/** Words by their key. In the English ones a message that has a comment for translators is an object. */
export type Words = Readonly<Record<string, string>>;

const commented = v.object({ message: v.string(), comment: v.array(v.string()) });
const englishSchema = v.record(v.string(), v.union([v.string(), commented]));
const wordsSchema = v.record(v.string(), v.string());

/** English words as they stand in a file: `bundle.l10n.json` or `package.nls.json`. */
export type EnglishWords = v.InferOutput<typeof englishSchema>;

/** Where words are: those of the code, and those of package.json. */
export const files = {
  code: (language?: string) => path.join("l10n", `bundle.l10n${language === undefined ? "" : `.${language}`}.json`),
  manifest: (language?: string) => `package.nls${language === undefined ? "" : `.${language}`}.json`,
} as const;

/** The sources that speak to people: all but the Local Sandbox, which speaks as Procore does. */
export const spokenSources = (): readonly string[] =>
  globSync("src/**/*.ts", { cwd: repositoryFolder })
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => !file.startsWith("src/sandbox/") && !file.endsWith(".d.ts"))
    .toSorted();

const textOf = async (file: string): Promise<string> => await readFile(path.join(repositoryFolder, file), "utf8");

/** The words that `l10n.t` is called with in `src`, by key, in the order of the alphabet. */
export async function wordsOfCode(): Promise<EnglishWords> {
  const sources = await Promise.all(
    spokenSources().map(async (file) => ({ contents: await textOf(file), extension: ".ts" })),
  );
  const found = v.parse(englishSchema, await getL10nJson(sources));
  return Object.fromEntries(Object.entries(found).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** English words of a file. @throws when it is not there or has another form */
export const readEnglish = async (file: string): Promise<EnglishWords> =>
  v.parse(englishSchema, JSON.parse(await textOf(file)));

/** Translated words of a file; none while there is no file. */
export async function readTranslated(file: string): Promise<Words> {
  const text = await textOf(file).catch(() => "{}");
  return v.parse(wordsSchema, JSON.parse(text));
}

/** What is said, without the comment. */
export const messageOf = (word: EnglishWords[string]): string => (typeof word === "string" ? word : word.message);
