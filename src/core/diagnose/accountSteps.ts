import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../errors.ts";
import { outOfBandRedirectUri } from "../oauth/authorizationUrl.ts";
import type { TokenInfo } from "../oauth/tokenEndpoint.ts";
import { brokenFailure, type Connection, serviceAccountOf, type User } from "../session.ts";
import { fact, type Fact, failed } from "./check.ts";
import type { Account, SignInTrouble } from "./ports.ts";
import { utc } from "./reportText.ts";
import { longLimitMs, skipped, type Step } from "./runSteps.ts";
import { hiddenPiece, hostPiece, words, type Words } from "./words.ts";
import { environmentPiece } from "./hideFailure.ts";

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
      words(l10n.t("{0}; {1}"), environmentPiece(environment.label), environment.kind),
    ),
    fact(words(l10n.t("Login host")), words("{0}", hostPiece(hostOf(origins.login)))),
    fact(words(l10n.t("API host")), words("{0}", hostPiece(hostOf(origins.api)))),
    fact(words(l10n.t("App")), words("{0}", hiddenPiece("app", clientId))),
    fact(
      words(l10n.t("Kind")),
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

/** Login and ID; the name where it is known. */
function userWords({ id, login, name }: User): Words {
  const [who, number] = [hiddenPiece("user", login), hiddenPiece("user", id)];
  if (name === undefined || name === login) return words(l10n.t("{0}, ID {1}"), who, number);
  return words(l10n.t("{0}, {1}, ID {2}"), hiddenPiece("user", name), who, number);
}

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : origin);

/** Does the login service know the app? Tried with a code that cannot exist, as Sign In does. */
export function credentialsStep(account: Account, needs: readonly string[]): Step {
  return {
    id: "credentials",
    title: words(l10n.t("Client ID and client secret")),
    needs,
    async run(signal) {
      await account.checkKeys(signal);
      return {
        facts: [fact(words(l10n.t("Login service")), words(l10n.t("knows this client ID and takes its secret")))],
      };
    },
  };
}

/** A token as any request would get it: renewed first when it is about to end, and in no other way. */
export function sessionStep(account: Account, needs: readonly string[]): Step {
  return {
    id: "session",
    title: words(l10n.t("Session")),
    needs,
    limitMs: longLimitMs,
    async run(signal) {
      const before = account.connection().session;
      if (before.kind === "broken" && before.reason !== "credentialsRejected") {
        return { facts: [], troubles: [failed(brokenFailure(account.connection(), before.reason))] };
      }
      await account.session(signal);
      const { session, clockSkewMs, lastRefreshAt } = account.connection();
      const facts: Fact[] = [];
      if (session.kind === "active") {
        facts.push(
          fact(words(l10n.t("Access token")), words(l10n.t("ends {0}"), utc(session.expiresAt - clockSkewMs))),
        );
        const after = session.renewable
          ? l10n.t("the next request renews it")
          : l10n.t("a person has to sign in again");
        facts.push(fact(words(l10n.t("After its end")), words(after)));
      }
      facts.push(
        fact(
          words(l10n.t("Last refresh")),
          words(lastRefreshAt === undefined ? l10n.t("none yet") : utc(lastRefreshAt)),
        ),
      );
      return { facts };
    },
  };
}

/** What the login service itself says of the token. */
export function tokenInfoStep(account: Account, needs: readonly string[]): Step {
  return {
    id: "tokenInfo",
    title: words(l10n.t("Token info")),
    needs,
    async run(signal) {
      const info = await account.tokenInfo(signal);
      const { user, clientId } = account.connection();
      const isOther =
        (user !== undefined && info.resourceOwnerId !== undefined && info.resourceOwnerId !== user.id) ||
        (info.applicationUid !== undefined && info.applicationUid !== clientId);
      return { facts: infoFacts(info, account.connection()), verdict: isOther ? "note" : "ok" };
    },
  };
}

function infoFacts(
  { resourceOwnerId, applicationUid, expiresInSeconds }: TokenInfo,
  { user, clientId }: Connection,
): readonly Fact[] {
  const same = l10n.t("the one above");
  const owner =
    resourceOwnerId === undefined
      ? words(l10n.t("not told"))
      : resourceOwnerId === user?.id
        ? words(same)
        : words(l10n.t("{0}, which is not the one above"), hiddenPiece("user", resourceOwnerId));
  const app =
    applicationUid === undefined
      ? words(l10n.t("not told"))
      : applicationUid === clientId
        ? words(same)
        : words(l10n.t("{0}, which is not the one above"), hiddenPiece("app", applicationUid));
  return [
    fact(words(l10n.t("User")), owner),
    fact(words(l10n.t("App")), app),
    fact(
      words(l10n.t("Seconds left")),
      words(expiresInSeconds === undefined ? l10n.t("not told") : String(expiresInSeconds)),
    ),
  ];
}

/** What a sign-in met that did not come to its end; a code is gone by now, so nothing is tried again. */
export function signInStep({ at, failure }: SignInTrouble, account: Account | undefined): Step {
  const causes = l10n.t(
    "part of the code is missing, it is older than ten minutes, or it was used already; or {0} is not among the redirect URIs of this app",
  );
  return {
    id: "signIn",
    title: words(l10n.t("The last sign-in that failed in this window")),
    run: async () => ({
      facts: [
        fact(words(l10n.t("When")), words(utc(at))),
        ...(failure.kind === "codeRejected"
          ? [fact(words(l10n.t("Likely causes")), words(causes, outOfBandRedirectUri))]
          : []),
      ],
      troubles: [failed(failure)],
      // Who is signed in by now has no trouble of it any more.
      verdict: account?.connection().session.kind === "active" ? "note" : "problem",
    }),
  };
}

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

/** What the newest answer told of Procore's limits. */
export function limitsStep(account: Account, needs: readonly string[]): Step {
  return {
    id: "limits",
    title: words(l10n.t("Rate limit")),
    needs,
    async run() {
      const limit = account.rateLimit();
      const use = account.transportUse();
      if (limit === undefined) return skipped(words(l10n.t("no answer told of a limit")));
      const { remaining, limit: most, resetAt } = limit;
      return {
        facts: [
          fact(
            words(l10n.t("Left")),
            words(l10n.t("{0} of {1} requests; anew at {2} (the server's time)"), remaining, most, utc(resetAt)),
          ),
          ...(use === undefined ? [] : [fact(words(l10n.t("Transport in use")), words(use.kind))]),
        ],
      };
    },
  };
}
