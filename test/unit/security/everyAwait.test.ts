import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { createConnectionsFile } from "../../../src/auth/connectionsFile.ts";
import { Connections } from "../../../src/auth/connections.ts";
import { createSessions } from "../../../src/auth/createSessions.ts";
import { createHandOuts } from "../../../src/auth/panel/handOuts.ts";
import type { HomeKind } from "../../../src/auth/sessionHome.ts";
import { hourMs, minuteMs, type Clock } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import type { TokenEndpoint } from "../../../src/core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../../src/core/secret.ts";
import { createLocks, type Locks } from "../../../src/platform/locks.ts";
import { createLimitFiles } from "../../../src/platform/network/limitFiles.ts";
import { FailingFiles, type FailsWhen } from "../../fakes/failingFiles.ts";
import { Marks } from "../../fakes/marks.ts";
import { MemoryReloads } from "../../fakes/memoryReloads.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { activeUntil, sampleConnection } from "../../fakes/sampleConnection.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

const id = "3b0c8f6e-0000-4000-8000-000000000001";
const secret = new Secret("CANARY-client-secret-0123456789-abcdefghij");
const newSecret = new Secret("CANARY-other-client-secret-0123456789-abcd");

/** A machine whose time goes by as fast as somebody waits. */
class Machine {
  readonly marks = new Marks();
  readonly errors: unknown[] = [];
  readonly folder: string;
  readonly #secrets = new MemorySecretStore();
  readonly #home: HomeKind;
  readonly #closed = new AbortController();
  readonly #turns = new Set<Promise<unknown>>();
  #now = Date.UTC(2026, 0, 5, 9, 0);
  #issued = 0;

  constructor(folder: string, home: HomeKind) {
    this.folder = folder;
    this.#home = home;
    this.marks.add("the client secret", secret.reveal());
    this.marks.add("the new client secret", newSecret.reveal());
  }

  readonly clock: Clock = {
    now: () => this.#now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      this.#now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };

  pass(ms: number): void {
    this.#now += ms;
  }

  issue(): TokenSet {
    this.#issued += 1;
    const make = (what: string): string => `CANARY-${what}-${this.#issued}-0123456789-abcdefghijklmnop`;
    const [accessToken, refreshToken] = [make("access"), make("refresh")];
    this.marks.add("an access token", accessToken);
    this.marks.add("a refresh token", refreshToken);
    return {
      accessToken: new Secret(accessToken),
      refreshToken: new Secret(refreshToken),
      expiresAt: this.#now + 90 * minuteMs,
      lifetimeMs: 90 * minuteMs,
      clockSkewMs: 0,
    };
  }

  /** Resolves when nothing goes on behind the answers any more: a sign-out that nobody waited for has its turn later. */
  async settle(): Promise<void> {
    this.#closed.abort();
    while (this.#turns.size > 0) await Promise.allSettled(this.#turns);
  }

  #watch(locks: Locks): Locks {
    const hold: Locks["hold"] = async (...given) => {
      const turn = locks.hold(...given);
      this.#turns.add(turn);
      try {
        return await turn;
      } finally {
        this.#turns.delete(turn);
      }
    };
    return { ...locks, hold };
  }

  async open() {
    const { clock, folder } = this;
    const onTrouble = (error: unknown): void => void this.errors.push(error);
    const locks = this.#watch(createLocks({ folder, clock, onTrouble }));
    const file = createConnectionsFile(path.join(folder, "connections.json"), clock, locks);
    const connections = new Connections(file, { get: () => undefined, set: async () => undefined });
    await connections.load().catch(onTrouble);
    const unused = (): never => assert.fail("Nobody makes this call");
    const tokenEndpoint: TokenEndpoint = {
      checkCredentials: unused,
      exchangeCode: unused,
      clientCredentials: unused,
      tokenInfo: unused,
      refresh: async () => this.issue(),
      revoke: async () => undefined,
    };
    const sessions = createSessions({
      connections,
      tokenEndpoint,
      locks,
      clock,
      folder,
      secrets: this.#secrets,
      home: this.#home,
      closed: this.#closed.signal,
      reloads: new MemoryReloads(),
      window: { id: "window", openedAt: this.#now },
      checkAddresses: () => undefined,
      onTrouble,
    });
    const handOuts = createHandOuts({ folder: path.join(folder, "sessions"), clock, locks });
    const limits = createLimitFiles({ folder: path.join(folder, "limits"), clock });
    return { connections, sessions, handOuts, limits };
  }
}

type Window = Awaited<ReturnType<Machine["open"]>>;

/** What two windows do with a session from its beginning to its end; what fails is kept, and life goes on. */
async function liveThrough(machine: Machine): Promise<{ readonly first: Window; readonly second: Window }> {
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      machine.errors.push(error);
    }
  };
  const connection = sampleConnection({ id });
  const first = await machine.open();
  const begin = ({ sessions }: Window): Promise<unknown> => {
    const tokens = machine.issue();
    return sessions.begin({ ...connection, session: activeUntil(tokens.expiresAt) }, tokens, secret);
  };
  await attempt(() => begin(first));
  const second = await machine.open();
  await attempt(() => second.sessions.accessToken(connection));
  machine.pass(2 * hourMs);
  await Promise.all([first, second].map(({ sessions }) => attempt(() => sessions.accessToken(connection))));
  await attempt(() => second.handOuts.note(id, { to: "clipboard", endsAt: machine.clock.now() }));
  await attempt(() => second.sessions.keeping(id));
  first.limits.write(id, { windows: [], pausedUntil: machine.clock.now() + minuteMs });
  await attempt(() => first.limits.close());
  await attempt(() => second.limits.read(id));
  await attempt(() => second.limits.forget(id));
  await attempt(() => first.sessions.changeSecret(id, newSecret));
  await attempt(() => first.connections.setAside());
  await attempt(() => second.sessions.end(id, AbortSignal.abort()));
  await attempt(() => begin(second));
  await attempt(() => first.sessions.end(id));
  await attempt(() => second.connections.load());
  await attempt(() => second.sessions.accessToken(connection));
  await attempt(() => begin(second));
  await attempt(() => second.sessions.remove(id));
  return { first, second };
}

