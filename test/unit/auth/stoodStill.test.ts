import assert from "node:assert/strict";
import { createSealedHome, createSecretStorageHome, type HomeKind } from "../../../src/auth/sessionHome.ts";
import { createSecretValues, type SecretStore } from "../../../src/auth/vault.ts";
import { hourMs, secondMs } from "../../../src/core/clock.ts";
import { userId } from "../../../src/core/procore/ids.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { Connection } from "../../../src/core/session.ts";
import type { Locks } from "../../../src/platform/locks.ts";
import { MemoryTextFiles } from "../../fakes/memoryTextFiles.ts";
import { openSessionWindow, type Machine, type SessionWindow } from "../../fakes/sessionWindows.ts";
import { asked, createWorld, id, rejectsWith } from "./sessionWindows.ts";

type Step = (call: string) => Promise<void>;

/** The same object, whose methods take a step before they do anything. */
function stepped<T extends object>(target: T, name: string, step: Step): T {
  return new Proxy(target, {
    get: (_, key) => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const value = String(given[0]).match(/^procore\.(\w+)\.[\w-]+(\.damaged)?$/u);
        await step([name, String(key), ...(value === null ? [] : [value.slice(1).join("")])].join(" "));
        return await (Reflect.apply(member, target, given) as Promise<unknown>);
      };
    },
  });
}

const steppedLocks = (locks: Machine["locks"], step: Step): Locks => ({
  takeOver: (name) => locks.takeOver(name),
  hold: (name, work, signal) => {
    const look = (stillHeld: () => Promise<"held" | "lost">) => async (): Promise<"held" | "lost"> => {
      await step("locks stillHeld");
      return await stillHeld();
    };
    return locks.hold(name, (stillHeld) => work(look(stillHeld)), signal);
  },
});

/** What a window does when it comes to a halt. */
const works = {
  "a renewal": ({ sessions }: SessionWindow) => sessions.renewNow(asked),
  "a renewal that is refused": ({ sessions }: SessionWindow) => sessions.renewNow(asked),
  "a sign-in": ({ sessions }: SessionWindow, { endpoint }: Machine) =>
    sessions.begin(asked, endpoint.issue(), new Secret("app-secret")),
  "a sign-out": ({ sessions }: SessionWindow) => sessions.end(id),
  "an edit of the client secret": ({ sessions }: SessionWindow) => sessions.changeSecret(id, new Secret("app-secret")),
} as const;
type Work = keyof typeof works;
const laterWorks = ["a renewal", "a renewal that is refused", "a sign-out", "an edit of the client secret"] as const;

/** A machine with tokens in one kind of home, and its windows. */
async function createShared(kind: HomeKind, work: Work) {
  const machine = createWorld();
  const files = new MemoryTextFiles();
  const homeOf = (secrets: SecretStore, own: MemoryTextFiles) => {
    const values = createSecretValues(secrets);
    return kind === "secretStorage"
      ? createSecretStorageHome(values)
      : createSealedHome({ values, folder: "/sessions", files: own });
  };
  const open = (step?: Step): Promise<SessionWindow> => {
    if (step === undefined) return openSessionWindow(machine, { home: homeOf(machine.secrets, files) });
    const secrets = stepped(machine.secrets, "secrets", step);
    const parts = {
      ...machine,
      secrets,
      ledger: stepped(machine.ledger, "ledger", step),
      endpoint: stepped(machine.endpoint, "endpoint", step),
      file: stepped(machine.file, "list", step),
      locks: Object.assign(Object.create(machine.locks) as Machine["locks"], steppedLocks(machine.locks, step)),
    };
    return openSessionWindow(parts, { home: homeOf(secrets, stepped(files, "files", step)) });
  };
  const first = await open();
  await first.sessions.begin(asked, machine.endpoint.issue(), new Secret("app-secret"));
  if (work === "a renewal that is refused") machine.endpoint.live = "spent by nobody knows whom";
  await machine.clock.advance(2 * hourMs);
  return { machine, open };
}

/** The same connection as another user's, at other addresses. */
const moved: Connection = {
  ...asked,
  origins: { ...asked.origins, login: "https://login.elsewhere.test", api: "https://api.elsewhere.test" },
  user: { id: userId(8), login: "grace@example.com", name: "Grace" },
};

