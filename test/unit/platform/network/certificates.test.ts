import assert from "node:assert/strict";
import { syncBuiltinESMExports } from "node:module";
import tls from "node:tls";
import { Secret } from "../../../../src/core/secret.ts";
import { createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { type NetworkSettings, nothingSet } from "../../../../src/platform/network/settings.ts";
import { type IdentityName, testAuthority } from "../../../fakes/certificates.ts";
import { startForwardProxy } from "../../../fakes/forwardProxy.ts";
import { startTlsOrigin } from "../../../fakes/tlsOrigin.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { failureOf, get } from "./transportContract.ts";
import { trustTestAuthority } from "./trust.ts";

const host = "api.procore.test";
const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

describe("the system's certificate store", () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).toReversed()) await clean();
  });

  /** Has the system's store give what `read` gives; Node's own stay as they are. */
  function storeGives(read: () => string[]): void {
    const before = tls.getCACertificates;
    const replace = (next: typeof before): void => {
      tls.getCACertificates = next;
      syncBuiltinESMExports();
    };
    replace((kind) => (kind === "system" ? read() : before.call(tls, kind)));
    cleanUp.push(() => replace(before));
  }

  /** Asks a host behind a proxy, whose certificate is another with each name. */
  async function ask(
    name: IdentityName,
    settings: Partial<NetworkSettings> = {},
  ): Promise<{ readonly status: number }> {
    const origin = await startTlsOrigin(name, (_request, response) => void response.end());
    const proxy = await startForwardProxy({ names: { [host]: origin.port } });
    const current = { ...nothingSet, proxy: new Secret(proxy.url), ...settings };
    const transport = createUndiciTransport({ clock: standingClock().clock, settings: () => current, env: {} });
    cleanUp.push(
      () => origin.close(),
      () => proxy.close(),
      () => transport.close(),
    );
    return await transport(get(`https://${host}/`));
  }

  it("is trusted, whatever else it holds that is no certificate", async () => {
    const { cert } = await testAuthority();
    storeGives(() => ["", "no certificate", broken, cert]);
    assert.equal((await ask("procore-test")).status, 200);
  });

  it("is not trusted where http.systemCertificates is off", async () => {
    const { cert } = await testAuthority();
    storeGives(() => [cert]);
    await failureOf(ask("procore-test", { systemCertificates: "ignored" }), "certificate");
  });

  it("leaves Node's own authorities where it cannot be read, and certificates are checked all the same", async () => {
    cleanUp.push(await trustTestAuthority());
    storeGives(() => {
      throw new Error("The store is locked");
    });
    assert.equal((await ask("procore-test")).status, 200);
    await failureOf(ask("self-signed"), "certificate");
    await failureOf(ask("expired"), "certificateExpired");
  });
});
