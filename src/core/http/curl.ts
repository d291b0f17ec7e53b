import { assertNever } from "../assertNever.ts";
import type { Connection } from "../session.ts";
import { addressed } from "./addressed.ts";
import type { ApiRequest } from "./api.ts";

/** The shells whose quoting is known; `bash` stands for sh, zsh and fish as well. */
export type Shell = "bash" | "powershell" | "cmd";

/** A value as it is, or the environment variable that holds it: nothing secret stands in a command line. */
export type CurlValue = string | { readonly variable: string };

/** What a command line repeats: a request with its headers, without the token. */
export interface CurlRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, CurlValue>>;
  /** Fields that curl itself encodes: of a form that is posted, or of the query. Names are words of our own. */
  readonly data?: { readonly in: "form" | "query"; readonly fields: readonly (readonly [string, CurlValue])[] };
  /** The token goes along unless said. */
  readonly authorization?: "token" | "none";
}

/** The environment variable that holds the token; a signed-in terminal sets it. */
const tokenVariable = "PROCORE_TOKEN";

/** A request as the connection sends it, to its own API origin. @throws ProcoreError `notAllowed`, as sending it would */
export function toCurlRequest(connection: Connection, request: ApiRequest): CurlRequest {
  const { url, headers } = addressed(connection, request);
  return { url: url.href, headers };
}

/** How a command line for this shell names the variable that holds the token. */
export const tokenIn = (shell: Shell): string => dialectOf(shell).variable(tokenVariable);

/**
 * A command line for curl that sends `request` with the token from the environment variable `PROCORE_TOKEN`. Whatever
 * the request holds, the shell passes it on as it is; for cmd this holds where the line is pasted at its prompt.
 * Values that cannot be part of a command line or header (line ends, NUL) are refused with an error of our own.
 */
export function renderCurl({ url, headers, data, authorization = "token" }: CurlRequest, shell: Shell): string {
  const dialect = dialectOf(shell);
  const argument = (start: string, value: CurlValue): string =>
    typeof value === "string"
      ? dialect.quote(assertOneLine(`${start}${value}`))
      : `"${start}${dialect.variable(value.variable)}"`;
  const token = authorization === "token" ? [`--header "Authorization: Bearer ${tokenIn(shell)}"`] : [];
  const parts = [
    dialect.program,
    ...(data?.in === "query" ? ["--get"] : []),
    ...token,
    ...Object.entries(headers).map(([name, value]) => `--header ${argument(`${name}: `, value)}`),
    ...(data?.fields ?? []).map(([name, value]) => `--data-urlencode ${argument(`${name}=`, value)}`),
    dialect.quote(assertOneLine(url)),
  ];
  return parts.join(dialect.newLine);
}

/**
 * The lines that set environment variables for the command lines run after them in the same shell; each value is empty,
 * to be filled in between the quotes (cmd: behind the equals sign).
 */
export const variableLines = (names: readonly string[], shell: Shell): string =>
  names.map((name) => `${dialectOf(shell).assignment(name)}\n`).join("");

/** Which shell a program's path means, e.g. what the editor runs in its terminals; undefined for one not known here. */
export function shellOf(program: string): Shell | undefined {
  const name = (program.split(/[\\/]/u).at(-1) ?? "").toLowerCase().replace(/\.exe$/u, "");
  if (/^(?:pwsh|powershell)(?:-|$)/u.test(name)) return "powershell";
  if (name === "cmd") return "cmd";
  return /^(?:(?:ba|da|z|k|mk|fi|a)?sh|wsl)$/u.test(name) ? "bash" : undefined;
}

interface Dialect {
  readonly program: string;
  /** How the value of an environment variable gets into a text in double quotes. */
  variable(name: string): string;
  /** Sets an environment variable, for now to nothing. */
  assignment(name: string): string;
  /** Between two arguments. */
  readonly newLine: string;
  quote(text: string): string;
}

function dialectOf(shell: Shell): Dialect {
  switch (shell) {
    case "bash":
      return {
        program: "curl",
        variable: (name) => `$${name}`,
        assignment: (name) => `export ${name}=''`,
        newLine: " \\\n  ",
        quote: (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`,
      };
    case "powershell":
      // `curl` alone is another program there, and typographic quotes end a string as well.
      return {
        program: "curl.exe",
        variable: (name) => `$env:${name}`,
        assignment: (name) => `$env:${name} = ''`,
        newLine: " `\n  ",
        quote: (text) => `'${plainForWindows(text).replace(/['\u2018-\u201b]/gu, "$&$&")}'`,
      };
    case "cmd":
      return {
        program: "curl",
        variable: (name) => `%${name}%`,
        // Without the quotes a blank at the end of the line would be part of the value.
        assignment: (name) => `set "${name}="`,
        newLine: " ",
        // What stands between two percent signs may be a variable, in quotes as well: `%CD%B4`, a letter in an address,
        // begins with the current folder. Outside of the quotes a caret before the second one makes it the name of no
        // variable, and is then gone.
        quote: (text) => `"${plainForWindows(text).replaceAll("%", '"^%"')}"`,
      };
    default:
      return assertNever(shell);
  }
}

/**
 * Windows' programs take arguments apart each in their own way, by double quotes and the backslashes before them, and
 * Windows PowerShell 5.1 escapes neither; addresses and our headers hold none.
 * @see MicrosoftDocs/cpp-docs "Parsing C command-line arguments", MicrosoftDocs/PowerShell-Docs about_Parsing
 */
function plainForWindows(text: string): string {
  if (/["\\]/u.test(text)) throw new Error("Double quotes and backslashes have no place in a command line for Windows");
  return text;
}

function assertOneLine(text: string): string {
  if (/[\0\r\n]/u.test(text)) throw new Error("A command line is one line");
  return text;
}
