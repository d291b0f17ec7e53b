import assert from "node:assert/strict";
import { copyFile, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseConnections } from "../../../src/auth/connectionsFile.ts";
import { sessionKey } from "../../../src/auth/sessionHome.ts";
import { sixHoursMs } from "../../sessions/crew.ts";
import { describeExceptions } from "../../sessions/excuses.ts";
import { runManyProcesses, type ManyProcessesOptions, type ManyProcessesResult } from "../../sessions/run.ts";
import { canStop, startWorker, type Worker } from "../../sessions/workers.ts";
import { startWorld, type World } from "../../sessions/world.ts";
import { say } from "../../harness/progress.ts";
import { inOwnPidNamespace, pidNamespaceWords } from "../../harness/pidNamespace.ts";

const homes = ["sealedFile", "secretStorage"] as const;
const nothing = { killed: 0, takenOver: 0, lostAnswer: 0 };

async function run(options: Partial<ManyProcessesOptions>): Promise<ManyProcessesResult> {
  const result = await runManyProcesses({ seed: 4, refreshes: 60, processes: 4, boundMs: 80_000, ...options });
  if (options.disturbances !== "none") say(`    ${describeExceptions(result)}`);
  assert.deepEqual(result.unexplained, []);
  assert.equal(result.usableAtEnd, result.connections);
  return result;
}

describe("sessions that real processes share", function () {
  this.timeout(120_000);

  it("are ended, and a run fails, when it is not over in its time", async () => {
    const options = { seed: 4, refreshes: 1, processes: 2, connections: 1, disturbances: "none" } as const;
    await assert.rejects(runManyProcesses({ ...options, boundMs: 50 }), {
      message: "The run was not over after 0.05 s",
    });
  });

  for (const home of homes) {
    it(`lose nothing and send nothing twice while all goes on (${home})`, async () => {
      const result = await run({ home, disturbances: "none", refreshes: 20 });
      assert.deepEqual([result.sentTwice, result.lost, result.askedToSignIn], [nothing, nothing, 0]);
      assert.ok(result.refreshes >= 20, `${result.refreshes} refreshes`);
    });
  }

  // On a desktop, where they see each other's secrets late, more sessions make as many refreshes in the time.
  for (const [home, connections] of [
    ["sealedFile", 2],
    ["secretStorage", 4],
  ] as const) {
    it(`lose and repeat only what the server's rule takes, with kills, stops, lost answers and 5xx (${home})`, async () => {
      const result = await run({ seed: 44, home, connections });
      assert.ok(result.refreshes >= 60, `${result.refreshes} refreshes`);
      // With this seed the dice have each of them in the first thirty refreshes.
      for (const kind of ["kills", "answersTaken", "requestsTaken", ...(canStop ? (["stops"] as const) : [])] as const)
        assert.ok(result[kind] > 0, `${kind}: none`);
    });
  }

  for (const home of homes) {
    it(`go on in two pid namespaces, where no process can see the other (${pidNamespaceWords}; ${home})`, async () => {
      const elsewhere: Partial<ManyProcessesOptions> =
        inOwnPidNamespace === undefined ? { place: "elsewhere" } : { launcher: inOwnPidNamespace };
      const alone = { processes: 2, connections: 1, disturbances: "none" } as const;
      const result = await run({ ...elsewhere, ...alone, home, refreshes: 20 });
      assert.deepEqual([result.sentTwice, result.lost, result.askedToSignIn], [nothing, nothing, 0]);
      assert.ok(result.refreshes >= 20, `${result.refreshes} refreshes`);
    });

    it(`go on with wall clocks that are six hours ahead, right, and six hours behind (${home})`, async () => {
      const wallOffsetsMs = [sixHoursMs, 0, -sixHoursMs];
      const result = await run({ home, processes: 3, refreshes: 30, wallOffsetsMs, disturbances: "none" });
      assert.deepEqual([result.sentTwice, result.lost, result.askedToSignIn], [nothing, nothing, 0]);
      assert.ok(result.refreshes >= 30, `${result.refreshes} refreshes`);
    });
  }
});