/** What somebody does in another window that took the lock over. */
const meanwhiles = {
  "signs in": async ({ endpoint }: Machine, { sessions }: SessionWindow) =>
    await sessions.begin(asked, endpoint.issue(), new Secret("app-secret")),
  "signs in elsewhere": async ({ endpoint }: Machine, { sessions }: SessionWindow) =>
    await sessions.begin(moved, endpoint.issue(), new Secret("app-secret")),
  "signs out": async (_: Machine, { sessions }: SessionWindow) => await sessions.end(id),
  "edits the client secret": async (_: Machine, { sessions }: SessionWindow) =>
    await sessions.changeSecret(id, new Secret("app-secret")),
  renews: async (_: Machine, { sessions }: SessionWindow) => await sessions.renewNow(asked).catch(() => undefined),
} as const;

interface Stood {
  readonly machine: Machine;
  /** Opens one more window. */
  readonly open: () => Promise<SessionWindow>;
  /** The call before which the window stood. */
  readonly before: string;
  readonly result: unknown;
}

/**
 * A window stands still before its call number `at`; a person takes its lock over and does something elsewhere; then it
 * goes on. Undefined when it makes fewer calls.
 */
async function standStill(
  kind: HomeKind,
  work: Work,
  at: number,
  meanwhile: keyof typeof meanwhiles,
): Promise<Stood | undefined> {
  const { machine, open } = await createShared(kind, work);
  const other = await open();
  // What it reads to open does not count.
  let calls = -Infinity;
  let before: string | undefined;
  const step: Step = async (call) => {
    calls += 1;
    if (calls !== at) return;
    before = call;
    await machine.clock.advance(secondMs);
    await machine.locks.takeOver(`sessions/${id}`);
    await meanwhiles[meanwhile](machine, other);
  };
  const still = await open(step);
  calls = 0;
  const result: unknown = await works[work](still, machine).catch((error: unknown) => error);
  await machine.clock.advance(0);
  return before === undefined ? undefined : { machine, open, before, result };
}

/** Every place where a window can stand still, and how each ended. */
async function everyStop(...[kind, work, meanwhile]: [HomeKind, Work, keyof typeof meanwhiles]): Promise<Stood[]> {
  const stops: Stood[] = [];
  for (let at = 1; ; at += 1) {
    const stood = await standStill(kind, work, at, meanwhile);
    if (stood === undefined) break;
    stops.push(stood);
  }
  assert.ok(stops.length >= 10, stops.map(({ before }) => before).join(", "));
  return stops;
}

/** A window that was just opened uses the session, and renews it after its end. */
async function fateOf({ machine, open }: Stood): Promise<string> {
  const { clock, endpoint, file } = machine;
  const fresh = await open();
  const sent = endpoint.calls.length;
  try {
    const begun = (await fresh.sessions.accessToken(asked)).reveal();
    await clock.advance(2 * hourMs);
    const renewed = (await fresh.sessions.accessToken(asked)).reveal();
    const { session } = (await file.read()).connections[0] ?? assert.fail("The connection is gone");
    const isWhole = begun !== renewed && session.kind === "active" && endpoint.calls.length === sent + 1;
    return isWhole && !endpoint.revoked.includes(begun) ? "lives" : `${begun}, then ${renewed}, ${session.kind}`;
  } catch (error) {
    return `lost: ${String(error)}`;
  }
}

/** A sign-out is about what it finds, so also about a session that began before it had read one. */
const reading: Readonly<Record<HomeKind, readonly string[]>> = {
  secretStorage: ["list read", "ledger read", "secrets get session"],
  sealedFile: ["list read", "ledger read", "secrets get key", "files read"],
};

/**
 * Who looked and then writes cannot know that somebody wrote between: SecretStorage does not compare first. What is named
 * here costs the person one more sign-in. A renewal of a sealed file has none of it, for each sign-in has a file of its
 * own.
 */
const unavoidable: Readonly<Record<HomeKind, Readonly<Record<(typeof laterWorks)[number], readonly string[]>>>> = {
  secretStorage: {
    "a renewal": ["secrets get session", "secrets store session"],
    "a renewal that is refused": ["secrets delete session"],
    "a sign-out": [...reading.secretStorage, "secrets delete session"],
    "an edit of the client secret": ["secrets get session", "secrets store session"],
  },
  sealedFile: {
    "a renewal": [],
    "a renewal that is refused": [],
    "a sign-out": [...reading.sealedFile, "secrets delete key"],
    "an edit of the client secret": [
      "files touch",
      "secrets get key",
      "files write",
      "secrets get key",
      "secrets store key",
    ],
  },
};

