import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { HomeKind } from "../../src/auth/sessionHome.ts";
import { isNewer, type TokenOrder } from "../../src/core/oauth/tokenSet.ts";
import { ProcoreError } from "../../src/core/errors.ts";
import { userId } from "../../src/core/procore/ids.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Connection } from "../../src/core/session.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { fingerprint, startSandbox, type RunningSandbox } from "../../src/sandbox/index.ts";
import { MemoryReloads } from "../fakes/memoryReloads.ts";
import { environmentParts, sampleConnection } from "../fakes/sampleConnection.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { createRandom } from "./random.ts";
import { longestLagMs } from "./secretFiles.ts";
import type { Offer } from "./sends.ts";
import { openWindow, type SessionWindow } from "./window.ts";

/** One storage folder and one Local Sandbox with tokens of two seconds, and the server's own record of refreshes. */
export interface World {
  readonly folder: string;
  readonly home: HomeKind;
  readonly sandbox: RunningSandbox;
  readonly connectionIds: readonly string[];
  /** Every refresh token that came to the server, in order. */
  readonly offers: readonly Offer[];
  /** Hears of each offer before its answer leaves. */
  onOffer(listener: (offer: Offer) => void): void;
  /** Signs in, for the first time or again, as a person would; tells how many offers there were before. */
  signIn(connectionId: string): Promise<number>;
  /** Looks, while nobody renews, whether what is stored is a session: what is stored where it is none. */
  loss(connectionId: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly connections: number;
  readonly home: HomeKind;
  readonly seed: number;
}

/** Starts a world whose connections are signed in. */
export async function startWorld({ connections, home, seed }: WorldOptions): Promise<World> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
  const sandbox = await startSandbox({ clock: systemClock, companies: 1, projects: 0, tokenTtlSeconds: 2 });
  const connectionIds = Array.from({ length: connections }, () => randomUUID());
  const offers: Offer[] = [];
  const listeners: ((offer: Offer) => void)[] = [];
  const owners = new Map<string, string>();
  sandbox.control.onRefresh((event) => {
    const connectionId = owners.get(event.tokenFingerprint) ?? "unknown";
    if (event.issuedFingerprint !== undefined) owners.set(event.issuedFingerprint, connectionId);
    const offer = { ...event, at: Date.now(), connectionId };
    offers.push(offer);
    for (const listener of listeners) listener(offer);
  });
  // The person's window: each time it is opened it was reloaded.
  const reloads = new MemoryReloads();
  const random = createRandom(seed);
  const withWindow = async <T>(use: (window: SessionWindow) => Promise<T>): Promise<T> => {
    const window = await openWindow(
      { folder, name: "person", wallOffsetMs: 0, home, place: "here", random },
      undefined,
      reloads,
    );
    try {
      return await use(window);
    } finally {
      await window.close();
    }
  };
  const world: World = {
    folder,
    home,
    sandbox,
    connectionIds,
    offers,
    onOffer: (listener) => void listeners.push(listener),
    async signIn(id) {
      let before = 0;
      const onTokens = (refreshToken: Secret): void => {
        before = offers.length;
        owners.set(fingerprint(refreshToken.reveal()), id);
      };
      const attempt = (): Promise<void> => withWindow((window) => signIn(window, { sandbox, id, onTokens }));
      try {
        await attempt();
      } catch (error) {
        // A taken-over process wrote its older pair over a newer one: the key here opens what the ledger is ahead of.
        if (!isReloadAsked(error)) throw error;
        await attempt();
      }
      return before;
    },
    loss: (id) => withWindow((window) => lossOf(window, id)),
    async close() {
      await sandbox.close();
      await removeFolder(folder);
    },
  };
  for (const id of connectionIds) await world.signIn(id);
  return world;
}

interface SignInOptions {
  readonly sandbox: RunningSandbox;
  readonly id: string;
  /** Before they are stored, and so before anybody can spend them. */
  readonly onTokens: (refreshToken: Secret) => void;
}

async function signIn(window: SessionWindow, { sandbox, id, onTokens }: SignInOptions): Promise<void> {
  const { clientId, baseUrl } = sandbox;
  const clientSecret = new Secret(sandbox.clientSecret);
  const app = { environmentLabel: "Local Sandbox", loginOrigin: baseUrl, clientId, clientSecret };
  for (let tries = 1; ; tries += 1) {
    try {
      const tokens = await window.tokenEndpoint.exchangeCode(app, new Secret(sandbox.control.issueCode()));
      if (tokens.refreshToken !== undefined) onTokens(tokens.refreshToken);
      await window.sessions.begin(connectionTo(sandbox, id), tokens, clientSecret);
      return;
    } catch (error) {
      // The faults that are meant for refreshes meet this call too; a person tries again.
      if (!(error instanceof ProcoreError) || isReloadAsked(error) || tries === 10) throw error;
    }
  }
}

const isReloadAsked = (error: unknown): boolean =>
  error instanceof ProcoreError && error.failure.kind === "signedOut" && error.failure.reason === "storeReplaced";

function connectionTo({ baseUrl, clientId }: RunningSandbox, id: string): Connection {
  const origins = { login: baseUrl, api: baseUrl, web: baseUrl };
  const { environment } = environmentParts("local-sandbox");
  const user = { id: userId(1), login: "ada@example.com", name: undefined };
  return sampleConnection({ id, label: "Local Sandbox", environment, origins, clientId, user, createdAt: Date.now() });
}

const lossOf = ({ locks, home, ledger, connections }: SessionWindow, id: string): Promise<string | undefined> =>
  locks.hold(`sessions/${id}`, async () => {
    // What another process wrote is seen by then.
    if (home.kind === "secretStorage") await systemClock.sleep(longestLagMs);
    const session = await home.session(id);
    const entry = await ledger.read(id);
    await connections.load();
    const listed = connections.get(id)?.session;
    const said = listed?.kind === "broken" ? listed.reason : (listed?.kind ?? "nothing");
    const recorded = entry === undefined ? "empty" : `${entry.state} ${orderOf(entry)}`;
    const told = `${session === undefined ? "nothing" : orderOf(session)} stored, ledger ${recorded}, list ${said}`;
    if (session === undefined || entry === undefined || said === "refreshTokenSpent") return told;
    const isOver = entry.state === "signedOut" && !isNewer(session, entry);
    return isOver || isNewer(entry, session) ? told : undefined;
  });

const orderOf = ({ generation, rotation }: TokenOrder): string => `${generation}.${rotation}`;
