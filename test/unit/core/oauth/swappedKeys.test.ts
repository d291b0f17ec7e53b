import assert from "node:assert/strict";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { createTokenEndpoint } from "../../../../src/core/oauth/tokenEndpoint.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { startSandbox } from "../../../../src/sandbox/index.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";

describe("client ID and secret that changed places", () => {
  it("are refused before the browser opens, as keys of the wrong app are", async () => {
    const clock = new FakeClock();
    const transport = createUndiciTransport({ clock });
    const sandbox = await startSandbox({ clock });
    try {
      const endpoint = createTokenEndpoint({ transport, clock, userAgent: "test", log: () => undefined });
      const app = { environmentLabel: "Local Sandbox", loginOrigin: sandbox.baseUrl };
      const { clientId, clientSecret } = sandbox;
      await endpoint.checkCredentials({ ...app, clientId, clientSecret: new Secret(clientSecret) });
      const swapped = endpoint.checkCredentials({ ...app, clientId: clientSecret, clientSecret: new Secret(clientId) });
      await assert.rejects(
        swapped,
        (error) => error instanceof ProcoreError && error.failure.kind === "credentialsRejected",
      );
    } finally {
      await sandbox.close();
      await transport.close();
    }
  });
});
