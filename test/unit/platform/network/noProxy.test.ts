import assert from "node:assert/strict";
import { isExempt } from "../../../../src/platform/network/noProxy.ts";

describe("isExempt", () => {
  const cases: readonly (readonly [entry: string, url: string, exempt: "exempt" | "proxied"])[] = [
    ["*", "https://api.procore.com", "exempt"],
    ["api.procore.com", "https://api.procore.com", "exempt"],
    ["API.Procore.COM ", "https://api.procore.com", "exempt"],
    ["api.procore.com.", "https://api.procore.com", "exempt"],
    ["api.procore.com", "https://api.procore.com./", "exempt"],
    ["procore.com", "https://api.procore.com", "exempt"],
    [".procore.com", "https://api.procore.com", "exempt"],
    [".procore.com", "https://procore.com", "exempt"],
    ["*.procore.com", "https://api.procore.com", "exempt"],
    ["procore.com", "https://notprocore.com", "proxied"],
    ["api.procore.com", "https://procore.com", "proxied"],
    ["procore.com.evil.test", "https://procore.com", "proxied"],
    ["pro*", "https://procore.com", "proxied"],
    ["", "https://procore.com", "proxied"],
    [".", "https://procore.com", "proxied"],
    ["procore.com:443", "https://procore.com", "exempt"],
    ["procore.com:443", "https://procore.com:8443", "proxied"],
    ["procore.com:8443", "https://procore.com:8443", "exempt"],
    ["procore.com:8443", "https://procore.com", "proxied"],
    ["10.1.2.3", "https://10.1.2.3", "exempt"],
    ["10.1.2.3", "https://110.1.2.3", "proxied"],
    ["0.1.2.3", "https://10.0.1.2.3.test", "proxied"],
    ["10.0.0.0/8", "https://10.1.2.3", "exempt"],
    ["10.0.0.0/8", "https://11.1.2.3", "proxied"],
    ["10.0.0.0/33", "https://10.1.2.3", "proxied"],
    ["10.0.0.0/", "https://10.1.2.3", "proxied"],
    ["procore.com/8", "https://procore.com", "proxied"],
    ["2001:db8::1", "https://[2001:db8::1]", "exempt"],
    ["[2001:db8::1]", "https://[2001:db8::1]", "exempt"],
    ["2001:DB8:0:0:0:0:0:1", "https://[2001:db8::1]", "exempt"],
    ["[2001:db8::1]:443", "https://[2001:db8::1]", "exempt"],
    ["[2001:db8::1]:443", "https://[2001:db8::1]:8443", "proxied"],
    ["2001:db8::2", "https://[2001:db8::1]", "proxied"],
    ["2001:db8::/32", "https://[2001:db8::1]", "exempt"],
    ["2001:db8::/32", "https://[2001:db9::1]", "proxied"],
    ["10.0.0.0/8", "https://[2001:db8::1]", "proxied"],
  ];
  for (const [entry, url, expected] of cases) {
    it(`${url} is ${expected} by "${entry}"`, () =>
      assert.equal(isExempt(new URL(url), ["other.test", entry]) ? "exempt" : "proxied", expected));
  }

  it("is false without entries", () => assert.equal(isExempt(new URL("https://procore.com"), []), false));
});
