import { secondMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { secretOf } from "./events.ts";
import type { ModelWindow, ModelWorld } from "./world.ts";

/**
 * What is wrong with a world that came to rest: a refresh token sent twice, a usable one that nobody can use any more or
 * that lives on unknown, work that never ends, an error of our own. Nothing of it has an excuse that the model knows.
 */
export async function faultsOf(world: ModelWorld, rest: () => Promise<void>): Promise<readonly string[]> {
  const { server } = world;
  server.fault = undefined;
  world.secrets.taking = "yes";
  world.list = "writable";
  await rest();
  // The person leaves what is open: a code box, or a choice, after which another box may come.
  while (world.windows.some(({ screen }) => screen.input !== undefined)) {
    for (const { screen } of world.windows) screen.input?.escape();
    await rest();
  }
  // What windows wrote is everywhere by now.
  world.advance(secondMs);
  await rest();
  const faults = world.works
    .filter(({ caller, state }) => caller.isAlive && state === "on")
    .map(({ caller, label }) => `${caller.name} ${label} for ever`);
  const reachable = world.reachable();
  const overtaken = world.overtaken();
  for (const { id } of world.stored.connections) {
    // Without the client secret, which a store forgot as well, nothing can be renewed.
    if (world.forgotten.has(id) && !world.knowsSecret(id)) world.excuse("the store forgot the client secret", id);
    const usable = server.liveOf(id).filter((issue) => issue.excuse === undefined && !overtaken.has(issue));
    if (usable.length === 0) continue;
    for (const { refreshToken } of usable) {
      if (!reachable.has(refreshToken)) faults.push(`${refreshToken} of ${id} is lost, or lives on unknown`);
    }
    const isUsed = await canUse(world, id, rest);
    if (!isUsed && usable.some(({ excuse }) => excuse === undefined))
      faults.push(`${id} cannot be used, but ${usable[0]?.refreshToken} is good`);
  }
  for (const issue of server.issues) {
    // What only the memory of a window has dies with it, and it alone could end that.
    if (issue.state !== "live" || issue.excuse !== undefined || overtaken.has(issue)) continue;
    const { connectionId: id, refreshToken } = issue;
    if (world.stored.connections.every((connection) => connection.id !== id)) {
      faults.push(`${refreshToken} lives on after ${id} was removed`);
    }
  }
  for (const { caller, signIn, connections } of world.windows) {
    signIn.cancel();
    if (connections.current.pending !== undefined) faults.push(`${caller.name} still waits for a code`);
  }
  faults.push(...world.wrongs, ...server.sentTwice.map((token) => `${token} was sent twice`));
  // Whoever has the lock cannot know of a sign-in that a person took it from and that stores all the same.
  const isKnown = (id: string): boolean => !world.storedLate.has(id);
  const endedLate = server.endedLate.filter(({ connectionId }) => isKnown(connectionId));
  faults.push(...endedLate.map(({ refreshToken }) => `${refreshToken} was ended by a sign-out from before`));
  for (const [id, words] of world.unasked) if (isKnown(id)) faults.push(words);
  return [...faults, ...world.bugs.map((bug) => `error of our own: ${String(bug)}`)];
}

/** Whether somebody who follows the advice gets a token that works, in one window or the other. */
async function canUse(world: ModelWorld, id: string, rest: () => Promise<void>): Promise<boolean> {
  for (const index of [0, 1]) {
    for (let tries = 0; tries < 3; tries += 1) {
      const window = world.window(index);
      const used = await attempt(world, window, rest, () => tokenOf(world, window, id));
      if (used.token !== undefined && world.server.takes(used.token)) return true;
      let { advice } = used;
      if (advice === "edit") {
        const edit = (): Promise<unknown> => window.sessions.changeSecret(id, secretOf(world));
        ({ advice } = await attempt(world, window, rest, edit));
      } else if (advice === undefined) break;
      if (advice === "reload") world.reload(index);
      await rest();
    }
  }
  return false;
}

type Advice = "edit" | "reload" | undefined;

/** Lets a window do something to its end: what it gave, or what the person is told to do. */
async function attempt(
  world: ModelWorld,
  window: ModelWindow,
  rest: () => Promise<void>,
  run: () => Promise<unknown>,
): Promise<{ readonly token: string | undefined; readonly advice: Advice }> {
  let end: { readonly token: string | undefined; readonly advice: Advice } = { token: undefined, advice: undefined };
  world.start(window, "tries", async () => {
    try {
      const token = await run();
      end = { token: typeof token === "string" ? token : undefined, advice: undefined };
    } catch (error) {
      end = { token: undefined, advice: adviceOf(error) };
      throw error;
    }
  });
  await rest();
  return end;
}

/** What `core/http/api.ts` does: one more try after a 401. */
async function tokenOf(world: ModelWorld, { connections, sessions }: ModelWindow, id: string): Promise<string> {
  await connections.load();
  const connection = connections.get(id);
  if (connection === undefined) throw new ProcoreError({ kind: "signedOut" });
  const token = await sessions.accessToken(connection);
  return (world.server.takes(token.reveal()) ? token : await sessions.replaceToken(connection, token)).reveal();
}

function adviceOf(error: unknown): Advice {
  if (!(error instanceof ProcoreError)) return undefined;
  if (error.failure.kind === "credentialsRejected") return "edit";
  return error.failure.kind === "signedOut" && error.failure.reason === "storeReplaced" ? "reload" : undefined;
}
