import { assertNever } from "../../core/assertNever.ts";
import { advice } from "../../core/errors.ts";
import type { RateLimit } from "../../core/http/rateLimit.ts";
import { rateLimitText } from "../../core/http/rateLimitText.ts";
import { localDateTime, type LocalTimeOptions } from "../../core/localTime.ts";
import { plain } from "../../core/plain.ts";
import { brokenFailure, type Connection, type TransportUse } from "../../core/session.ts";
import type { Keeping } from "../sessions.ts";
import { alignedText, type TextBlock } from "./alignedText.ts";
import type { HandOut } from "./handOuts.ts";
import { handOutLines, keepingLines } from "./keepingText.ts";
import { moment } from "./moment.ts";
import { tokenInfoLines, type TokenInfoState } from "./tokenInfoText.ts";

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
    {
      heading: `What ${hostOf(connection.origins.login)} says of the token`,
      lines: tokenInfoLines(connection, view.tokenInfo, options),
    },
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
