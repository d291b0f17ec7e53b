import { Secret } from "../../../../src/core/secret.ts";
import { createFetchTransport } from "../../../../src/platform/network/fetchTransport.ts";
import { createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { nothingSet } from "../../../../src/platform/network/settings.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { itKeepsTheProxyContract } from "./proxyContract.ts";
import { leadFetchThrough, trustTestAuthority } from "./trust.ts";

const { clock } = standingClock();

describe("a proxy that is the only way out", () => {
  let distrust = (): void => undefined;
  before(async () => (distrust = await trustTestAuthority()));
  after(() => distrust());

  describe("for undici", () =>
    itKeepsTheProxyContract(async (address) => {
      const settings = { ...nothingSet, proxy: new Secret(address) };
      const transport = createUndiciTransport({ clock, settings: () => settings, env: {} });
      return { transport, close: () => transport.close() };
    }));

  // Node's fetch in place of the editor's, which runs the same tests in a real VS Code.
  describe("for fetch", () =>
    itKeepsTheProxyContract(async (address) => {
      const restore = leadFetchThrough(address);
      const transport = createFetchTransport({ clock, env: {}, fetch: () => globalThis.fetch });
      return {
        transport,
        async close() {
          restore();
          await transport.close();
        },
      };
    }));
});
