import { assertNever } from "../../core/assertNever.ts";
import type { LocalTimeOptions } from "../../core/localTime.ts";
import type { TokenInfo } from "../../core/oauth/tokenEndpoint.ts";
import { plain } from "../../core/plain.ts";
import type { Connection } from "../../core/session.ts";
import type { TextBlock } from "./alignedText.ts";
import { moment, span } from "./moment.ts";

type Lines = TextBlock["lines"];

/** What the login service said of the access token, or why it was not asked. */
export type TokenInfoState =
  | { readonly kind: "notAsked" }
  | { readonly kind: "asking" }
  | { readonly kind: "ended" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "answer"; readonly info: TokenInfo; readonly at: number }
  | { readonly kind: "failed"; readonly message: string; readonly at: number };

/** What is told of a token, beside what the connection itself says. */
export function tokenInfoLines(connection: Connection, tokenInfo: TokenInfoState, options: LocalTimeOptions): Lines {
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
