import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import { ProcoreError } from "../errors.ts";
import type { EnvironmentKind } from "../procore/environments.ts";
import { type Connection, serviceAccountOf, type User } from "../session.ts";
import { utc } from "../utc.ts";
import { fact, type Fact, failed } from "./check.ts";
import { environmentPiece } from "./hideFailure.ts";
import type { Account } from "./ports.ts";
import { longLimitMs, type Step } from "./runSteps.ts";
import { hiddenPiece, hostPiece, words, type Words } from "./words.ts";

/** Which connection it is, and whether it may still send to its addresses. */
export function addressesStep(account: Account): Step {
  return {
    id: "addresses",
    title: words(l10n.t("This connection")),
    async run() {
      const facts = connectionFacts(account.connection());
      try {
        await account.checkAddresses();
        return { facts };
      } catch (error) {
        // Which connection it is stands there all the same.
        if (error instanceof ProcoreError) return { facts, troubles: [failed(error.failure)] };
        throw error;
      }
    },
  };
}

function connectionFacts({
  environment,
  origins,
  clientId,
  user,
  grant,
  lastFailure,
  id,
}: Connection): readonly Fact[] {
  const account = serviceAccountOf({ grant });
  const who =
    account !== undefined
      ? words("{0}", hiddenPiece("company", account))
      : user === undefined
        ? words(l10n.t("not known yet"))
        : userWords(user);
  return [
    fact(words(l10n.t("User")), who),
    fact(
      words(l10n.t("Environment")),
      words(l10n.t("{0}; {1}"), environmentPiece(environment.label), kindWords(environment.kind)),
    ),
    fact(words(l10n.t("Login host")), words("{0}", hostPiece(hostOf(origins.login)))),
    fact(words(l10n.t("API host")), words("{0}", hostPiece(hostOf(origins.api)))),
    fact(words(l10n.t("App")), words("{0}", hiddenPiece("app", clientId))),
    fact(
      words(l10n.t("Kind of sign-in")),
      words(grant.kind === "clientCredentials" ? l10n.t("service account") : l10n.t("a person's sign-in")),
    ),
    fact(words(l10n.t("Connection ID")), words(id)),
    ...(lastFailure === undefined
      ? []
      : [
          fact(
            words(l10n.t("Last failure")),
            words(l10n.t("{0}: {1}"), utc(lastFailure.at), hiddenPiece("words", lastFailure.message)),
          ),
        ]),
  ];
}

function kindWords(kind: EnvironmentKind): string {
  switch (kind) {
    case "production":
      return l10n.t("production");
    case "sandbox":
      return l10n.t("sandbox");
    case "local":
      return l10n.t("local");
    case "custom":
      return l10n.t("own environment");
    default:
      return assertNever(kind);
  }
}

/** Login and ID; the name where it is known. */
function userWords({ id, login, name }: User): Words {
  const [who, number] = [hiddenPiece("user", login), hiddenPiece("userId", id)];
  if (name === undefined || name === login) return words(l10n.t("{0}, ID {1}"), who, number);
  return words(l10n.t("{0}, {1}, ID {2}"), hiddenPiece("userName", name), who, number);
}

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : origin);

/** GET /me */
export function meStep(account: Account, needs: readonly string[]): Step {
  return {
    id: "me",
    title: words(l10n.t("Who Procore says you are (/me)")),
    needs,
    limitMs: longLimitMs,
    async run(signal) {
      return { facts: [fact(words(l10n.t("User")), userWords(await account.me(signal)))] };
    },
  };
}
