// `npm run l10n`: writes l10n/bundle.l10n.json from the source, and puts the translations into the same order. What
// English no longer says is taken out of them and printed; what they lack is printed as well. The walkthrough's pictures
// get their titles in each language.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "./harness/paths.ts";
import { writePictures } from "./harness/pictures.ts";
import { say } from "./harness/progress.ts";
import { files, languages, readEnglish, readTranslated, wordsOfCode, type EnglishWords } from "./harness/words.ts";

const code = await wordsOfCode();
await write(files.code(), code);
say(`${files.code()}: ${Object.keys(code).length} messages`);
const manifest = await readEnglish(files.manifest());
for (const language of languages) {
  await bringInLine(files.code(language), code);
  await bringInLine(files.manifest(language), manifest);
  await writePictures(repositoryFolder, language, await readTranslated(files.manifest(language)));
}

async function bringInLine(file: string, english: EnglishWords): Promise<void> {
  const translated = await readTranslated(file);
  const keys = Object.keys(english);
  const kept = keys.flatMap((key) => (translated[key] === undefined ? [] : [[key, translated[key]] as const]));
  await write(file, Object.fromEntries(kept));
  const missing = keys.filter((key) => translated[key] === undefined);
  const gone = Object.entries(translated).filter(([key]) => english[key] === undefined);
  say(`${file}: ${kept.length} of ${keys.length}`);
  for (const key of missing) say(`  missing: ${JSON.stringify(key)}`);
  for (const [key, text] of gone) say(`  taken out: ${JSON.stringify(key)}: ${JSON.stringify(text)}`);
}

async function write(file: string, words: EnglishWords): Promise<void> {
  await writeFile(path.join(repositoryFolder, file), `${JSON.stringify(words, undefined, 2)}\n`);
}
