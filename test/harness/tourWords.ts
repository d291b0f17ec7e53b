import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";

/** What the pictures of the tour show, in words: by these it is known whether they are still true. */
export type TourWords = ReadonlyMap<string, string>;

const fileName = "words.txt";
const parts = ".part.sidebar, .quick-input-widget, .monaco-hover, .part.statusbar .right-items, main";

/** The words on the page that a picture is taken of, without what is another one each time: times, codes, ports. */
export async function wordsOn(page: Page): Promise<string> {
  const texts = await page.locator(parts).locator("visible=true").allInnerTexts();
  return texts
    .join("\n")
    .replaceAll("\u00a0", " ")
    .replaceAll(/[0-9a-f]{24,}|[\w-]{40,}/gu, "CODE")
    .replaceAll(/127\.0\.0\.1:\d+/gu, "127.0.0.1:PORT")
    .replaceAll(/\b\d+h \d+m\b|\b\d{1,2}:\d{2}(:\d{2})?( [AP]M)?\b/gu, "TIME")
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

/** The stops that the pictures in `folder` show otherwise, or not at all. */
export async function staleStops(folder: string, words: TourWords): Promise<readonly string[]> {
  const known = await readFile(path.join(folder, fileName), "utf8").catch(() => "");
  const blocks = new Map(
    known
      .split(/^# /mu)
      .slice(1)
      .map((block) => [block.slice(0, block.indexOf("\n")), block.slice(block.indexOf("\n")).trim()] as const),
  );
  const names = new Set([...words.keys(), ...blocks.keys()]);
  return [...names].filter((name) => words.get(name) !== blocks.get(name));
}
