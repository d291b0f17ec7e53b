import assert from "node:assert/strict";
import { createFetchTransport } from "../../../../src/platform/network/fetchTransport.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { failureOf, get, itKeepsTheContract } from "./transportContract.ts";

const fetch = (): typeof globalThis.fetch => globalThis.fetch;

describe("createFetchTransport", () => {
  describe("as every transport", () =>
    itKeepsTheContract((options) => createFetchTransport({ ...options, fetch, env: {} })));

  const { clock } = standingClock();

  it("sends nothing over TLS while the editor would take any certificate", async () => {
    const calls: unknown[] = [];
    const counting: typeof globalThis.fetch = async (...call) => {
      calls.push(call);
      return new Response("ok");
    };
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const transport = createFetchTransport({ clock, fetch: () => counting, env });
    await failureOf(transport(get("https://api.procore.test/")), "certificatesUnchecked");
    assert.deepEqual(calls, []);
    // Without TLS there is nothing to check: only this machine is reached so.
    assert.equal((await transport(get("http://127.0.0.1:1/"))).body, "ok");
  });

  it("takes the fetch that the editor has at that time", async () => {
    let current = async (): Promise<Response> => new Response("first");
    const transport = createFetchTransport({ clock, fetch: () => current, env: {} });
    assert.equal((await transport(get("https://api.procore.test/"))).body, "first");
    current = async () => new Response("second");
    assert.equal((await transport(get("https://api.procore.test/"))).body, "second");
  });
});
