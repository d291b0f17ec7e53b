import assert from "node:assert/strict";
import { authorizationUrl } from "../../../../src/core/oauth/authorizationUrl.ts";

describe("authorizationUrl", () => {
  it("is exactly what Procore documents: no PKCE, no state", () => {
    assert.equal(
      authorizationUrl({ loginOrigin: "https://login-sandbox.procore.com", clientId: "my-client" }),
      "https://login-sandbox.procore.com/oauth/authorize?response_type=code&client_id=my-client&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob",
    );
  });

  it("keeps an odd client ID inside its parameter", () => {
    const url = new URL(authorizationUrl({ loginOrigin: "https://login.procore.com", clientId: "a&redirect_uri=x#y" }));
    assert.equal(url.searchParams.get("client_id"), "a&redirect_uri=x#y");
    assert.deepEqual(url.searchParams.getAll("redirect_uri"), ["urn:ietf:wg:oauth:2.0:oob"]);
  });
});
