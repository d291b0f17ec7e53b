import * as l10n from "@vscode/l10n";
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
    ? l10n.t("in a file of this extension, sealed with a key from this browser's secret storage")
    : l10n.t("in the editor's secret storage");
  const secret = isWeb ? l10n.t("in this browser's secret storage") : l10n.t("in the editor's secret storage");
  return [
    [
      l10n.t("Tokens"),
      hasTokens(connection) ? (keeping === undefined ? l10n.t("not known") : home) : l10n.t("none that can be used"),
    ],
    [l10n.t("Client secret"), secret],
    [l10n.t("Kept"), keptWords({ connection, keeping }, options)],
    ...(connection.environment.kind === "local"
      ? ([
          [l10n.t("Local Sandbox"), l10n.t("keeps a plain copy of them, which opens nothing but made-up data")],
        ] as const)
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
  if (session.kind === "broken" && session.reason === "notKept") return l10n.t("no: the store lost them");
  if (!hasTokens({ session })) return l10n.t("nothing to keep");
  switch (keeping?.unsaved) {
    case "thisWindow":
      return l10n.t("no: the newest tokens could not be saved. They are in this window's memory and go with it");
    case "otherWindow":
      return l10n.t("no: the newest tokens could not be saved. They are in another window's memory and go with it");
    default:
      return readBackAt === undefined
        ? l10n.t("not seen yet: no window that was opened after they were saved has read them back")
        : l10n.t(
            "seen {0}: a window that was opened after they were saved read them back",
            moment(readBackAt, options),
          );
  }
}

/** To whom the token was given, the newest first. */
export function handOutLines({ connection, handOuts, sharing }: SessionView, options: LocalTimeOptions): Lines {
  return [
    [
      l10n.t("Other extensions"),
      sharing === "shared"
        ? l10n.t("may ask for it; VS Code asks you once for each extension and account")
        : l10n.t("do not get it: production sessions are withheld (procore.shareProductionSessions)"),
    ],
    [l10n.t("Which ones"), l10n.t("VS Code does not tell; its Accounts menu lists those you trust")],
    ...(handOuts === undefined
      ? ([[l10n.t("Record"), l10n.t("could not be read")]] as const)
      : handOuts.length === 0
        ? ([[l10n.t("Record"), l10n.t("nothing was handed out")]] as const)
        : handOuts.toReversed().map((item) => handOutLine(item, connection.clockSkewMs, options))),
  ];
}

function handOutLine(
  { at, to, lastAt, endsAt, over }: HandOut,
  skewMs: number,
  options: LocalTimeOptions,
): Lines[number] {
  const when = ago(at, options);
  const given = {
    extension: l10n.t({ message: "{0} to another extension", args: [when], comment: ["{0} is e.g. 6m ago"] }),
    clipboard: l10n.t({ message: "{0} to the clipboard", args: [when], comment: ["{0} is e.g. 6m ago"] }),
    terminal: l10n.t({ message: "{0} to a terminal", args: [when], comment: ["{0} is e.g. 6m ago"] }),
  }[to];
  const closed = over === undefined ? [] : [l10n.t("closed since")];
  const last = lastAt === undefined ? [] : [l10n.t("last time: {0}", localTime(lastAt, options))];
  const end = l10n.t("the token's end is {0}", localTime(endsAt - skewMs, options));
  return [localDateTime(at, options), l10n.t("{0}; {1}", [given, ...closed, ...last].join(", "), end)];
}
