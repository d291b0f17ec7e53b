import * as l10n from "@vscode/l10n";
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
  const none = l10n.t("not asked: there is no access token that is still good");
  switch (tokenInfo.kind) {
    case "notAsked":
      if (connection.session.kind !== "active") return [[l10n.t("Token info"), none]];
      return [[l10n.t("Token info"), l10n.t("not asked yet: run Show Session again")]];
    case "asking":
      return [[l10n.t("Token info"), l10n.t("asking…")]];
    case "ended":
      return [[l10n.t("Token info"), none]];
    case "cancelled":
      return [[l10n.t("Token info"), l10n.t("not asked: you cancelled it. Run Show Session again")]];
    case "failed":
      return [[l10n.t("Token info"), l10n.t("{0}: {1}", moment(tokenInfo.at, options), plain(tokenInfo.message, 400))]];
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
  const untold = l10n.t({
    message: "not told",
    comment: ["Stands after a label such as User, App or Time left: Procore's answer does not have it"],
  });
  const owner = plain(resourceOwnerId ?? untold, 40);
  const app = plain(applicationUid ?? untold, 100);
  return [
    [l10n.t("Asked"), moment(at, options)],
    [l10n.t("User ID"), isOtherUser ? l10n.t("{0}, which is not the user above", owner) : owner],
    [l10n.t("App"), isOtherApp ? l10n.t("{0}, which is not the client ID above", app) : app],
    [l10n.t("Issued"), createdAt === undefined ? untold : moment(createdAt - clockSkewMs, options)],
    [
      l10n.t("Time left"),
      expiresInSeconds === undefined ? untold : l10n.t("{0} when it was asked", span(expiresInSeconds * 1_000)),
    ],
    [
      l10n.t("Scopes"),
      scopes.length === 0 ? l10n.t("none: Procore's tokens have no scopes") : plain(scopes.join(", "), 200),
    ],
  ];
}
