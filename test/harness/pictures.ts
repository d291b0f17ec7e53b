import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { walkthroughSteps, type WalkthroughStep } from "../../src/platform/walkthroughSteps.ts";
import { repositoryFolder } from "./paths.ts";
import type { Words } from "./words.ts";

/** The picture of a step of the walkthrough; the English one unless a language is said. */
export const pictureFile = (step: WalkthroughStep, language?: string): string =>
  `media/walkthrough/${language === undefined ? "" : `${language}/`}${step}.svg`;

/**
 * The picture of a step in another language: the English one with another title, for those who do not see it. VS Code
 * reads no `altText` of an SVG, but shows the picture itself (gettingStartedDetailsRenderer.ts, `renderSVG`).
 * @param words those of package.json, in that language
 */
export async function translatedPicture(step: WalkthroughStep, words: Words): Promise<string> {
  const english = await readFile(path.join(repositoryFolder, pictureFile(step)), "utf8");
  const title = words[`walkthrough.${step}.picture`] ?? "";
  return english.replace(/<title>[^<]*<\/title>/u, () => `<title>${inXml(title)}</title>`);
}

const inXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Writes every picture in another language, into a copy of the repository or into itself. */
export async function writePictures(folder: string, language: string, words: Words): Promise<void> {
  for (const step of walkthroughSteps) {
    const file = path.join(folder, pictureFile(step, language));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await translatedPicture(step, words));
  }
}
