import assert from "node:assert/strict";
import { companyId } from "../../../src/core/procore/ids.ts";
import { lazyNetwork } from "../../../src/platform/lazyNetwork.ts";
import type { Network } from "../../../src/platform/network/createNetwork.ts";
import { FakeProcoreClient, samplePage } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

function setUp() {
  const procore = new FakeProcoreClient();
  let loads = 0;
  let closed = 0;
  const load = async (): Promise<Network> => {
    loads += 1;
    const never = (): never => assert.fail("not asked for");
    return {
      tokenEndpoint: {
        checkCredentials: never,
        exchangeCode: never,
        refresh: never,
        clientCredentials: never,
        revoke: never,
        tokenInfo: never,
      },
      procore,
      identify: never,
      companyName: never,
      forget: never,
      ask: never,
      close: async () => void (closed += 1),
    };
  };
  const network = lazyNetwork(load);
  const pages = network.procore.allProjects(sampleConnection(), { companyId: companyId(7) });
  return { procore, network, pages, loads: () => loads, closed: () => closed };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("pages of a network that is not loaded yet", () => {
  it("load it when the first page is asked for", async () => {
    const { procore, pages, loads } = setUp();
    assert.equal(loads(), 0);
    const first = pages.next();
    await turn();
    assert.equal(loads(), 1);
    procore.projectsCalls[0]?.answer(samplePage(1, 300));
    assert.equal((await first).value?.items.length, 300);
    assert.deepEqual(await pages.next(), { done: true, value: undefined });
  });

  it("load nothing when nobody wants them any more", async () => {
    const { pages, loads } = setUp();
    assert.deepEqual(await pages.return?.(), { done: true, value: undefined });
    assert.deepEqual(await pages.next(), { done: true, value: undefined });
    assert.equal(loads(), 0);
  });

  it("close what is still being loaded when the window goes, and load nothing then", async () => {
    const one = setUp();
    const first = one.pages.next().catch(() => undefined);
    one.network.dispose();
    await turn();
    one.procore.projectsCalls[0]?.answer(samplePage(1, 1));
    await first;
    assert.equal(one.closed(), 1);
    const other = setUp();
    other.network.dispose();
    await turn();
    assert.deepEqual([other.loads(), other.closed()], [0, 0]);
  });

  it("end what is under way when they are left", async () => {
    const { procore, pages } = setUp();
    const first = pages.next();
    await turn();
    procore.projectsCalls[0]?.answer(samplePage(1, 900));
    await first;
    assert.deepEqual(await pages.return?.(), { done: true, value: undefined });
    assert.equal(procore.projectsCalls.length, 1);
  });
});
