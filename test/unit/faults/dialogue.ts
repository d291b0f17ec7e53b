import assert from "node:assert/strict";
import { createAttempt, type Attempt } from "../../../src/auth/signIn/attempt.ts";
import { Drafts } from "../../../src/auth/signIn/drafts.ts";
import type { ExchangeDependencies } from "../../../src/auth/signIn/exchangeCode.ts";
import type { ProcoreError } from "../../../src/core/errors.ts";
import { SentRecords } from "../../../src/core/sent/sentRecords.ts";
import { Screen, withStandInEditor } from "../../fakes/standInEditor.ts";
import type { Bench } from "./bench.ts";
import { tick, ticksWhile } from "./ticks.ts";
import type { Told } from "./told.ts";

/** The boxes of the sign-in that make a call: of the client secret, and of the code. */
export type Box = "clientSecret" | "code";

/** Sets up a sign-in of the bench's connection that stands at `box`, as the product shows it. Gives what Enter does. */
export function atBox(bench: Bench, box: Box): () => Promise<Told | undefined> {
  const screen = new Screen();
  const told: ProcoreError[] = [];
  const attempt = attemptOf(bench, box);
  let walk: Promise<void> = Promise.resolve();
  let buttonsAtFirst: readonly string[] = [];
  // First with what is asked for, then with what still stands in the box.
  return async () => {
    const isOpen = screen.input !== undefined;
    const open = await load();
    if (!isOpen) walk = screen.run(() => open(depsOf(bench, told), attempt, box));
    await ticksWhile("no box comes", () => screen.input === undefined);
    const { input } = screen;
    assert.ok(input?.kind === "box", "Something is asked in a list");
    if (!isOpen) buttonsAtFirst = input.buttons;
    const asked = box === "code" ? bench.code : bench.app.clientSecret;
    input.enter(isOpen ? input.value : asked.reveal());
    await ticksWhile("the box stays busy", () => input.busy);
    // The dialogue goes on, where it does.
    await tick();
    if (screen.input !== input) {
      await walk;
      return undefined;
    }
    const error = told.pop();
    assert.ok(error !== undefined && input.message !== undefined, "The box says nothing");
    const helps = input.buttons.filter((title) => !buttonsAtFirst.includes(title));
    return { failure: error.failure, text: input.message, helps: helps.join(", ") || "Enter tries again" };
  };
}

function attemptOf({ connection, app }: Bench, box: Box): Attempt {
  const { environment, origins, grant } = connection();
  const attempt = createAttempt({ ...environment, origins }, { account: grant.kind, connection: connection() });
  // As the steps in front of the code leave it.
  if (box === "code") attempt.clientSecret = app.clientSecret;
  return attempt;
}

function depsOf({ connections, sessions, tokenEndpoint, clock, procoreWith }: Bench, told: ProcoreError[]) {
  return {
    connections,
    sessions,
    tokenEndpoint,
    clock,
    followWaits: () => ({ dispose: () => undefined }),
    sent: new SentRecords(),
    troubles: new Map(),
    drafts: new Drafts(),
    retry: assert.fail,
    identify: (connection, accessToken, signal) => procoreWith(accessToken).me(connection, signal),
    companyName: async (connection, accessToken, signal) =>
      (await procoreWith(accessToken).companies(connection, signal))[0]?.name,
    report: {
      told: (error) => void told.push(error),
      // Nothing but the call itself is spoiled.
      failure: assert.fail,
      background: (work) => void work.catch(assert.fail),
    },
  } satisfies ExchangeDependencies;
}

type Open = (deps: ReturnType<typeof depsOf>, attempt: Attempt, box: Box) => Promise<void>;

/** The steps of the dialogue from the box on, loaded beside the editor's stand-in. */
async function load(): Promise<Open> {
  const { askKey, CodeExchange, completeServiceAccount } = await withStandInEditor(async () => ({
    ...(await import("../../../src/auth/signIn/tryKeys.ts")),
    ...(await import("../../../src/auth/signIn/exchangeCode.ts")),
    ...(await import("../../../src/auth/signIn/serviceAccount.ts")),
  }));
  const { signal } = new AbortController();
  return async (deps, attempt, box) => {
    if (box === "code") {
      await new CodeExchange(deps).ask(attempt, signal);
      return;
    }
    const place = await askKey(deps, box, { step: box, attempt });
    if (place.step === "serviceAccount") await completeServiceAccount(deps, attempt, signal);
  };
}
