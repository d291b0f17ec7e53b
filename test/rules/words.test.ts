import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createReader, unreadable, type BareText, type ReadBareTexts } from "../harness/bareWords.ts";
import { repositoryFolder } from "../harness/paths.ts";
import {
  files,
  languages,
  messageOf,
  readEnglish,
  readTranslated,
  spokenSources,
  wordsOfCode,
  type EnglishWords,
  type Language,
} from "../harness/words.ts";

const read = async (file: string): Promise<string> => await readFile(path.join(repositoryFolder, file), "utf8");

/** Properties whose text a person reads, also when it is one small word. */
const spokenProperties =
  /^(?:label|title|description|detail|tooltip|placeholder|prompt|message|headline|text|heading|button|value|accessibilityLabel|expected)$/u;

/** Functions that show what they are given. */
const spokenCalls =
  /(?:show(?:Information|Warning|Error)Message|setStatusBarMessage|withProgress|appendText|separator|heading|stay|notTheApi|notTheLogin)$/u;

/** Two words, or one that begins as a sentence does. */
const isWords = (text: string): boolean =>
  /\p{Ll}[\p{L}'’]*[.,:;!?…]* \p{L}/u.test(text) || /^\p{Lu}\p{Ll}+[.…!?]?$/u.test(text);

interface Exception {
  readonly why: string;
  readonly file?: RegExp;
  /** The property or the function that has the text. */
  readonly place?: RegExp;
  readonly text?: RegExp;
}

/** Texts that look like words for people, or stand where such stand, and are none. */
const exceptions: readonly Exception[] = [
  { why: "what the log says", place: /(?:\b(?:background|told|readable)|\blog\.(?:info|warn|error|debug))$/u },
  { why: "what the log says", file: /^src\/(?:platform\/(?:log|networkLog|report)|extension)\.ts$/u },
  { why: "bugs of ours: only the log shows them", place: /^(?:Error|TypeError|AggregateError|DOMException)$/u },
  {
    why: "why a file of ours is damaged: only the log shows it",
    file: /^src\/auth\/connectionsFile\.ts$/u,
    place: /^v\.check$/u,
  },
  { why: "the company's name", text: /^Procore$/u },
  { why: "what Procore calls its environments, in every language", file: /^src\/core\/procore\/environments\.ts$/u },
  { why: "what we call the stand-in, in every language", place: /^environmentLabel$/u, text: /^Local Sandbox$/u },
  { why: "finds a name of Procore's", place: /^label\.includes$/u, text: /^Production$/u },
  {
    why: "VS Code keeps people's consent by it: it may not change with the language",
    file: /^src\/auth\/sharing\.ts$/u,
  },
  { why: "read by menus, not by people", place: /^contextValue$/u },
  {
    why: "words of HTTP and of Procore's API",
    text: /^(?:JSON|All|Accept|gzip, br|--header "Authorization: Bearer \{\}"|Bearer(?: ACCESS_TOKEN)?)$/u,
  },
  { why: "names of programs", place: /^words$/u, text: /^(?:Procore Explorer|Node)$/u },
  { why: "answers of Procore's that a report may repeat", file: /^src\/core\/diagnose\/hideFailure\.ts$/u },
  { why: "an answer as Procore gives it, with made-up names", file: /^src\/core\/sent\/expectedReply\.ts$/u },
  { why: "names of OAuth's and Procore's fields", file: /^src\/core\/sent\/(?:mask|steps)\.ts$/u, text: /^[a-z_ ]+$/u },
  { why: "a script that Postman runs", file: /^src\/core\/postman\/collection\.ts$/u, text: /[;{]$/u },
  { why: "the log's words", file: /^src\/auth\/diagnose\/index\.ts$/u, text: /^make the part /u },
  { why: "an address", text: /^https:\/\/…$/u },
];

describe("words in the source", () => {
  let texts: ReadBareTexts;
  const used = new Set<Exception>();
  before(async () => (texts = await createReader()));

  it("go through l10n.t where a person reads them, each as one literal", async () => {
    const bare: string[] = [];
    for (const file of spokenSources()) {
      for (const item of texts(await read(file))) {
        if (!isSpoken(item)) continue;
        const fitting = exceptions.filter((exception) => fits(exception, file, item));
        for (const exception of fitting) used.add(exception);
        if (fitting.length === 0) bare.push(`${file}:${item.line} ${item.place} ${JSON.stringify(item.text)}`);
      }
    }
    assert.deepEqual(bare, []);
  });

  it("have no exception that nothing needs", () => {
    assert.deepEqual(
      exceptions.filter((exception) => !used.has(exception)),
      [],
    );
  });

  it("are translated by the module that the bundles replace", async () => {
    const wrong: string[] = [];
    for (const file of spokenSources()) {
      const source = await read(file);
      if (/\bl10n\./u.test(source) && !source.includes('import * as l10n from "@vscode/l10n";')) wrong.push(file);
    }
    assert.deepEqual(wrong, []);
  });
});

function isSpoken({ text, place }: BareText): boolean {
  if (place === unreadable) return true;
  if (!/\p{L}{2}/u.test(text.replaceAll("{}", ""))) return false;
  return isWords(text) || spokenProperties.test(place) || spokenCalls.test(place);
}

const fits = ({ file, place, text }: Exception, from: string, item: BareText): boolean =>
  (file?.test(from) ?? true) && (place?.test(item.place) ?? true) && (text?.test(item.text) ?? true);

describe("words in package.json", () => {
  it("are all in package.nls.json, and no others are there", async () => {
    const manifest = await read("package.json");
    const keys = Array.from(manifest.matchAll(/"%([^%"]+)%"/gu), ([, key = ""]) => key);
    assert.deepEqual([...new Set(keys)].toSorted(), Object.keys(await readEnglish(files.manifest())).toSorted());
  });

  it("do not stand in it bare", async () => {
    const spoken =
      /"(?:title|category|description|markdownDescription|name|displayName|contents|label|contextualTitle|altText|accessibilityHelpContent|text|(?:markdownE|e)numDescriptions)": ?"(?<text>[^"]+)"/gu;
    const bare = Array.from((await read("package.json")).matchAll(spoken), (match) => match.groups?.["text"] ?? "");
    assert.deepEqual(
      bare.filter((text) => !/^%.+%$/u.test(text)),
      // The extension's id, and the company's name.
      ["procore-explorer", "Procore"],
    );
  });
});

