import { assertNever } from "../../core/assertNever.ts";
import { advice } from "../../core/errors.ts";
import type { RateLimit } from "../../core/http/rateLimit.ts";
import { rateLimitText } from "../../core/http/rateLimitText.ts";
import { localDateTime, localTime, type LocalTimeOptions } from "../../core/localTime.ts";
import type { TokenInfo } from "../../core/oauth/tokenEndpoint.ts";
import { plain } from "../../core/plain.ts";
import { brokenFailure, type Connection, type TransportUse } from "../../core/session.ts";
import type { Keeping } from "../sessions.ts";
import { alignedText, type TextBlock } from "./alignedText.ts";
import type { HandOut } from "./handOuts.ts";
import { ago, moment, span } from "./moment.ts";

/** What the login service said of the access token, or why it was not asked. */
export type TokenInfoState =
  | { readonly kind: "notAsked" }
  | { readonly kind: "asking" }
  | { readonly kind: "ended" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "answer"; readonly info: TokenInfo; readonly at: number }
  | { readonly kind: "failed"; readonly message: string; readonly at: number };

/** Everything that Show Session tells; nothing in it is secret. */
export interface SessionView {
  readonly connection: Connection;
  /** Is it the connection that this window works with? */
  readonly place: "active" | "other";
  readonly windowId: string;
  /** Undefined when the record could not be read. */
  readonly keeping: Keeping | undefined;
  /** Undefined when the record could not be read. */
  readonly handOuts: readonly HandOut[] | undefined;
  readonly sharing: "shared" | "withheld";
  readonly tokenInfo: TokenInfoState;
  readonly rateLimit: RateLimit | undefined;
  readonly transport: TransportUse | undefined;
}

type Lines = TextBlock["lines"];

/** The session as aligned plain text, which can be read aloud and copied. */
export function sessionText(view: SessionView, options: LocalTimeOptions): string {
  const { connection } = view;
  const blocks: readonly TextBlock[] = [
    { heading: "Connection", lines: connectionLines(view, options) },
    { heading: "Session", lines: sessionLines(view, options) },
    { heading: `What ${hostOf(connection.origins.login)} says of the token`, lines: tokenLines(view, options) },
    { heading: "Where it is kept", lines: keepingLines(view, options) },
    { heading: "Handed out", lines: handOutLines(view, options) },
    { heading: "Network, in this window", lines: networkLines(view, options) },
  ];
  return [
    `Procore session: ${plain(connection.environment.label, 60)}`,
    `As of ${localDateTime(options.now, options)}. The text follows the session. No token and no secret is in it.`,
    "",
    alignedText(blocks),
  ].join("\n");
}

/** Shown in place of a session whose connection was removed. */
export const goneText = "This connection was removed.\n";

function connectionLines({ connection, place }: SessionView, options: LocalTimeOptions): Lines {
  const { environment, origins, clientId, user } = connection;
  const name = plain(user?.name ?? "", 80);
  const login = plain(user?.login ?? "", 80);
  const who = name === "" || name === login ? login : `${name} (${login})`;
  const isOther = environment.kind === "production" && environment.id !== "production";
  return [
    ["User", user === undefined ? "not known yet: Refresh Session Now asks again" : `${who}, ID ${plain(user.id, 40)}`],
    ["Environment", `${plain(environment.label, 60)}${isOther ? " (production)" : ""}`],
    ["Login host", hostOf(origins.login)],
    ["API host", hostOf(origins.api)],
    ["Web host", hostOf(origins.web)],
    ["App", `client ID ${plain(clientId, 100)}`],
    ["Created", moment(connection.createdAt, options)],
    ["This window", place === "active" ? "works with this connection" : "works with another connection"],
  ];
}

function sessionLines({ connection, keeping, windowId }: SessionView, options: LocalTimeOptions): Lines {
  const { lastRefreshAt, lastRefreshBy, lastFailure } = connection;
  const by =
    lastRefreshBy === undefined
      ? ""
      : lastRefreshBy === windowId
        ? ", by this window"
        : ", by another window, or by this one before it was reloaded";
  return [
    ...stateLines(connection, options),
    ["Last refresh", lastRefreshAt === undefined ? "none yet" : `${moment(lastRefreshAt, options)}${by}`],
    ["Refreshes", refreshCount(connection, keeping)],
    [
      "Last failure",
      lastFailure === undefined
        ? "none since the last success"
        : `${moment(lastFailure.at, options)}: ${plain(lastFailure.message, 400)}`,
    ],
  ];
}

