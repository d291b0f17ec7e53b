import type { Revocation } from "../../../../src/auth/endings.ts";
import { createAttempt } from "../../../../src/auth/signIn/attempt.ts";
import type { SignIn } from "../../../../src/auth/signIn/signIn.ts";
import { hourMs } from "../../../../src/core/clock.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { activeUntil, sampleConnection } from "../../../fakes/sampleConnection.ts";
import { type DialogueState, workContext } from "./caller.ts";
import { userOf } from "./dialogue.ts";
import type { Issue } from "./issue.ts";
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
  /** The first sign-in, or one after whose code nobody was asked anything. */
  signIn: (place) =>
    stores(place, "signs in", async ({ world, window, id }) => {
      await window.sessions.assertMayStore();
      const issue = await exchange(place);
      for (let keptAs: string | undefined; keptAs === undefined;) {
        const listed = window.connections.get(id);
        const known = listed ?? sampleConnection({ id: world.newId(id), user: userOf(ownUser(id)) });
        const connection = { ...known, session: activeUntil(issue.expiresAt) };
        keptAs = await world.begin(window, issue, connection, world.server.tokensOf(issue), secretOf(world));
      }
    }),
  /** The dialogue: the keys are tried, the browser opens, and the code box waits. */
  startSignIn: (place) => {
    const connection = place.window.connections.get(place.id);
    if (connection === undefined) return;
    converse(place, "starts to sign in", (signIn) => signIn.again(connection), connection.id);
  },
  /** The same for a connection that there is not yet. */
  startNewSignIn: (place) => {
    const { environment, label, origins, clientId } = sampleConnection();
    const attempt = createAttempt({ ...environment, label, origins }, { account: "authorizationCode" });
    attempt.clientId = clientId;
    attempt.clientSecret = secretOf(place.world);
    converse(place, "starts to sign in anew", (signIn) => signIn.withKeys(attempt));
  },
  /** What the person does with the input that is open: enters a code of that user, or chooses so. */
  answerAsOwner: (place) => answers(place, "owner", "use"),
  answerAndUse: (place) => answers(place, "stranger", "use"),
  answerAndKeep: (place) => answers(place, "stranger", "keep"),
  answerAndAdd: (place) => answers(place, "stranger", "own"),
  answerWrongly: (place) => answers(place, "nobody", "keep"),
  closeInput: ({ window }) => window.screen.input?.escape(),
  bringCodeBack: (place) => converse(place, "brings the code box back", (signIn) => signIn.enterCode()),
  cancelSignIn: ({ world, window }) => {
    window.signIn.cancel();
    if (window.connections.current.pending !== undefined) world.wrongs.push("a sign-in that was cancelled waits on");
  },
  userIsNotTold: ({ world }) => void (world.server.me = "fails"),
  use: (place) => begin(place, "uses", ({ window }) => window.sessions.accessToken(listed(place))),
  useAfter401: (place) =>
    begin(place, "uses after a 401", async ({ window }) => {
      const connection = listed(place);
      await window.sessions.replaceToken(connection, await window.sessions.accessToken(connection));
    }),
  signOut: (place) => stores(place, "signs out", ({ window, id }) => endsOf(place, () => window.sessions.end(id))),
  /** The person presses Cancel while Procore is being told, or while another window has the lock. */
  cancelSignOut: (place) =>
    stores(place, "signs out and cancels", async ({ world, window, id }) => {
      const cancelled = new AbortController();
      void window.caller.step("cancels the sign-out").then(() => cancelled.abort());
      await endsOf(place, async () => {
        const revocation = await window.sessions.end(id, cancelled.signal);
        const context = workContext.getStore();
        if (context !== undefined) context.gaveUpAt = world.server.issues.length;
        return revocation;
      });
    }),
  remove: (place) =>
    stores(place, "removes", async ({ window, id }) => {
      await window.sessions.assertMayStore();
      await endsOf(place, () => window.sessions.remove(id));
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
  listIsUnwritable: ({ world }) => void (world.list = "unwritable"),
  listIsWritable: ({ world }) => void (world.list = "writable"),
  storeForgets: ({ world }) => {
    world.secrets.replace(new Map());
    // What is begun is in the ledger before it is in the list.
    for (const id of world.ledger.entries.keys()) world.forgotten.add(id);
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

function stores(place: Place, label: string, run: (place: Place) => Promise<unknown>): void {
  const { world, window, id } = place;
  if (world.mayStore()) world.start(window, `${label} ${id}`, () => run(place), { storing: id });
}

/** A dialogue goes on in the window until the person is asked something. */
function converse(
  { world, window }: Place,
  label: string,
  run: (signIn: SignIn) => Promise<unknown>,
  connectionId?: string,
): void {
  const asking = {
    connectionId,
    keeps: undefined,
    chosen: undefined,
    user: "known",
    input: undefined,
    answered: "no",
  } as const;
  const dialogue: DialogueState = { ...asking };
  world.start(window, label, () => run(window.signIn), { dialogue });
}

/** Ends a session, and the person reads how that went; what goes on behind that is work of the window's. */
async function endsOf({ world, window, id }: Place, end: () => Promise<Revocation>): Promise<void> {
  let revocation: Revocation;
  try {
    revocation = await end();
  } catch (error) {
    world.excuse("told that it could not be ended", id);
    throw error;
  }
  const { kind } = revocation;
  if (kind !== "notTold" && kind !== "notWaited") return;
  world.excuse("told that the server does not know of it", id);
  const { later } = revocation;
  if (later !== undefined) world.start(window, `goes on to end ${id}`, () => later, { ending: id });
}

type Who = "owner" | "stranger" | "nobody";
const choices = ["use", "keep", "own"] as const;

/** The person enters the client secret or a code in a box, or says what becomes of a session that was another user's. */
function answers({ world, window }: Place, who: Who, choice: (typeof choices)[number]): void {
  const { input } = window.screen;
  const dialogue = world.dialogueOf(window);
  if (input === undefined || input.busy || dialogue === undefined || !world.mayStore()) return;
  dialogue.answered = "yes";
  if (input.kind === "list") {
    dialogue.chosen = choice;
    input.choose(choices.indexOf(choice));
  } else input.enter(input.masked ? secretOf(world).reveal() : codeOf(world, who, dialogue.connectionId));
}

function codeOf({ server }: ModelWorld, who: Who, connectionId: string | undefined): string {
  if (who === "nobody") return "code-of-yesterday";
  return server.code(who === "owner" ? ownUser(connectionId) : stranger);
}

/** Who signs in to a connection of the model's own, and who to one that a dialogue made. */
const ownUser = (id: string | undefined): number => (id === "one" ? 1 : id === "two" ? 2 : stranger);
const stranger = 3;

/** A code was pasted: a pair for a connection. */
async function exchange({ world, window, id }: Place): Promise<Issue> {
  await window.caller.step("code arrives");
  const issue = world.server.issue(id, ownUser(id));
  await window.caller.during(issue, () => window.caller.step("answer for the code"));
  return issue;
}

function listed({ window, id }: Place) {
  return window.connections.get(id) ?? sampleConnection({ id });
}
