import assert from "node:assert/strict";
import { createAttempt } from "../../../../src/auth/signIn/attempt.ts";
import { Drafts } from "../../../../src/auth/signIn/drafts.ts";
import type { completeServiceAccount as Complete } from "../../../../src/auth/signIn/serviceAccount.ts";
import type { TokenSet } from "../../../../src/core/oauth/tokenSet.ts";
import { companyId, userId } from "../../../../src/core/procore/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { SentRecords } from "../../../../src/core/sent/sentRecords.ts";
import type { User } from "../../../../src/core/session.ts";
import { sampleConnection } from "../../../fakes/sampleConnection.ts";
import { createMachine, openSessionWindow, type Machine, type SessionWindow } from "../../../fakes/sessionWindows.ts";
import { withStandInEditor } from "../../../fakes/standInEditor.ts";

const connection = sampleConnection({
  session: { kind: "signedOut" },
  grant: { kind: "clientCredentials", companyId: companyId(12), companyName: "Acme" },
});
const account: User = { id: userId(9), login: "service-account@example.com", name: undefined };
const keys = new Secret("app-secret");

describe("completeServiceAccount, while other windows go on", () => {
  let complete: typeof Complete;
  before(async () => {
    const load = () => import("../../../../src/auth/signIn/serviceAccount.ts");
    ({ completeServiceAccount: complete } = await withStandInEditor(load));
  });

  /** Signs a connection in again; `meanwhile` takes place in another window while the API tells who it is. */
  async function signInAgain(meanwhile: (other: SessionWindow & Machine) => Promise<unknown>) {
    const window = await open();
    const other = { ...window, ...(await openSessionWindow(window)) };
    const { clock, connections, sessions, endpoint } = window;
    const { environment, label, origins } = connection;
    const attempt = createAttempt({ ...environment, label, origins }, { account: "clientCredentials", connection });
    attempt.clientSecret = keys;
    attempt.serviceTokens = issue(window);
    const unused = async (): Promise<undefined> => undefined;
    const place = await complete(
      {
        connections,
        sessions,
        tokenEndpoint: endpoint,
        clock,
        identify: async () => {
          await meanwhile(other);
          return account;
        },
        companyName: unused,
        followWaits: () => ({ dispose: () => undefined }),
        sent: new SentRecords(),
        report: { failure: assert.fail, told: assert.fail, background: assert.fail },
        troubles: new Map(),
        drafts: new Drafts(),
      },
      attempt,
      new AbortController().signal,
    );
    return { ...window, place };
  }

  async function open() {
    const machine = createMachine(connection);
    const window = { ...machine, ...(await openSessionWindow(machine)) };
    await window.sessions.begin(connection, issue(window), keys);
    return window;
  }

  const issue = ({ endpoint }: Machine): TokenSet => ({ ...endpoint.issue(), refreshToken: undefined });

  it("replaces the session of the same service account that came meanwhile, and ends that one", async () => {
    const { place, sessions, endpoint } = await signInAgain(async (other) => {
      const seen = other.connections.get(connection.id) ?? assert.fail("It is not listed");
      await other.sessions.begin(seen, issue(other), keys);
    });
    assert.deepEqual(place, { step: "done", signedIn: connection.id });
    assert.equal((await sessions.accessToken(connection)).reveal(), "access-2");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(endpoint.revoked, ["access-1", "access-3"]);
  });

  it("makes a connection of its own when another window removed it meanwhile", async () => {
    const { place, connections, file } = await signInAgain(({ sessions }) => sessions.remove(connection.id));
    assert.ok(place.step === "done" && place.signedIn !== undefined && place.signedIn !== connection.id);
    const [listed] = connections.current.connections;
    assert.deepEqual([listed?.id, listed?.user, listed?.session.kind], [place.signedIn, account, "active"]);
    assert.equal((await file.read()).lastUsed, place.signedIn);
  });
});
