import type { Connections } from "../../../../src/auth/connections.ts";
import { createEnvironments } from "../../../../src/auth/environments.ts";
import { lazySessions } from "../../../../src/auth/lazySessions.ts";
import type { Sessions } from "../../../../src/auth/sessions.ts";
import type { SignIn, SignInDependencies } from "../../../../src/auth/signIn/signIn.ts";
import type { Vault } from "../../../../src/auth/vault.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import type { TokenEndpoint } from "../../../../src/core/oauth/tokenEndpoint.ts";
import { userId } from "../../../../src/core/procore/ids.ts";
import { SentRecords } from "../../../../src/core/sent/sentRecords.ts";
import type { Connection, User } from "../../../../src/core/session.ts";
import { type Caller, workContext } from "./caller.ts";
import type { Issue } from "./issue.ts";
import type { ModelServer } from "./server.ts";

/** The product's own dialogue, which is loaded beside the editor's stand-in. */
export type MakeSignIn = (deps: SignInDependencies) => SignIn;

export interface DialogueParts {
  readonly caller: Caller;
  readonly server: ModelServer;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly vault: Vault;
  readonly tokenEndpoint: TokenEndpoint;
  readonly now: () => number;
  readonly onBug: (error: unknown) => void;
  /** Keeps the tokens of a sign-in, as every sign-in of the model does. */
  readonly begin: (issue: Issue, ...call: Parameters<Sessions["begin"]>) => Promise<string | undefined>;
}

/** The user of that number, as `/me` tells it. */
export const userOf = (user: number): User => ({
  id: userId(user),
  login: `user-${user}@example.com`,
  name: undefined,
});

/** The sign-in of one window over the model: everything is the product's but the person, the server and `/me`. */
export function openSignIn(makeSignIn: MakeSignIn, parts: DialogueParts): SignIn {
  const { caller, server, connections, vault, tokenEndpoint, now, onBug } = parts;
  const localSandbox = {
    current: undefined,
    onDidChange: () => ({ dispose: () => undefined }),
    start: () => Promise.reject(new Error("The model has no Local Sandbox")),
  };
  /** By error: the pair that could not be ended. */
  const unended = new Map<unknown, Issue>();
  const onFailure = (error: unknown): void => {
    if (!(error instanceof ProcoreError)) onBug(error);
    const issue = unended.get(error);
    // The person reads it.
    if (issue !== undefined) issue.excuse ??= "told that it could not be ended";
  };
  return makeSignIn({
    connections,
    sessions: watched(parts, unended),
    tokenEndpoint,
    vault,
    localSandbox,
    environments: createEnvironments({ setting: () => undefined, localSandbox }),
    clock: { now, sleep: () => caller.step("sleeps") },
    followWaits: () => ({ dispose: () => undefined }),
    sent: new SentRecords(),
    troubles: new Map(),
    openEnvironmentsSetting: async () => undefined,
    companyName: async () => undefined,
    report: {
      failure: onFailure,
      told: () => undefined,
      background: (work) => void work.catch(onBug),
    },
    identify: async (_connection, accessToken) => {
      await caller.step("asks who signed in");
      const { dialogue } = workContext.getStore() ?? {};
      if (server.me === "answers") return userOf(server.issueOf(accessToken).user);
      server.me = "answers";
      if (dialogue !== undefined) dialogue.user = "unknown";
      throw new ProcoreError({ kind: "network", cause: "timeout", host: "api.test" });
    },
  });
}

/** The sessions of a dialogue, which is watched: what does it keep, and did the person say so? */
function watched({ caller, server, sessions, begin }: DialogueParts, unended: Map<unknown, Issue>): Sessions {
  return {
    ...lazySessions(async () => sessions),
    begin: async (connection, tokens, secret) => {
      const issue = server.issueOf(tokens.accessToken);
      const context = workContext.getStore();
      if (context?.dialogue !== undefined) context.dialogue.keeps = connection.id;
      caller.decided(issue);
      const storing = { ...context, kind: "storing", issue } as const;
      return await workContext.run(storing, () => begin(issue, connection, tokens, secret));
    },
    discard: async (connection, tokens, secret) => {
      const issue = server.issueOf(tokens.accessToken);
      caller.decided(issue);
      try {
        await caller.during(issue, () => sessions.discard(connection, tokens, secret));
      } catch (error) {
        unended.set(error, issue);
        throw error;
      }
    },
  };
}

/** A session of somebody else is replaced only by a person's word: in words, when it was not so. */
export function whyNotKept(listed: Connection | undefined, issue: Issue): string | undefined {
  const { dialogue } = workContext.getStore() ?? {};
  if (listed?.user === undefined || dialogue?.chosen === "use") return undefined;
  const isLive = listed.session.kind === "active";
  if (dialogue?.user === "unknown" && !isLive) return undefined;
  if (dialogue?.user !== "unknown" && listed.user.id === userId(issue.user)) return undefined;
  return `a session of ${listed.user.login} was replaced by user ${issue.user}'s, and nobody said so`;
}
