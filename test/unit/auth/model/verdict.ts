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
  await rest();
  const faults = world.works
    .filter(({ caller, state }) => caller.isAlive && state === "on")
    .map(({ caller, label }) => `${caller.name} ${label} for ever`);
  const reachable = world.reachable();
  for (const { id } of world.stored.connections) {
    const usable = server.liveOf(id).filter(({ excuse }) => excuse === undefined);
    if (usable.length === 0) continue;
    for (const { refreshToken } of usable) {
      if (!reachable.has(refreshToken)) faults.push(`${refreshToken} of ${id} is lost, or lives on unknown`);
    }
    if (!(await canUse(world, id, rest))) faults.push(`${id} cannot be used, but ${usable[0]?.refreshToken} is good`);
  }
  for (const { connectionId, refreshToken, excuse } of server.issues.filter(({ state }) => state === "live")) {
    const isListed = world.stored.connections.some(({ id }) => id === connectionId);
    if (!isListed && excuse === undefined) faults.push(`${refreshToken} lives on after ${connectionId} was removed`);
  }
  faults.push(...server.sentTwice.map((token) => `${token} was sent twice`));
  return [...faults, ...world.bugs.map((bug) => `error of our own: ${String(bug)}`)];
}

/** Whether somebody who follows the advice gets a token that works, in one window or the other. */
async function canUse(world: ModelWorld, id: string, rest: () => Promise<void>): Promise<boolean> {
  for (const index of [0, 1]) {
    for (let tries = 0; tries < 3; tries += 1) {
      const window = world.window(index);
      let accessToken: string | undefined;
      let advice: string | undefined;
      world.start(window, `tries ${id}`, async () => {
        try {
          accessToken = await tokenOf(world, window, id);
        } catch (error) {
          advice = adviceOf(error);
          throw error;
        }
      });
      await rest();
      if (accessToken !== undefined && world.server.takes(accessToken)) return true;
      if (advice === "edit") world.start(window, "mends", () => window.sessions.changeSecret(id, secretOf(world)));
      else if (advice === "reload") world.reload(index);
      else break;
      await rest();
    }
  }
  return false;
}

/** What `core/http/api.ts` does: one more try after a 401. */
async function tokenOf(world: ModelWorld, { connections, sessions }: ModelWindow, id: string): Promise<string> {
  await connections.load();
  const connection = connections.get(id);
  if (connection === undefined) throw new ProcoreError({ kind: "signedOut" });
  const token = await sessions.accessToken(connection);
  return (world.server.takes(token.reveal()) ? token : await sessions.replaceToken(connection, token)).reveal();
}

function adviceOf(error: unknown): "edit" | "reload" | undefined {
  if (!(error instanceof ProcoreError)) return undefined;
  if (error.failure.kind === "credentialsRejected") return "edit";
  return error.failure.kind === "signedOut" && error.failure.reason === "storeReplaced" ? "reload" : undefined;
}
