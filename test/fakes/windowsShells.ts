// Models of how cmd, PowerShell and Windows' programs take a command line apart, as far as our command lines go. What
// they do not know they refuse, rather than guess.

/** Environment variables. */
export type Environment = Readonly<Record<string, string>>;

/**
 * The arguments that a program built with Microsoft's C runtime gets from its command line.
 * @see MicrosoftDocs/cpp-docs "Parsing C command-line arguments"
 */
export function argumentsOf(commandLine: string): readonly string[] {
  const found: string[] = [];
  let current: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < commandLine.length; at += 1) {
    const slashes = /^\\*/u.exec(commandLine.slice(at))?.[0].length ?? 0;
    const next = commandLine[at + slashes];
    if (slashes > 0 && next !== '"') {
      current = (current ?? "") + "\\".repeat(slashes);
      at += slashes - 1;
    } else if (next === '"') {
      current = (current ?? "") + "\\".repeat(Math.floor(slashes / 2));
      at += slashes;
      if (slashes % 2 === 1) current += '"';
      else if (isQuoted && commandLine[at + 1] === '"') {
        current += '"';
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (!isQuoted && /[ \t]/u.test(next ?? "")) {
      if (current !== undefined) found.push(current);
      current = undefined;
    } else current = (current ?? "") + (next ?? "");
  }
  return current === undefined ? found : [...found, current];
}

/**
 * The command line that cmd hands on, of a line that is pasted at its prompt: variables first, which quotes do not
 * protect, then quotes and carets. Delayed expansion is off, as it is unless somebody asks for it.
 * @see the phases in https://stackoverflow.com/a/4095133, and `set /?`
 */
export function cmdAtPrompt(line: string, environment: Environment): string {
  let rest = expanded(line, environment);
  let handedOn = "";
  let isQuoted = false;
  for (; rest !== ""; rest = rest.slice(1)) {
    const [first = ""] = rest;
    if (first === '"') isQuoted = !isQuoted;
    if (isQuoted || !/[\^&|<>()\r\n]/u.test(first)) handedOn += first;
    else if (first === "^" && rest.length > 1) {
      rest = rest.slice(1);
      handedOn += rest[0] ?? "";
    } else throw new Error(`cmd would act on ${JSON.stringify(rest)}`);
  }
  return handedOn;
}

/** A variable that is not there stays as it was typed: only its first percent sign is passed over. */
function expanded(line: string, environment: Environment): string {
  const values = new Map(Object.entries(environment).map(([name, value]) => [name.toUpperCase(), value]));
  let done = "";
  for (let at = 0; at < line.length; at += 1) {
    const name = line[at] === "%" ? /^%([^%:]+)(?::[^%]*)?%/u.exec(line.slice(at)) : undefined;
    const value = values.get(name?.[1]?.toUpperCase() ?? "");
    if (value === undefined || name?.[0] === undefined) done += line[at] ?? "";
    else {
      if (name[0].includes(":")) throw new Error(`cmd would put something else in place of ${name[0]}`);
      done += value;
      at += name[0].length - 1;
    }
  }
  return done;
}

const single = "['\u2018\u2019\u201a\u201b]";
const double = '["\u201c\u201d\u201e]';
const word = new RegExp(
  [
    `${single}((?:[^'\u2018-\u201b]|${single}{2})*)${single}`,
    `${double}([^"\u201c-\u201e\`]*)${double}`,
    "([\\w.-]+)",
  ].join("|"),
  "uy",
);
const between = /(?: |`\r?\n)+/uy;

/**
 * The words of a command in PowerShell, of any version: bare ones, `'as it is'`, and `"with $env:variables"`.
 * @see MicrosoftDocs/PowerShell-Docs about_Quoting_Rules, about_Parsing; the kinds of quotes are in PowerShell's
 *   CharTraits.cs
 */
export function powerShellWords(line: string, environment: Environment): readonly string[] {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    word.lastIndex = at;
    const found = word.exec(line);
    if (found === null) throw new Error(`PowerShell would read ${JSON.stringify(line.slice(at))}`);
    const [all, literal, expandable, bare] = found;
    const text = literal?.replace(new RegExp(`(${single})${single}`, "gu"), "$1") ?? bare;
    words.push(text ?? withVariables(expandable ?? "", environment));
    at += all.length;
    between.lastIndex = at;
    const gap = between.exec(line)?.[0] ?? "";
    if (gap === "" && at < line.length) throw new Error(`One word goes on with ${JSON.stringify(line.slice(at))}`);
    at += gap.length;
  }
  return words;
}

function withVariables(text: string, environment: Environment): string {
  if (/\$(?!env:\w)/u.test(text)) throw new Error(`PowerShell would expand ${text}`);
  return text.replaceAll(/\$env:(\w+)/gu, (_all, name: string) => environment[name] ?? "");
}

/**
 * The command line that Windows PowerShell 5.1 makes of a command's words: it puts quotes around those with blanks, and
 * escapes nothing. PowerShell 7.3 and later hands each word on as it is.
 * @see MicrosoftDocs/PowerShell-Docs about_Preference_Variables ($PSNativeCommandArgumentPassing)
 */
export function legacyCommandLine(words: readonly string[]): string {
  return words
    .filter((each) => each !== "")
    .map((each) => (/\s/u.test(each) ? `"${each}"` : each))
    .join(" ");
}
