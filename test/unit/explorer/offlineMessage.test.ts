import assert from "node:assert/strict";
import { offlineMessage } from "../../../src/explorer/offlineMessage.ts";

describe("offlineMessage", () => {
  it("says since when, what is shown, why, and what to do", () => {
    const since = new Date(2026, 0, 5, 14, 32).getTime();
    assert.equal(
      offlineMessage({ since, failure: { kind: "network", cause: "timeout", host: "api.procore.com" } }),
      "Offline since 14:32, showing what was loaded. api.procore.com did not answer in time. Check your connection, then try again. If only a proxy leads out of your network, set http.proxy.",
    );
  });

  it("does not call it offline when somebody answered", () => {
    const since = new Date(2026, 0, 5, 14, 32).getTime();
    assert.match(
      offlineMessage({ since, failure: { kind: "rateLimited" } }),
      /^Not refreshed since 14:32, showing what was loaded\. Procore's rate limit is reached\./u,
    );
  });
});
