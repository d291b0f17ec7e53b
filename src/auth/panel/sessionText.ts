import * as l10n from "@vscode/l10n";
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
    { heading: l10n.t("Connection"), lines: connectionLines(view, options) },
    { heading: l10n.t("Session"), lines: sessionLines(view, options) },
    {
      heading: l10n.t("What {0} says of the token", hostOf(connection.origins.login)),
      lines: tokenInfoLines(connection, view.tokenInfo, options),
    },
    { heading: l10n.t("Where it is kept"), lines: keepingLines(view, options) },
    { heading: l10n.t("Handed out"), lines: handOutLines(view, options) },
    { heading: l10n.t("Network, in this window"), lines: networkLines(view, options) },
  ];
  return [
    l10n.t("Procore session: {0}", plain(connection.environment.label, 60)),
    l10n.t(
      "As of {0}. The text follows the session. No token and no secret is in it.",
      localDateTime(options.now, options),
    ),
    "",
    alignedText(blocks),
  ].join("\n");
}

/** Shown in place of a session whose connection was removed. */
export const goneText = `${l10n.t("This connection was removed.")}\n`;

function connectionLines({ connection, place }: SessionView, options: LocalTimeOptions): Lines {
  const { environment, origins, clientId, user } = connection;
  const name = plain(user?.name ?? "", 80);
  const login = plain(user?.login ?? "", 80);
  const who = name === "" || name === login ? login : `${name} (${login})`;
  const label = plain(environment.label, 60);
  const isOther = environment.kind === "production" && environment.id !== "production";
  return [
    ...(connection.label === environment.label ? [] : [[l10n.t("Connection"), plain(connection.label, 60)] as const]),
    ...kindLines(connection),
    [
      l10n.t("User"),
      user === undefined
        ? l10n.t("not known yet: Refresh Session Now asks again")
        : l10n.t("{0}, ID {1}", who, plain(user.id, 40)),
    ],
    [l10n.t("Environment"), isOther ? l10n.t("{0} (production)", label) : label],
    [l10n.t("Login host"), hostOf(origins.login)],
    [l10n.t("API host"), hostOf(origins.api)],
    [l10n.t("Web host"), hostOf(origins.web)],
    [l10n.t("App"), l10n.t("client ID {0}", plain(clientId, 100))],
    [l10n.t("Created"), moment(connection.createdAt, options)],
    [
      l10n.t("This window"),
      place === "active" ? l10n.t("works with this connection") : l10n.t("works with another connection"),
    ],
  ];
}

/** How it signs in, and for a service account the one company that it is made for. */
function kindLines({ grant }: Connection): Lines {
  const label = l10n.t("Kind of sign-in");
  if (grant.kind === "authorizationCode") return [[label, l10n.t("a person's sign-in")]];
  const id = plain(grant.companyId, 40);
  const company =
    grant.companyName === undefined ? l10n.t("ID {0}", id) : l10n.t("{0}, ID {1}", plain(grant.companyName, 80), id);
  return [
    [label, l10n.t("service account")],
    [l10n.t("Company"), company],
  ];
}

function sessionLines({ connection, keeping, windowId }: SessionView, options: LocalTimeOptions): Lines {
  const { lastRefreshAt, lastRefreshBy, lastFailure } = connection;
  return [
    ...stateLines(connection, options),
    [
      l10n.t("Last refresh"),
      lastRefreshAt === undefined
        ? l10n.t("none yet")
        : refreshedBy(moment(lastRefreshAt, options), lastRefreshBy, windowId),
    ],
    [l10n.t("Refreshes"), refreshCount(connection, keeping)],
    [
      l10n.t("Last failure"),
      lastFailure === undefined
        ? l10n.t("none since the last success")
        : l10n.t("{0}: {1}", moment(lastFailure.at, options), plain(lastFailure.message, 400)),
    ],
  ];
}

function refreshedBy(when: string, by: string | undefined, windowId: string): string {
  if (by === undefined) return when;
  return by === windowId
    ? l10n.t("{0}, by this window", when)
    : l10n.t("{0}, by another window, or by this one before it was reloaded", when);
}

function refreshCount({ session }: Connection, keeping: Keeping | undefined): string {
  if (session.kind === "signedOut") return l10n.t("none: there is no session");
  return keeping?.renewals === undefined
    ? l10n.t("not known: there is no record")
    : l10n.t("{0} since the sign-in", keeping.renewals);
}

function stateLines(connection: Connection, options: LocalTimeOptions): Lines {
  const { session, clockSkewMs } = connection;
  switch (session.kind) {
    case "signedOut":
      return [[l10n.t("State"), l10n.t("signed out")]];
    case "broken":
      return [[l10n.t("State"), plain(advice(brokenFailure(connection, session.reason)).message, 400)]];
    case "active": {
      const endsAt = session.expiresAt - clockSkewMs;
      const isOver = endsAt <= options.now;
      const after = session.renewable ? l10n.t("the next request renews it") : l10n.t("sign in again then");
      const afterEnd = session.renewable ? l10n.t("the next request renews it") : l10n.t("sign in again");
      return [
        [l10n.t("State"), isOver && !session.renewable ? l10n.t("ended") : l10n.t("signed in")],
        [
          isOver ? l10n.t("Ended") : l10n.t("Ends"),
          l10n.t("{0}; {1}", moment(endsAt, options), isOver ? afterEnd : after),
        ],
      ];
    }
    default:
      return assertNever(session);
  }
}

function networkLines({ connection, rateLimit, transport }: SessionView, options: LocalTimeOptions): Lines {
  return [
    [
      l10n.t("Rate limit"),
      rateLimit === undefined ? l10n.t("not told yet") : rateLimitText(rateLimit, connection.clockSkewMs, options),
    ],
    [
      l10n.t("Transport"),
      transport === undefined
        ? l10n.t("no request yet")
        : l10n.t("{0}: {1}", transport.kind, plain(transport.reason, 200)),
    ],
  ];
}

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : plain(origin, 80));
