import { hourMs } from "../../../src/core/clock.ts";
import type { Bench } from "./bench.ts";

/** The calls that a session lives by, in the order of the page. */
export type CallName = "keyCheck" | "exchange" | "refresh" | "service" | "me" | "revoke" | "info";

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
  /** What helps after any failure, where that is not the failure's own action. */
  readonly helps?: string;
  /** Set where a person reads the cause alone, because the failure's own next step would not help. */
  readonly tells?: "cause";
  /** Procore's host that gets it. */
  readonly host: "login.procore.com" | "api.procore.com";
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Makes it, as the product does, from the moment on when it is needed; rejects with what a person is told. */
  readonly run: (bench: Bench) => Promise<void>;
  /** Who is signed in; a person unless said. */
  readonly account?: "service";
  /** What must be so before. */
  readonly prepare?: (bench: Bench) => Promise<void>;
}

const afterRefusal = "Works after a refusal that passes";

const token = { host: "login.procore.com", method: "POST", path: "/oauth/token" } as const;

export const calls: Readonly<Record<CallName, Call>> = {
  keyCheck: {
    ...token,
    heading: "Checking client ID and client secret",
    words:
      "Before the browser opens, the keys are tried with a code that cannot exist: `invalid_grant` is the answer to a good pair. An answer that tells nothing of the keys lets you go on, too. In all other rows the box stays open with what was typed in it.",
    whenWell: "The browser opens.",
    again: "Works",
    afterRefusal,
    run: async ({ tokenEndpoint, app }) => void (await tokenEndpoint.checkCredentials(app)),
  },
  exchange: {
    ...token,
    heading: "Turning the code into a session",
    words:
      "The code box stays open with the code in it until a code was accepted. A session that the connection has already is not touched before. Where Procore refuses a code, the box names the likely causes in place of these words, and its button is Get a new code. What helps is a button of the message that comes when the box was closed; in the box, Enter tries again.",
    whenWell: "You are signed in.",
    again: "The same code works",
    afterRefusal: "The same code works after a refusal that passes",
    async run({ tokenEndpoint, sessions, app, code, connection }) {
      await sessions.begin(connection(), await tokenEndpoint.exchangeCode(app, code), app.clientSecret);
    },
  },
  refresh: {
    ...token,
    heading: "Renewing a session",
    words:
      "Done by the first request after the access token's end. A refresh token works once. When its answer is lost, nobody here can know whether Procore used it up, so it is kept and tried once more at the next need: only Procore's refusal ends the session.",
    whenWell: "The session is renewed.",
    again: "Works",
    prepare: ({ clock }) => clock.advance(2 * hourMs),
    async run({ sessions, connection }) {
      await sessions.accessToken(connection());
    },
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
    async run({ sessions, connection }) {
      await sessions.accessToken(connection());
    },
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
    async run({ procore, connection }) {
      await procore.me(connection());
    },
  },
  revoke: {
    host: "login.procore.com",
    method: "POST",
    path: "/oauth/revoke",
    heading: "Signing out",
    words:
      "The session is always forgotten on this machine. Where Procore could not be told, a message says so, with the cause below and the way to end the session there.",
    whenWell: "You are signed out, at Procore too.",
    again: "There is nothing left to end here",
    helps: "In Procore: My Connected Apps",
    tells: "cause",
    async run({ sessions, connection }) {
      const revocation = await sessions.end(connection().id);
      if (revocation.kind === "notTold") throw revocation.error;
    },
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
    async run({ tokenEndpoint, home, app, connection }) {
      const stored = await home.session(connection().id);
      if (stored === undefined) throw new Error("There is no session");
      await tokenEndpoint.tokenInfo(app, stored.tokens.accessToken);
    },
  },
};