describe("translations", () => {
  const parts = [
    { name: "the code", file: files.code },
    { name: "package.json", file: files.manifest },
  ] as const;

  it("are made from what the source says: npm run l10n writes it", async function () {
    // The export takes its time on a machine that has other work.
    this.timeout(240_000);
    assert.deepEqual(await readEnglish(files.code()), await wordsOfCode());
  });

  for (const language of languages) {
    for (const { name, file } of parts) {
      describe(`${language}, of ${name}`, () => {
        let english: EnglishWords;
        let translated: Readonly<Record<string, string>>;
        before(async () => {
          english = await readEnglish(file());
          translated = await readTranslated(file(language));
        });
        const wrong = (isRight: (english: string, translated: string) => boolean): readonly string[] =>
          Object.entries(translated)
            .filter(([key, text]) => english[key] !== undefined && !isRight(messageOf(english[key]), text))
            .map(([key, text]) => `${key} → ${text}`);

        it("have every message, and no other", () => {
          assert.deepEqual(Object.keys(translated).toSorted(), Object.keys(english).toSorted());
        });

        it("keep what is put in, icons, links, code, names of settings, addresses and line breaks", () => {
          assert.deepEqual(
            wrong((from, to) => JSON.stringify(fixedParts(from)) === JSON.stringify(fixedParts(to))),
            [],
          );
        });

        it("begin and end with the same blanks, and say something", () => {
          const edges = (text: string): string => text.replace(/^(\s*).*?(\s*)$/su, "$1|$2");
          assert.deepEqual(
            wrong((from, to) => edges(from) === edges(to) && to.trim() !== ""),
            [],
          );
        });
      });
    }

    it(`${language} call a command by its title`, async () => {
      const titles = await readEnglish(files.manifest());
      const own = await readTranslated(files.manifest(language));
      const commands = Object.entries(titles)
        .filter(([key, title]) => key.startsWith("command.") && messageOf(title).includes(" "))
        .map(([key, title]) => ({ title: messageOf(title), own: own[key] ?? "" }));
      const wrong = (await allPairs(language)).flatMap(([from, to]) =>
        commands
          .filter(({ title, own: called }) => names(from, title, commands) && !to.includes(called))
          .map(({ own: called }) => `${from} → ${to} (${called})`),
      );
      assert.deepEqual(wrong, []);
    });

    it(`${language} call a step, a row, a choice or a folder by its name`, async () => {
      const all = await allPairs(language);
      const inTexts = await Promise.all(
        quotedNames.map(async ({ file, key }) => {
          const word = (await readEnglish(file()))[key];
          assert.ok(word !== undefined, `${key}: nothing is called so any more`);
          const name = messageOf(word);
          const own = (await readTranslated(file(language)))[key] ?? "";
          return { name, own, texts: all.filter(([from]) => from !== name && from.includes(name)) };
        }),
      );
      assert.deepEqual(
        inTexts.flatMap(({ own, texts }) =>
          texts.filter(([, to]) => own === "" || !to.includes(own)).map(([from, to]) => `${from} → ${to} (${own})`),
        ),
        [],
      );
      assert.deepEqual(
        inTexts.filter(({ texts }) => texts.length === 0).map(({ name }) => name),
        [],
        "names that no text quotes (any more)",
      );
    });
  }
});

