import { signOutNews } from "../../../src/auth/afterSignOut.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import type { Bench } from "./bench.ts";
import { atBox } from "./dialogue.ts";
import type { Host } from "./fronts.ts";
import type { SecretKind } from "./secretsSent.ts";
import { inMessage, type Told } from "./told.ts";

/** The calls that a session lives by, in the order of the page. */
export type CallName = "keyCheck" | "exchange" | "refresh" | "serviceSignIn" | "service" | "me" | "revoke" | "info";

export interface Call {
  /** For the page: a heading, and what the call is. */
  readonly heading: string;
  readonly words: string;
  /** What a person has when it went well. */
  readonly whenWell: string;
  /** What the same call does when the fault is over. */
  readonly again: string;
  /** The same after a refusal, which a real server gives again until what it names is mended; `again` where left out. */
  readonly afterRefusal?: string;
  /** Procore's host that gets it. */
  readonly host: Host;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The secrets that go along. */
  readonly carries: readonly SecretKind[];
  /** Set where the sign-in waits for a code until the call goes well. */
  readonly waits?: true;
  /**
   * Gives what makes it, as the product does, from the moment on when it is needed, and then again; that gives what a
   * person is told of a failure, undefined when it went well.
   */
  readonly begin: (bench: Bench) => () => Promise<Told | undefined>;
  /** Who is signed in; a person unless said. */
  readonly account?: "service";
  /** What must be so before. */
  readonly prepare?: (bench: Bench) => Promise<void>;
}

const afterRefusal = "Works after a refusal that passes";

const token = { host: "login.procore.com", method: "POST", path: "/oauth/token" } as const;

const renew =
  ({ sessions, connection }: Bench) =>
  () =>
    inMessage(() => sessions.accessToken(connection()));

/** What the person reads is the news of the sign-out, not the failure's own words. */
async function signOut({ sessions, connection, clock }: Bench): Promise<Told | undefined> {
  const before = connection();
  const revocation = await sessions.end(before.id);
  const news = signOutNews(before, revocation, clock.now());
  if (revocation.kind !== "notTold" || !(revocation.error instanceof ProcoreError)) return undefined;
  return { failure: revocation.error.failure, text: news?.text ?? "", helps: "In Procore: My Connected Apps" };
}

export const calls: Readonly<Record<CallName, Call>> = {
  keyCheck: {
    ...token,
    heading: "Checking client ID and client secret",
    words:
      "Before the browser opens, the keys are tried with a code that cannot exist: `invalid_grant` is the answer to a good pair. An answer that tells nothing of the keys lets you go on, too. In all other rows the box stays open with what was typed in it, and its words are these; Enter tries again there.",
    whenWell: "The browser opens.",
    again: "Works",
    afterRefusal,
    carries: ["client secret"],
    begin: (bench) => atBox(bench, "clientSecret"),
  },
  exchange: {
    ...token,
    heading: "Turning the code into a session",
    words:
      "The code box stays open with the code in it until a code was accepted, and the sign-in goes on waiting for one. The words are the box's; Enter tries the same code again. A box that was closed meanwhile is no loss: a message tells the failure. A session that the connection has already is not touched before.",
    whenWell: "You are signed in.",
    again: "The same code works",
    afterRefusal: "The same code works after a refusal that passes",
    carries: ["client secret", "code"],
    waits: true,
    begin: (bench) => atBox(bench, "code"),
  },
  refresh: {
    ...token,
    heading: "Renewing a session",
    words:
      "Done by the first request after the access token's end. A refresh token works once. When its answer is lost, nobody here can know whether Procore used it up, so it is kept and tried once more at the next need: only Procore's refusal ends the session.",
    whenWell: "The session is renewed.",
    again: "Works",
    prepare: ({ clock }) => clock.advance(2 * hourMs),
    carries: ["client secret", "refresh token"],
    begin: renew,
  },
  serviceSignIn: {
    ...token,
    account: "service",
    heading: "Signing in a service account",
    words:
      "The box of the client secret makes the first token call, which needs no browser and no code. It stays open with what was typed in it, and its words are these; Enter tries again there.",
    whenWell: "You are signed in.",
    again: "Works",
    afterRefusal,
    carries: ["client secret"],
    begin: (bench) => atBox(bench, "clientSecret"),
  },
  service: {
    ...token,
    account: "service",
    heading: "Renewing the session of a service account",
    words:
      "A service account has no refresh token: the app's keys get it a new access token. An answer that is lost costs nothing, so only refused keys end the session.",
    whenWell: "The session is renewed.",
    again: "Works",
    afterRefusal,
    prepare: ({ clock }) => clock.advance(2 * hourMs),
    carries: ["client secret"],
    begin: renew,
  },
  me: {
    host: "api.procore.com",
    method: "GET",
    path: "/rest/v1.0/me",
    heading: "Asking the API (who am I)",
    words: "Every other request to the API ends the same way. A 401 renews the session and repeats the request, once.",
    whenWell: "The answer is shown.",
    again: "Works",
    afterRefusal,
    carries: ["access token"],
    begin:
      ({ procore, connection }) =>
      () =>
        inMessage(() => procore.me(connection())),
  },
  revoke: {
    host: "login.procore.com",
    method: "POST",
    path: "/oauth/revoke",
    heading: "Signing out",
    words:
      "The session is always forgotten on this machine. Where Procore could not be told, a message says so, with the cause and the way to end the session there; that of a service account says when its token ends by itself.",
    whenWell: "You are signed out, at Procore too.",
    again: "There is nothing left to end here",
    carries: ["access token", "client secret"],
    begin: (bench) => () => signOut(bench),
  },
  info: {
    host: "login.procore.com",
    method: "GET",
    path: "/oauth/token/info",
    heading: "Asking about the token",
    words: "It only reads: whatever comes, the session is not touched.",
    whenWell: "The answer is shown.",
    again: "Works",
    afterRefusal,
    carries: ["access token"],
    begin:
      ({ tokenEndpoint, home, app, connection }) =>
      () =>
        inMessage(async () => {
          const stored = await home.session(connection().id);
          if (stored === undefined) throw new Error("There is no session");
          await tokenEndpoint.tokenInfo(app, stored.tokens.accessToken);
        }),
  },
};