for (const home of homes)
  describe(`a session that a process opens (${home})`, function () {
    this.timeout(60_000);
    let world: World;
    let id = "";
    let workers: Worker[] = [];
    beforeEach(async () => {
      world = await startWorld({ connections: 1, home, seed: 1 });
      id = world.connectionIds[0] ?? "";
      workers = [];
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.finish()));
      await world.close();
    });

    const start = async (name: string, wallOffsetMs = 0): Promise<Worker> => {
      const { folder } = world;
      const worker = await startWorker({ folder, home, name, wallOffsetMs, seed: 1, place: "here" });
      workers.push(worker);
      return worker;
    };
    const failureOf = (report: Awaited<ReturnType<Worker["tried"]>>): string =>
      report.kind === "failed" ? report.failure : report.kind;
    const tokensSent = (): readonly string[] => world.offers.map(({ tokenFingerprint }) => tokenFingerprint);
    /** Where the tokens are: the sealed file, or the value in what stands for the system's keyring. */
    async function tokensFile(): Promise<string> {
      if (home === "secretStorage") return path.join(world.folder, "secrets", sessionKey(id));
      const sessions = path.join(world.folder, "sessions");
      return path.join(sessions, (await readdir(sessions)).find((file) => file.endsWith(".sealed")) ?? "");
    }
    /** Copies the tokens aside; gives the way to put them back. */
    async function copyTokens(aside: string): Promise<() => Promise<void>> {
      const file = await tokensFile();
      await copyFile(file, path.join(world.folder, aside));
      return () => copyFile(path.join(world.folder, aside), file);
    }

    for (const [words, offsetMs] of [
      ["ahead", sixHoursMs],
      ["behind", -sixHoursMs],
    ] as const) {
      it(`is not renewed again and again by a clock six hours ${words}`, async () => {
        const worker = await start("skewed", offsetMs);
        assert.equal(failureOf(await worker.tried({ do: "renew", connectionId: id })), "worked");
        const first = world.offers.length - 1;
        for (let count = 0; count < 5; count += 1) {
          assert.equal(failureOf(await worker.tried({ do: "use", connectionId: id })), "worked");
        }
        // Two-second tokens: on a slow machine one more may be due. By the server's own record none was renewed early; the
        // skew is known to the second, so some have 1.2 s left.
        const renewals = world.offers.slice(first);
        const ages = renewals.slice(1).map(({ at }, index) => at - (renewals[index]?.at ?? 0));
        assert.deepEqual(
          ages.filter((age) => age < 800),
          [],
        );
      });
    }

    it("is not spent when an old copy of its tokens was put back under a running and under a fresh process", async () => {
      const running = await start("running");
      const putBack = await copyTokens("aside");
      await running.tried({ do: "renew", connectionId: id });
      await running.tried({ do: "renew", connectionId: id });
      assert.equal(tokensSent().length, 2);
      await putBack();
      assert.equal(failureOf(await running.tried({ do: "renew", connectionId: id })), "signedOut/olderCopy");
      const fresh = await start("fresh");
      assert.equal(failureOf(await fresh.tried({ do: "use", connectionId: id })), "signedOut/olderCopy");
      assert.equal(failureOf(await fresh.tried({ do: "renew", connectionId: id })), "signedOut/olderCopy");
      assert.equal(tokensSent().length, 2);
      await world.signIn(id);
      assert.equal(failureOf(await running.tried({ do: "renew", connectionId: id })), "worked");
      assert.equal(failureOf(await fresh.tried({ do: "use", connectionId: id })), "worked");
      assert.equal(new Set(tokensSent()).size, tokensSent().length);
    });

    it("goes on when its newest tokens come back after an old copy", async () => {
      const running = await start("running");
      const putOldBack = await copyTokens("old");
      assert.equal(failureOf(await running.tried({ do: "renew", connectionId: id })), "worked");
      const putNewestBack = await copyTokens("newest");
      await putOldBack();
      assert.equal(failureOf(await running.tried({ do: "renew", connectionId: id })), "signedOut/olderCopy");
      await putNewestBack();
      assert.equal(failureOf(await running.tried({ do: "renew", connectionId: id })), "worked");
      const fresh = await start("fresh");
      assert.equal(failureOf(await fresh.tried({ do: "renew", connectionId: id })), "worked");
      assert.equal(new Set(tokensSent()).size, tokensSent().length);
      assert.equal(tokensSent().length, 3);
      const list = await readFile(path.join(world.folder, "connections.json"), "utf8");
      assert.equal(parseConnections(list).connections[0]?.session.kind, "active");
    });
  });
