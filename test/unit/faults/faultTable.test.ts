import assert from "node:assert/strict";
import path from "node:path";
import type { Failure } from "../../../src/core/errors.ts";
import type { StoredTokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { assertGoldenFile } from "../../golden/goldenText.ts";
import { openBench, type Bench } from "./bench.ts";
import { calls, type Call, type CallName } from "./calls.ts";
import { faults, readSends, type FaultName } from "./faults.ts";
import { atProcore } from "./fronts.ts";
import { faultsPage, type Seen } from "./page.ts";
import { astray, learnSecrets, withSecrets, type KnownSecrets } from "./secretsSent.ts";
import { table, type End, type Row } from "./table.ts";
import { ticksWhile } from "./ticks.ts";
import type { Told } from "./told.ts";

const page = path.resolve(import.meta.dirname, "../../../docs/faults.md");
const callNames = Object.keys(table) as CallName[];
const faultNames = Object.keys(faults) as FaultName[];

function endOf(failure: Failure | undefined): End {
  if (failure === undefined) return "well";
  switch (failure.kind) {
    case "network":
      return `network ${failure.cause}`;
    case "http":
      return `http ${failure.status}`;
    case "oauth":
      return `oauth ${failure.error}`;
    case "signedOut":
      return failure.reason === undefined ? "signedOut" : `signedOut ${failure.reason}`;
    default:
      return failure.kind;
  }
}

async function storedIn({ home, connection }: Bench): Promise<StoredTokenSet | undefined> {
  return await home.session(connection().id);
}

/** In the words of the table; what has no word there fails the comparison. */
async function stateOf(bench: Bench, before: StoredTokenSet): Promise<string> {
  const { session } = bench.connection();
  const now = await storedIn(bench);
  const isSame = now?.generation === before.generation && now.rotation === before.rotation;
  const pair = now === undefined ? "no pair" : isSame ? "same pair" : "new pair";
  const words: Readonly<Record<string, string>> = {
    active: "active",
    signedOut: "signed out",
    refreshTokenSpent: "spent",
    credentialsRejected: "keys refused",
  };
  const state = session.kind === "broken" ? session.reason : session.kind;
  return `${words[state] ?? state}, ${pair}`;
}

/**
 * What left, with the secrets in it: a token call once. A read after a 401 once more, behind a renewal; after a fault
 * that may pass, three times more.
 */
function expectedToBeSent({ host, method, path, carries }: Call, [fault]: Row): readonly string[] {
  const own = `${host} ${method} ${path}: ${carries.join(", ")}`;
  if (host === "login.procore.com") return [own];
  if (fault === "invalidClient") return [own, "login.procore.com POST /oauth/token: client secret, refresh token", own];
  return Array.from({ length: faults[fault].passes === true ? readSends : 1 }, () => own);
}

/** Makes the call while the fault is there, which is taken away whatever comes. */
async function meet(fault: FaultName, { path: of }: Call, bench: Bench, run: () => Promise<Told | undefined>) {
  const { mend, meanwhile } = await faults[fault].spoil(bench, of);
  try {
    const work = run();
    await meanwhile?.();
    return await work;
  } finally {
    await mend();
  }
}

/** Tries a row; fails where anything else follows than the table says. */
async function tryRow(call: Call, row: Row, bench: Bench): Promise<Seen> {
  const [name, end, state, again, stateAgain] = row;
  const secrets: KnownSecrets = new Map();
  const heard = async (): Promise<readonly string[]> => {
    await learnSecrets(secrets, bench);
    return bench.places.takeHeard().map((request) => withSecrets(request, secrets));
  };
  const before = await storedIn(bench);
  assert.ok(before !== undefined);
  await learnSecrets(secrets, bench);
  await call.prepare?.(bench);
  const run = call.begin(bench);
  const told = await meet(name, call, bench, run);
  assert.deepEqual([endOf(told?.failure), await stateOf(bench, before)], [end, state]);
  assert.equal(isWaiting(bench), call.waits === true && told !== undefined);
  const sent = expectedToBeSent(call, row);
  assert.deepEqual(
    bench.sent.splice(0),
    sent.map((line) => line.replace(/^(\S+) (\S+) (\S+):.*$/u, "$2 https://$1$3")),
  );
  const came = await heard();
  assert.deepEqual(came.toSorted(), ["refused", "noSuchName"].includes(name) ? [] : sent.toSorted());
  bench.sandbox.control.clearRequests();
  const toldAgain = await run();
  assert.deepEqual([endOf(toldAgain?.failure), await stateOf(bench, before)], [again, stateAgain]);
  assert.equal(isWaiting(bench), call.waits === true && toldAgain !== undefined);
  await allAnswered(bench);
  assert.deepEqual(astray([...came, ...(await heard())]), []);
  assert.deepEqual(bench.elsewhere.hits, []);
  return { fault: faults[name], told, state, toldAgain, stateAgain };
}

/** What goes on behind a person's back, such as the end of a session that was replaced, has come whole. */
async function allAnswered({ sandbox, sent }: Bench): Promise<void> {
  await ticksWhile("a request has no answer", () => {
    const requests = sandbox.control.requests();
    return requests.length !== sent.length || requests.some(({ status }) => status === undefined);
  });
}

/** Does a sign-in wait for its code? */
const isWaiting = ({ connections }: Bench): boolean => connections.current.pending !== undefined;

const seen = new Map<CallName, Seen[]>(callNames.map((name) => [name, []]));

describe("the fault table", () => {
  for (const name of callNames) {
    describe(calls[name].heading, () => {
      it("has a row for every fault", () => {
        assert.deepEqual(
          table[name].map(([fault]) => fault),
          faultNames,
        );
      });

      for (const row of table[name]) {
        it(`${row[0]}: ${row[1]}, ${row[2]}; then ${row[3]}, ${row[4]}`, async () => {
          const bench = await openBench({}, calls[name].account, atProcore);
          try {
            seen.get(name)?.push(await tryRow(calls[name], row, bench));
          } finally {
            await bench.close();
          }
        });
      }
    });
  }
});

describe("a refresh whose answer is lost, where the old pair lives until the new one is used", () => {
  for (const name of ["resetAfter", "truncated"] as const) {
    it(`${name}: the pair that was kept is renewed at the next need`, async () => {
      const bench = await openBench({ rotation: "on_use" }, "person", atProcore);
      const row = [name, "network reset", "active, same pair", "well", "active, new pair"] as const;
      try {
        await tryRow(calls.refresh, row, bench);
      } finally {
        await bench.close();
      }
    });
  }
});

describe("the page of the fault table", () => {
  it("is what docs/faults.md says (UPDATE_GOLDEN=1 writes it anew)", () => {
    const sections = callNames.map((name) => ({ call: calls[name], seen: seen.get(name) ?? [] }));
    assert.ok(
      sections.every(({ seen: rows }) => rows.length === faultNames.length),
      "needs every row of this run to have gone as the table says",
    );
    assertGoldenFile(page, faultsPage(sections));
  });
});