/** Our own errors, the last sign-in of all, and everything that lies in files. */
async function check(machine: Machine, { first, second }: { readonly first: Window; readonly second: Window }) {
  for (const error of machine.errors) {
    const isForeseen = error instanceof ProcoreError || (error instanceof Error && error.name === "AbortError");
    assert.ok(isForeseen, `not foreseen: ${inspect(error)}`);
  }
  const text = inspect(machine.errors, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null });
  assert.deepEqual(machine.marks.findIn(text, "an error"), []);
  for (const { sessions } of [first, second]) await sessions.takeOver(id);
  await machine.settle();
  assert.deepEqual(await machine.marks.findBelow(machine.folder), []);
  const tokens = machine.issue();
  const connection = sampleConnection({ id, session: activeUntil(tokens.expiresAt) });
  await first.sessions.begin(connection, tokens, secret);
  await second.connections.load();
  assert.equal((await second.sessions.accessToken(connection)).reveal(), tokens.accessToken.reveal());
}

/** What only looks cannot fail after it did something, and what is not closed lives on. */
function failures(call: string): readonly FailsWhen[] {
  if (call.startsWith("close ")) return ["after"];
  return /^(?:link|rename|rm|unlink|write|writeFile) /u.test(call) ? ["before", "after"] : ["before"];
}

describe("security rule 1: what throws at any file, record or lock of two windows", function () {
  this.timeout(300_000);
  const tried = new Set<string>();
  for (const home of ["secretStorage", "sealedFile"] as const) {
    it(`hangs no secret on an error, leaves none in a file, and keeps nobody from signing in (${home})`, async () => {
      const parent = await mkdtemp(path.join(tmpdir(), "pe-await-"));
      const files = new FailingFiles(parent);
      const faults: string[] = [];
      const run = async (name: string): Promise<readonly string[]> => {
        const folder = path.join(parent, "machine");
        const machine = new Machine(folder, home);
        const windows = await liveThrough(machine);
        const { calls } = files;
        files.mend();
        await check(machine, windows).catch((error: unknown) => void faults.push(`${name}: ${inspect(error)}`));
        await machine.settle();
        await removeFolder(folder);
        return calls;
      };
      try {
        const calls = (await run("nothing fails")).filter((call) => !tried.has(call));
        assert.ok(calls.length > 4, calls.join("\n"));
        for (const call of calls) {
          tried.add(call);
          for (const when of failures(call)) {
            files.fail(call, when);
            await run(`${call} fails ${when} it is done`);
          }
        }
        assert.deepEqual(faults, []);
      } finally {
        files.dispose();
        await removeFolder(parent);
      }
    });
  }
});
