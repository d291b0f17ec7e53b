import { hourMs } from "../../../../src/core/clock.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { activeUntil, sampleConnection } from "../../../fakes/sampleConnection.ts";
import { workContext } from "./caller.ts";
import type { Issue } from "./server.ts";
import type { ModelWindow, ModelWorld } from "./world.ts";

/** What an event is about. */
export interface Place {
  readonly world: ModelWorld;
  readonly window: ModelWindow;
  readonly id: string;
}

type Event = (place: Place) => void;

/** What people, windows, the server and the world do. What takes time goes on beside the events that follow. */
export const events: Readonly<Record<string, Event>> = {
  signIn: (place) =>
    stores(place, "signs in", async ({ world, window, id }) => {
      if (world.removed.has(id)) return;
      await window.sessions.assertMayStore();
      const isUnknown = world.ledger.entries.get(id)?.state === "memoryOnly" || world.forgotten.has(id);
      const issue = await exchange(place);
      const connection = sampleConnection({ id, session: activeUntil(issue.expiresAt) });
      await window.caller.during(issue, () =>
        window.sessions.begin(connection, world.server.tokensOf(issue), secretOf(world)),
      );
      // Whoever signs in beside a session that only another window has cannot end that one.
      const others = world.server.liveOf(id).filter((other) => other !== issue);
      for (const other of others) if (isUnknown) other.excuse ??= "only another window could have ended it";
    }),
  /** `/me` told another user, and the person keeps the one that was there. */
  signInAndKeepOld: (place) =>
    begin(place, "signs in as another user and keeps the old session", async ({ world, window }) => {
      const issue = await exchange(place);
      const discard = (): Promise<void> =>
        window.sessions.discard(listed(place), world.server.tokensOf(issue), secretOf(world));
      try {
        await window.caller.during(issue, discard);
      } catch (error) {
        issue.excuse ??= "told that it could not be ended";
        throw error;
      }
    }),
  startSignIn: ({ world, window }) =>
    window.connections.setPending({ environmentLabel: "Sandbox", startedAt: world.now }),
  cancelSignIn: ({ window }) => window.connections.setPending(undefined),
  use: (place) => begin(place, "uses", ({ window }) => window.sessions.accessToken(listed(place))),
  useAfter401: (place) =>
    begin(place, "uses after a 401", async ({ window }) => {
      const connection = listed(place);
      await window.sessions.replaceToken(connection, await window.sessions.accessToken(connection));
    }),
  signOut: (place) =>
    stores(place, "signs out", async ({ world, window, id }) => {
      const { kind } = await window.sessions.end(id);
      if (kind === "notTold" || kind === "notWaited")
        world.excuse("told that the server does not know of the sign-out", id);
    }),
  /** The person presses Cancel while Procore is being told, or while another window has the lock. */
  cancelSignOut: (place) =>
    stores(place, "signs out and cancels", async ({ world, window, id }) => {
      const cancelled = new AbortController();
      void window.caller.step("cancels the sign-out").then(() => cancelled.abort());
      const { kind } = await window.sessions.end(id, cancelled.signal);
      const context = workContext.getStore();
      if (context !== undefined) context.gaveUpAt = world.server.issues.length;
      if (kind === "notTold" || kind === "notWaited")
        world.excuse("told that the server does not know of the sign-out", id);
    }),
  remove: (place) =>
    stores(place, "removes", async ({ world, window, id }) => {
      // The connection that comes after has an id of its own.
      world.removed.add(id);
      await window.sessions.assertMayStore();
      const { kind } = await window.sessions.remove(id);
      if (kind === "notTold" || kind === "notWaited")
        world.excuse("told that the server does not know of the removal", id);
    }),
  editSecret: (place) =>
    stores(place, "edits the secret", async ({ world, window, id }) => {
      await window.sessions.assertMayStore();
      await window.sessions.changeSecret(id, secretOf(world));
    }),
  reload: ({ world, window }) => world.reload(window.index),
  takeOver: ({ world, id }) => world.takeOver(id),
  requestIsLost: ({ world }) => void (world.server.fault = "lostRequest"),
  answerIsLost: ({ world }) => void (world.server.fault = "lostAnswer"),
  sessionIsRevoked: ({ world, id }) => {
    for (const issue of world.server.liveOf(id)) issue.state = "revoked";
  },
  secretIsReset: ({ world }) => void (world.server.clientSecret += "'"),
  timePasses: ({ world }) => world.advance(2 * hourMs),
  aMomentPasses: ({ world }) => world.advance(100),
  storeThrows: ({ world }) => void (world.secrets.taking = "no"),
  storeTakes: ({ world }) => void (world.secrets.taking = "yes"),
  storeForgets: ({ world }) => {
    world.secrets.replace(new Map());
    for (const { id } of world.stored.connections) world.forgotten.add(id);
    world.excuse("the store forgot it");
  },
  copyIsMade: ({ world }) => void (world.copy = new Map(world.kept)),
  copyIsPutBack: ({ world }) => {
    if (world.copy !== undefined && world.putBack(world.copy) === "changed") world.excuse("an older copy was put back");
  },
};

export const secretOf = ({ server }: ModelWorld): Secret => new Secret(server.clientSecret);

function begin(place: Place, label: string, run: (place: Place) => Promise<unknown>): void {
  place.world.start(place.window, `${label} ${place.id}`, () => run(place));
}

/**
 * In a browser one person stores one thing at a time: two windows that write their copies of the secrets in the same
 * moment lose one of them, whatever an extension does.
 */
function stores(place: Place, label: string, run: (place: Place) => Promise<unknown>): void {
  const { world } = place;
  if (
    world.workbench === "browser" &&
    world.works.some(({ state, storing }) => state === "on" && storing !== undefined)
  )
    return;
  world.start(place.window, `${label} ${place.id}`, () => run(place), place.id);
}

/** A code was pasted: a pair for a connection. */
async function exchange({ world, window, id }: Place): Promise<Issue> {
  await window.caller.step("code arrives");
  const issue = world.server.issue(id);
  await window.caller.during(issue, () => window.caller.step("answer for the code"));
  return issue;
}

function listed({ window, id }: Place) {
  return window.connections.get(id) ?? sampleConnection({ id });
}