describe("a window that stood still while somebody signed in elsewhere", () => {
  for (const kind of ["secretStorage", "sealedFile"] as const) {
    for (const work of laterWorks) {
      it(`leaves that session alone, wherever it stood but where named: ${work} (${kind})`, async () => {
        const lost: string[] = [];
        for (const stood of await everyStop(kind, work, "signs in")) {
          if ((await fateOf(stood)) !== "lives") lost.push(stood.before);
        }
        assert.deepEqual(lost, unavoidable[kind][work]);
      });
    }
  }
});

/** Who looked and then writes puts its own session in the place of one that nobody has any more, to end it. */
const overwriting: Readonly<Record<HomeKind, readonly string[]>> = {
  secretStorage: ["secrets get client", "secrets store client", "secrets get session", "secrets store session"],
  sealedFile: [
    "secrets get client",
    "secrets store client",
    "secrets get key",
    "files write",
    "secrets get key",
    "secrets store key",
  ],
};

describe("a sign-in that stood still while somebody signed in elsewhere", () => {
  const both = ["access-2", "access-3"] as const;
  for (const kind of ["secretStorage", "sealedFile"] as const) {
    it(`leaves one session that works, and ends the other wherever it stood but where named (${kind})`, async () => {
      const unended: string[] = [];
      for (const { machine, open, before, result } of await everyStop(kind, "a sign-in", "signs in")) {
        assert.equal(result, id, before);
        const used = (await (await open()).sessions.accessToken(asked)).reveal();
        const other = both.find((token) => token !== used) ?? assert.fail(`${before}: ${used}`);
        assert.ok(!machine.endpoint.revoked.includes(used), before);
        if (!machine.endpoint.revoked.includes(other)) unended.push(before);
      }
      assert.deepEqual(unended, overwriting[kind]);
    });
  }
});

describe("a sign-in that stood still while another window went on", () => {
  for (const kind of ["secretStorage", "sealedFile"] as const) {
    it(`leaves the tokens of one login service to its own addresses and user (${kind})`, async () => {
      for (const { machine, open, before } of await everyStop(kind, "a sign-in", "signs in elsewhere")) {
        const fresh = await open();
        const listed = fresh.connections.get(id) ?? assert.fail(before);
        const used = (await fresh.sessions.accessToken(listed)).reveal();
        const { origins, user } = used === "access-3" ? moved : asked;
        assert.deepEqual([listed.origins, listed.user], [origins, user], before);
        assert.deepEqual(listed.tokenOrder?.generation, machine.ledger.entries.get(id)?.generation, before);
      }
    });

    it(`is signed in, or out with its pair ended, when that one signed out (${kind})`, async () => {
      for (const { machine, open, before } of await everyStop(kind, "a sign-in", "signs out")) {
        const fresh = await open();
        const { session } = fresh.connections.get(id) ?? assert.fail(before);
        const used = await fresh.sessions.accessToken(asked).catch(() => undefined);
        const isEnded = machine.endpoint.revoked.includes("access-2");
        const states = [used?.reveal(), session.kind, isEnded];
        assert.deepEqual(states, isEnded ? [undefined, "signedOut", true] : ["access-2", "active", false], before);
      }
    });

    it(`goes on when that one edited the client secret (${kind})`, async () => {
      for (const { machine, open, before } of await everyStop(kind, "a sign-in", "edits the client secret")) {
        assert.equal((await (await open()).sessions.accessToken(asked)).reveal(), "access-2", before);
        assert.ok(!machine.endpoint.revoked.includes("access-2"), before);
      }
    });
  }
});

describe("a sign-out that stood still while another window renewed or edited", () => {
  for (const kind of ["secretStorage", "sealedFile"] as const) {
    for (const meanwhile of ["renews", "edits the client secret"] as const) {
      it(`ends the newest pair, wherever it stood, and says so only then: ${meanwhile} (${kind})`, async () => {
        for (const { machine, open, before, result } of await everyStop(kind, "a sign-out", meanwhile)) {
          const { endpoint, file, ledger } = machine;
          assert.deepEqual(result, { kind: "revoked" }, before);
          const newest = `access-${endpoint.live.replace("refresh-", "")}`;
          assert.ok(endpoint.revoked.includes(newest), `${before}: ${endpoint.calls.join(", ")}`);
          assert.deepEqual((await file.read()).connections[0]?.session, { kind: "signedOut" }, before);
          assert.equal(ledger.entries.get(id)?.state, "signedOut", before);
          await rejectsWith((await open()).sessions.accessToken(asked), "signedOut");
        }
      });
    }
  }
});
