import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { until } from "./until.ts";

/** What the pictures of the tour show, in words: by these it is known whether they are still true. */
export type TourWords = ReadonlyMap<string, string>;

const fileName = "words.txt";
// Of the status bar only the product's own: others show the machine's keyboard.
const parts = [
  ".part.sidebar",
  ".quick-input-widget",
  ".monaco-hover",
  '.part.statusbar .statusbar-item[id^="procore-explorer"]',
  "main",
].join(", ");
const patienceMs = 30_000;

/**
 * The words on the page that a picture is taken of. What comes a moment later is waited for: until they are the `known`
 * ones, and where they never are, for as long as one waits before one believes that.
 */
export async function settledWords(page: Page, known: string | undefined): Promise<string> {
  const read = (): Promise<string> => wordsOn(page);
  return until("the words of the picture", read, (text) => text === known, patienceMs).catch(read);
}

async function wordsOn(page: Page): Promise<string> {
  const texts = await page.locator(parts).locator("visible=true").allInnerTexts();
  return comparable(texts.join("\n"));
}

/** Without what is another one each time: days, times, codes, ports, how many requests are left. */
export function comparable(text: string): string {
  return text
    .replaceAll("\u00a0", " ")
    .replaceAll(/[0-9a-f]{24,}|[\w-]{40,}/gu, "CODE")
    .replaceAll(/127\.0\.0\.1:\d+/gu, "127.0.0.1:PORT")
    .replaceAll(/\b\d+h(?: \d+m)?\b|\b\d{1,2}:\d{2}(:\d{2})?( [AP]M)?\b/gu, "TIME")
    .replaceAll(/\b[A-Z][a-z]{2} \d{1,2}, \d{4} TIME/gu, "TIME")
    .replaceAll(/\b[\d,]+ of [\d,]+ requests left(?:, next reset: TIME)?/gu, "COUNT requests left")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** Writes them beside the pictures. */
export async function writeWords(folder: string, words: TourWords): Promise<void> {
  const blocks = [...words].map(([name, text]) => `# ${name}\n${text}\n`);
  await writeFile(path.join(folder, fileName), blocks.join("\n"));
}

/** What the pictures in `folder` show; nothing where there are none. */
export async function readWords(folder: string): Promise<TourWords> {
  const text = await readFile(path.join(folder, fileName), "utf8").catch(() => "");
  return new Map(
    text
      .split(/^# /mu)
      .slice(1)
      .map((block) => [block.slice(0, block.indexOf("\n")), block.slice(block.indexOf("\n")).trim()] as const),
  );
}

/** A line for each stop that `known` pictures show otherwise, or not at all: its name, and the first other words. */
export function staleWords(known: TourWords, words: TourWords): readonly string[] {
  return [...new Set([...words.keys(), ...known.keys()])].flatMap((name) => {
    const [before, now] = [known.get(name), words.get(name)];
    if (before === now) return [];
    if (before === undefined) return [`${name}: has no picture yet`];
    if (now === undefined) return [`${name}: is no stop any more`];
    const [old, shown] = [before.split("\n"), now.split("\n")];
    const at = shown.findIndex((line, index) => line !== old[index]);
    const place = at === -1 ? shown.length : at;
    return [`${name}: ${quoted(shown[place])} in place of ${quoted(old[place])}`];
  });
}

const quoted = (line: string | undefined): string => (line === undefined ? "nothing" : `“${line}”`);