function refreshCount({ session }: Connection, keeping: Keeping | undefined): string {
  if (session.kind === "signedOut") return "none: there is no session";
  return keeping?.renewals === undefined ? "not known: there is no record" : `${keeping.renewals} since the sign-in`;
}

function stateLines(connection: Connection, options: LocalTimeOptions): Lines {
  const { session, clockSkewMs } = connection;
  switch (session.kind) {
    case "signedOut":
      return [["State", "signed out"]];
    case "broken":
      return [["State", plain(advice(brokenFailure(connection, session.reason)).message, 400)]];
    case "active": {
      const endsAt = session.expiresAt - clockSkewMs;
      const isOver = endsAt <= options.now;
      const after = session.renewable ? "the next request renews it" : "sign in again then";
      const afterEnd = session.renewable ? "the next request renews it" : "sign in again";
      return [
        ["State", isOver && !session.renewable ? "ended" : "signed in"],
        [isOver ? "Ended" : "Ends", `${moment(endsAt, options)}; ${isOver ? afterEnd : after}`],
      ];
    }
    default:
      return assertNever(session);
  }
}

function tokenLines({ connection, tokenInfo }: SessionView, options: LocalTimeOptions): Lines {
  const none = "not asked: there is no access token that is still good";
  switch (tokenInfo.kind) {
    case "notAsked":
      if (connection.session.kind !== "active") return [["Token info", none]];
      return [["Token info", "not asked yet: run Show Session again"]];
    case "asking":
      return [["Token info", "asking…"]];
    case "ended":
      return [["Token info", none]];
    case "cancelled":
      return [["Token info", "not asked: you cancelled it. Run Show Session again"]];
    case "failed":
      return [["Token info", `${moment(tokenInfo.at, options)}: ${plain(tokenInfo.message, 400)}`]];
    case "answer":
      return answerLines(connection, tokenInfo, options);
    default:
      return assertNever(tokenInfo);
  }
}

function answerLines(
  { clientId, user, clockSkewMs }: Connection,
  { info, at }: Extract<TokenInfoState, { kind: "answer" }>,
  options: LocalTimeOptions,
): Lines {
  const { resourceOwnerId, applicationUid, scopes, expiresInSeconds, createdAt } = info;
  const isOtherUser = user !== undefined && resourceOwnerId !== undefined && resourceOwnerId !== user.id;
  const isOtherApp = applicationUid !== undefined && applicationUid !== clientId;
  const untold = "not told";
  return [
    ["Asked", moment(at, options)],
    ["User ID", `${plain(resourceOwnerId ?? untold, 40)}${isOtherUser ? ", which is not the user above" : ""}`],
    ["App", `${plain(applicationUid ?? untold, 100)}${isOtherApp ? ", which is not the client ID above" : ""}`],
    ["Issued", createdAt === undefined ? untold : moment(createdAt - clockSkewMs, options)],
    ["Time left", expiresInSeconds === undefined ? untold : `${span(expiresInSeconds * 1_000)} when it was asked`],
    ["Scopes", scopes.length === 0 ? "none: Procore's tokens have no scopes" : plain(scopes.join(", "), 200)],
  ];
}

function keepingLines({ connection, keeping }: SessionView, options: LocalTimeOptions): Lines {
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

function handOutLines({ connection, handOuts, sharing }: SessionView, options: LocalTimeOptions): Lines {
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

function networkLines({ connection, rateLimit, transport }: SessionView, options: LocalTimeOptions): Lines {
  return [
    [
      "Rate limit",
      rateLimit === undefined ? "not told yet" : rateLimitText(rateLimit, connection.clockSkewMs, options),
    ],
    ["Transport", transport === undefined ? "no request yet" : `${transport.kind}: ${plain(transport.reason, 200)}`],
  ];
}

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : plain(origin, 80));
