import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { routeTo } from "../../../../src/platform/network/route.ts";
import { type Environment, type NetworkSettings, nothingSet } from "../../../../src/platform/network/settings.ts";

const host = "https://api.procore.com/";
const via = (proxy: string): Partial<NetworkSettings> => ({ proxy: new Secret(proxy) });

/** The route in one line: `direct (why)` or `kind address (named by) user:password`. */
function line(settings: Partial<NetworkSettings>, env: Environment = {}, url = host): string {
  const route = routeTo(new URL(url), { ...nothingSet, ...settings }, env);
  if (route.kind === "direct") return `direct (${route.why})`;
  const { kind, address, namedBy, userName, password } = route.proxy;
  return `${kind} ${address} (${namedBy}) ${userName}:${password.reveal()}`;
}

describe("routeTo", () => {
  const env = { HTTPS_PROXY: "http://env:1" };

  const orders: readonly (readonly [string, Partial<NetworkSettings>, Environment, string])[] = [
    ["nothing says anything", {}, {}, "direct (noneNamed)"],
    ["the setting names one", via("http://set:1"), {}, "http set:1 (http.proxy) :"],
    ["setting and environment name one", via("http://set:1"), env, "http set:1 (http.proxy) :"],
    ["the environment names one", {}, env, "http env:1 (HTTPS_PROXY) :"],
    ["small letters", {}, { https_proxy: "http://env:1" }, "http env:1 (https_proxy) :"],
    ["HTTP_PROXY alone", {}, { HTTP_PROXY: "http://env:1" }, "http env:1 (HTTP_PROXY) :"],
    ["http_proxy alone", {}, { http_proxy: "http://env:1" }, "http env:1 (http_proxy) :"],
    ["ALL_PROXY alone", {}, { ALL_PROXY: "socks5://env:1" }, "socks5 env:1 (ALL_PROXY) :"],
    ["all_proxy alone", {}, { all_proxy: "socks5h://env" }, "socks5 env:1080 (all_proxy) :"],
    ["several", {}, { ...env, HTTP_PROXY: "http://x:2", ALL_PROXY: "http://y:3" }, "http env:1 (HTTPS_PROXY) :"],
    ["an empty one", {}, { HTTPS_PROXY: " ", ALL_PROXY: "http://y:3" }, "http y:3 (ALL_PROXY) :"],
    ["the support is off", { ...via("http://set:1"), proxySupport: "off" }, env, "direct (off)"],
    ["http.noProxy", { ...via("http://set:1"), noProxy: ["procore.com"] }, {}, "direct (noProxy)"],
    ["NO_PROXY", {}, { ...env, NO_PROXY: "localhost, .procore.com" }, "direct (noProxy)"],
    ["no_proxy", via("http://set:1"), { no_proxy: "x procore.com" }, "direct (noProxy)"],
    ["http.noProxy and NO_PROXY", { noProxy: ["x"] }, { ...env, NO_PROXY: "*" }, "http env:1 (HTTPS_PROXY) :"],
  ];
  for (const [name, settings, environment, expected] of orders) {
    it(`goes ${expected} with ${name}`, () => assert.equal(line(settings, environment), expected));
  }

  for (const url of ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "https://127.0.0.2/"]) {
    it(`reaches ${url} without a proxy, even one that cannot be understood`, () => {
      assert.equal(line(via("http://set:1"), env, url), "direct (loopback)");
      assert.equal(line(via("://"), {}, url), "direct (loopback)");
    });
  }

  const addresses: readonly (readonly [string, string])[] = [
    ["proxy.test:8080", "http proxy.test:8080 (http.proxy) :"],
    [" http://proxy.test ", "http proxy.test:80 (http.proxy) :"],
    ["HTTP://Proxy.Test:8080/", "http proxy.test:8080 (http.proxy) :"],
    ["https://proxy.test", "https proxy.test:443 (http.proxy) :"],
    ["http://[2001:db8::1]:3128", "http [2001:db8::1]:3128 (http.proxy) :"],
    ["http://anna:s3cret@proxy.test:1", "http proxy.test:1 (http.proxy) anna:s3cret"],
    ["anna:s3cret@proxy.test:1", "http proxy.test:1 (http.proxy) anna:s3cret"],
    ["http://corp%5Canna:p%40ss%2F%23w%C3%B6rd@proxy.test:1", "http proxy.test:1 (http.proxy) corp\\anna:p@ss/#wörd"],
    ["http://anna:a%b@proxy.test:1", "http proxy.test:1 (http.proxy) anna:a%b"],
    ["http://anna@proxy.test:1", "http proxy.test:1 (http.proxy) anna:"],
  ];
  for (const [text, expected] of addresses) {
    it(`reads "${text}"`, () => assert.equal(line(via(text)), expected));
  }

  // A password with one of these letters in it makes a name the host, and the rest something else.
  const cut = [
    "http://anna:8080#MARKED@proxy:1",
    "anna:80?MARKED@proxy:1",
    "http://anna:80/MARKED@proxy:1",
    "http://p:1/x",
  ];
  for (const text of [
    "http://",
    "http://proxy:99999",
    "ftp://x:1",
    "socks4://x:1",
    "http://u:MARKED#x@h:1",
    "a b c",
    ...cut,
  ]) {
    it(`says which setting holds "${text}", and nothing of it`, () => {
      for (const [settings, environment, name] of [
        [via(text), {}, "http.proxy"],
        [{}, { https_proxy: text }, "https_proxy"],
      ] as const) {
        assert.throws(
          () => line(settings, environment),
          (error) => {
            assert.ok(error instanceof ProcoreError);
            assert.equal(error.failure.kind === "network" && error.failure.cause, "proxySetting");
            assert.ok(error.message.includes(`${name} does not name a proxy`), error.message);
            assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes("MARKED"));
            return true;
          },
        );
      }
    });
  }

  it("reads whatever is typed, or says that it cannot", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((word) => `http://u:${word}@proxy:1`),
    );
    fc.assert(
      fc.property(text, fc.string(), (proxy, exempt) => {
        try {
          routeTo(new URL(host), { ...nothingSet, proxy: new Secret(proxy), noProxy: [exempt] }, {});
        } catch (error) {
          assert.ok(error instanceof ProcoreError);
        }
      }),
    );
  });

  it("hides credentials when a route is printed", () => {
    const route = routeTo(new URL(host), { ...nothingSet, ...via("http://anna:MARKED@proxy.test:1") }, {});
    assert.ok(!`${inspect(route, { depth: Infinity, showHidden: true })}${JSON.stringify(route)}`.includes("MARKED"));
  });
});
