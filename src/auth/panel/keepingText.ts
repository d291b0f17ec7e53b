import { localDateTime, localTime, type LocalTimeOptions } from "../../core/localTime.ts";
import type { Connection } from "../../core/session.ts";
import type { TextBlock } from "./alignedText.ts";
import type { HandOut } from "./handOuts.ts";
import { ago, moment } from "./moment.ts";
import type { SessionView } from "./sessionText.ts";

type Lines = TextBlock["lines"];

/** Where tokens and client secret are, and whether the store was seen to keep them. */
export function keepingLines({ connection, keeping }: SessionView, options: LocalTimeOptions): Lines {
  const isWeb = keeping?.home === "sealedFile";
  const home = isWeb
    ? "in a file of this extension, sealed with a key from this browser's secret storage"
    : "in the editor's secret storage";
  const secret = isWeb ? "in this browser's secret storage" : "in the editor's secret storage";
  return [
    ["Tokens", hasTokens(connection) ? (keeping === undefined ? "not known" : home) : "none that can be used"],
    ["Client secret", secret],
    ["Kept", keptWords({ connection, keeping }, options)],
    ...(connection.environment.kind === "local"
      ? ([["Local Sandbox", "keeps a plain copy of them, which opens nothing but made-up data"]] as const)
      : []),
  ];
}

/** Of sessions that are broken, only one whose keys were refused keeps its tokens. */
const hasTokens = ({ session }: Pick<Connection, "session">): boolean =>
  session.kind === "active" || (session.kind === "broken" && session.reason === "credentialsRejected");

function keptWords(
  { connection, keeping }: Pick<SessionView, "connection" | "keeping">,
  options: LocalTimeOptions,
): string {
  const { session, readBackAt } = connection;
  if (session.kind === "broken" && session.reason === "notKept") return "no: the store lost them";
  if (!hasTokens({ session })) return "nothing to keep";
  switch (keeping?.unsaved) {
    case "thisWindow":
      return "no: the newest tokens could not be saved. They are in this window's memory and go with it";
    case "otherWindow":
      return "no: the newest tokens could not be saved. They are in another window's memory and go with it";
    default:
      return readBackAt === undefined
        ? "not seen yet: no window that was opened after they were saved has read them back"
        : `seen ${moment(readBackAt, options)}: a window that was opened after they were saved read them back`;
  }
}

/** To whom the token was given, the newest first. */
export function handOutLines({ connection, handOuts, sharing }: SessionView, options: LocalTimeOptions): Lines {
  return [
    [
      "Other extensions",
      sharing === "shared"
        ? "may ask for it; VS Code asks you once for each extension and account"
        : "do not get it: production sessions are withheld (procore.shareProductionSessions)",
    ],
    ["Which ones", "VS Code does not tell; its Accounts menu lists those you trust"],
    ...(handOuts === undefined
      ? ([["Record", "could not be read"]] as const)
      : handOuts.length === 0
        ? ([["Record", "nothing was handed out"]] as const)
        : handOuts.toReversed().map((item) => handOutLine(item, connection.clockSkewMs, options))),
  ];
}

function handOutLine(
  { at, to, lastAt, endsAt, over }: HandOut,
  skewMs: number,
  options: LocalTimeOptions,
): Lines[number] {
  const places = { extension: "another extension", clipboard: "the clipboard", terminal: "a terminal" } as const;
  const last = lastAt === undefined ? "" : `, last at ${localTime(lastAt, options)}`;
  const closed = over === undefined ? "" : ", closed since";
  const end = `the token's end is ${localTime(endsAt - skewMs, options)}`;
  return [localDateTime(at, options), `${ago(at, options)} to ${places[to]}${closed}${last}; ${end}`];
}
