import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "./paths.ts";
import { writePictures } from "./pictures.ts";
import { files, messageOf, readEnglish, wordsOfCode, type EnglishWords, type Words } from "./words.ts";

/** VS Code's name for a language that is English with marks. */
export const pseudoLanguage = "qps-ploc";

/** A message with marks: ⟦words of ours⟧, and in them ⟪what was put in⟫. Icons, addresses and line breaks stay whole. */
export function pseudo(message: string): string {
  const marked = (words: string): string =>
    words.trim() === "" ? words : `⟦${words.replaceAll(/\{\d+\}/gu, (place) => `⟪${place}⟫`)}⟧`;
  return message
    .split("\n")
    .map((line) => {
      const link = /^\[(.+)\]\((.+)\)$/u.exec(line);
      // A line that is a link and nothing else becomes a button: the marks go inside.
      if (link !== null) return `[${marked(link[1] ?? "")}](${link[2] ?? ""})`;
      return marked(line).replaceAll(/\]\(⟪(\{\d+\})⟫\)/gu, "]($1)");
    })
    .join("\n");
}

/** What a text shows that went through no translation, piece by piece: outside the marks, or as what was put in. */
export function unmarked(text: string): readonly string[] {
  const found: string[] = [];
  const open: string[] = [];
  let piece = "";
  const close = (): void => {
    if (open.at(-1) !== "⟦" && piece.trim() !== "") found.push(piece.trim());
    piece = "";
  };
  for (const character of text) {
    if (!"⟦⟧⟪⟫".includes(character)) piece += character;
    else {
      close();
      if ("⟦⟪".includes(character)) open.push(character);
      else open.pop();
    }
  }
  close();
  return found;
}

const pseudoWords = (words: EnglishWords): Words =>
  Object.fromEntries(Object.entries(words).map(([key, word]) => [key, pseudoWord(key, messageOf(word))]));

function pseudoWord(key: string, english: string): string {
  // The code of the language is no word, and neither is where a picture is.
  if (key.startsWith("en/")) return "en";
  return key.endsWith(".svg")
    ? path.posix.join(path.dirname(english), pseudoLanguage, path.basename(english))
    : pseudo(english);
}

/** Makes the built extension, as it is in the checkout, in a folder of its own, with the pseudo-language beside it. */
export async function pseudoExtension(folder: string): Promise<void> {
  await mkdir(path.join(folder, "l10n"), { recursive: true });
  await cp(path.join(repositoryFolder, "dist"), path.join(folder, "dist"), { recursive: true });
  await cp(path.join(repositoryFolder, "media"), path.join(folder, "media"), { recursive: true });
  for (const file of ["package.json", "package.nls.json"]) {
    await writeFile(path.join(folder, file), await readFile(path.join(repositoryFolder, file)));
  }
  const write = async (file: string, words: Words): Promise<void> =>
    await writeFile(path.join(folder, file), JSON.stringify(words));
  await write(files.code(pseudoLanguage), pseudoWords(await wordsOfCode()));
  const manifest = pseudoWords(await readEnglish(files.manifest()));
  await write(files.manifest(pseudoLanguage), manifest);
  await writePictures(folder, pseudoLanguage, manifest);
}