/** What texts name beside commands, by where its name is. */
const quotedNames = [
  { file: files.manifest, key: "walkthrough.version.title" },
  { file: files.code, key: "App not installed in this company" },
  { file: files.code, key: "Sign in by hand" },
  { file: files.code, key: "Active and inactive projects" },
  { file: files.code, key: "Show companies on the free plan" },
  { file: files.code, key: "Edit client ID and secret" },
] as const;

/** English and its translation, of the code and of package.json. */
const allPairs = async (language: Language): Promise<readonly (readonly [string, string])[]> => [
  ...(await pairs(files.code(), files.code(language))),
  ...(await pairs(files.manifest(), files.manifest(language))),
];

async function pairs(english: string, translated: string): Promise<readonly (readonly [string, string])[]> {
  const own = await readTranslated(translated);
  return Object.entries(await readEnglish(english)).map(([key, word]) => [messageOf(word), own[key] ?? ""] as const);
}

/** Is this command named, and not one whose title only begins alike? */
function names(text: string, title: string, commands: readonly { readonly title: string }[]): boolean {
  const longer = commands.map((command) => command.title).filter((other) => other !== title && other.includes(title));
  const rest = longer.reduce((left, other) => left.replaceAll(other, ""), text);
  return new RegExp(`(?<![\\p{L}-])${title}(?![\\p{L}-])(?! \\p{Lu})`, "u").test(rest);
}

/** What no language changes, in the order of the alphabet. */
function fixedParts(text: string): readonly string[] {
  const kinds = [
    /\{\d+\}/gu,
    /\$\([a-z-]+\)/gu,
    /\]\([^)]*\)/gu,
    /`[^`]*`/gu,
    /\b[a-z][A-Za-z]*(?:\.[a-zA-Z][A-Za-z]*)+\b/gu,
    /\bhttps?:\/\/[^\s"]*[^\s".,;)]/gu,
    /\b[A-Z][A-Z0-9]*_[A-Z0-9_=]+/gu,
    /\n/gu,
  ];
  return kinds.flatMap((kind) => text.match(kind) ?? []).toSorted();
}
