import assert from "node:assert/strict";
import { createAttempt } from "../../../../src/auth/signIn/attempt.ts";
import type { completeSignIn as Complete } from "../../../../src/auth/signIn/completeSignIn.ts";
import { secondMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { userId } from "../../../../src/core/procore/ids.ts";
import { SentRecords } from "../../../../src/core/sent/sentRecords.ts";
import type { User } from "../../../../src/core/session.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { sampleConnection } from "../../../fakes/sampleConnection.ts";
import { createMachine, openSessionWindow } from "../../../fakes/sessionWindows.ts";
import { Screen, withStandInEditor } from "../../../fakes/standInEditor.ts";

const connection = sampleConnection({ session: { kind: "signedOut" } });
const grace: User = { id: userId(8), login: "grace@example.com", name: "Grace" };
const keys = new Secret("app-secret");

describe("completeSignIn, for a connection that was another user's", () => {
  let complete: typeof Complete;
  before(async () => {
    const load = () => import("../../../../src/auth/signIn/completeSignIn.ts");
    ({ completeSignIn: complete } = await withStandInEditor(load));
  });

  /** A dialogue began while the connection was signed out; meanwhile somebody signed in, and now it has tokens. */
  async function openLate(identify: () => Promise<User>) {
    const machine = createMachine(connection);
    const { endpoint, secrets, clock } = machine;
    const { connections, sessions } = await openSessionWindow(machine);
    const { environment, label, origins } = connection;
    const attempt = createAttempt({ ...environment, label, origins }, { account: "authorizationCode", connection });
    attempt.clientSecret = keys;
    await sessions.begin(connection, endpoint.issue(), keys);
    const stored = new Map(secrets.values);
    const screen = new Screen();
    const failures: unknown[] = [];
    const tokens = endpoint.issue();
    const done = screen.run(() =>
      complete(
        {
          connections,
          sessions,
          tokenEndpoint: endpoint,
          clock,
          identify,
          followWaits: () => ({ dispose: () => undefined }),
          sent: new SentRecords(),
          companyName: async () => undefined,
          report: { failure: (error) => failures.push(error), told: assert.fail, background: assert.fail },
        },
        attempt,
        tokens,
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    return { ...machine, connections, sessions, stored, screen, input: screen.input, done, failures };
  }

  it("asks again when somebody signed in while the person chose, and keeps what came meanwhile", async () => {
    const { secrets, connections, sessions, screen, input, done, endpoint } = await openLate(async () => grace);
    assert.ok(input?.kind === "list", "nobody is asked");
    const seen = connections.get(connection.id) ?? assert.fail("It is not listed");
    await sessions.begin(seen, endpoint.issue(), keys);
    const stored = new Map(secrets.values);
    input.choose(0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(secrets.values, stored);
    assert.ok(screen.input?.kind === "list" && screen.input !== input, "nobody is asked again");
    screen.input.choose(1);
    assert.equal(await done, undefined);
    assert.deepEqual(secrets.values, stored);
    assert.deepEqual(endpoint.revoked, ["access-1", "access-2"]);
  });

  it("makes a connection of its own when another window removes it while the person chose", async () => {
    const { connections, sessions, input, done, file, clock } = await openLate(async () => grace);
    assert.ok(input?.kind === "list", "nobody is asked");
    await sessions.remove(connection.id);
    await clock.advance(secondMs);
    input.choose(0);
    const signedIn = await done;
    assert.ok(signedIn !== undefined && signedIn !== connection.id);
    assert.equal(connections.current.active?.id, signedIn);
    assert.equal(connections.get(signedIn)?.createdAt, clock.now());
    assert.deepEqual(
      (await file.read()).connections.map(({ id, user }) => [id, user?.login]),
      [[signedIn, grace.login]],
    );
    assert.equal((await sessions.accessToken(connections.get(signedIn) ?? connection)).reveal(), "access-2");
  });

  it("stores nothing before the person chose, and ends the new pair when the old one is kept", async () => {
    const { secrets, stored, input, done, endpoint } = await openLate(async () => grace);
    assert.ok(input?.kind === "list", "nobody is asked");
    assert.deepEqual(secrets.values, stored);
    input.choose(1);
    assert.equal(await done, undefined);
    assert.deepEqual(secrets.values, stored);
    assert.deepEqual(endpoint.revoked, ["access-2"]);
  });

  it("asks also when Procore does not tell who signed in, and a session came while the dialogue was open", async () => {
    const untold = async (): Promise<never> => {
      throw new ProcoreError({ kind: "network", cause: "timeout", host: "api.test" });
    };
    const { secrets, stored, input, done, endpoint, failures } = await openLate(untold);
    assert.ok(input?.kind === "list", "nobody is asked");
    input.escape();
    assert.equal(await done, undefined);
    assert.deepEqual(secrets.values, stored);
    assert.deepEqual(endpoint.revoked, ["access-2"]);
    assert.equal(failures.length, 1);
  });
});
