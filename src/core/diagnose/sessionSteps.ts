import * as l10n from "@vscode/l10n";
import { outOfBandRedirectUri } from "../oauth/authorizationUrl.ts";
import type { TokenInfo } from "../oauth/tokenEndpoint.ts";
import { brokenFailure, type Connection } from "../session.ts";
import { utc } from "../utc.ts";
import { fact, type Fact, failed } from "./check.ts";
import { environmentPiece } from "./hideFailure.ts";
import type { Account, SignInTrouble } from "./ports.ts";
import { longLimitMs, skipped, type Step } from "./runSteps.ts";
import { hiddenPiece, words } from "./words.ts";

/** Does the login service know the app? Tried with a code that cannot exist, as Sign In does. */
export function credentialsStep(account: Account, needs: readonly string[]): Step {
  return {
    id: "credentials",
    title: words(l10n.t("Client ID and client secret")),
    needs,
    async run(signal) {
      const verdict = await account.checkKeys(signal);
      const label = words(l10n.t("Login service"));
      if (verdict.kind === "taken")
        return { facts: [fact(label, words(l10n.t("knows this client ID and takes its secret")))] };
      const told = words(l10n.t("answered {0}, which does not say whether the keys are good"), verdict.status);
      return { facts: [fact(label, told)], verdict: "note" };
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
  const untold = words(
    l10n.t({
      message: "not told",
      comment: ["Stands after a label such as User, App or Time left: Procore's answer does not have it"],
    }),
  );
  const owner =
    resourceOwnerId === undefined
      ? untold
      : resourceOwnerId === user?.id
        ? words(l10n.t("the user above"))
        : words(l10n.t("{0}, which is not the user above"), hiddenPiece("userId", resourceOwnerId));
  const app =
    applicationUid === undefined
      ? untold
      : applicationUid === clientId
        ? words(l10n.t("the app above"))
        : words(l10n.t("{0}, which is not the app above"), hiddenPiece("app", applicationUid));
  return [
    fact(words(l10n.t("User")), owner),
    fact(words(l10n.t("App")), app),
    fact(words(l10n.t("Seconds left")), expiresInSeconds === undefined ? untold : words(String(expiresInSeconds))),
  ];
}

/** What a sign-in met that did not come to its end; a code is gone by now, so nothing is tried again. */
export function signInStep({ environment, at, failure }: SignInTrouble, account: Account | undefined): Step {
  const causes = l10n.t(
    "part of the code is missing, it is older than ten minutes, or it was used already; or {0} is not among the redirect URIs of this app",
  );
  return {
    id: "signIn",
    title: words(l10n.t("The last sign-in that failed in this window")),
    run: async () => ({
      facts: [
        fact(words(l10n.t("Environment")), words("{0}", environmentPiece(environment))),
        fact(words(l10n.t("When")), words(utc(at))),
        ...(failure.kind === "codeRejected"
          ? [fact(words(l10n.t("Likely causes")), words(causes, outOfBandRedirectUri))]
          : []),
      ],
      troubles: [{ kind: "failure", failure, more: "showWhatWasSent" }],
      // Who is signed in by now has no trouble of it any more.
      verdict: account?.connection().session.kind === "active" ? "note" : "problem",
    }),
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
            words(l10n.t("Requests left")),
            words(l10n.t("{0} of {1}; next reset: {2}, the server's time"), remaining, most, utc(resetAt)),
          ),
          ...(use === undefined ? [] : [fact(words(l10n.t("Transport in use")), words(use.kind))]),
        ],
      };
    },
  };
}
