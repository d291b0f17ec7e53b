import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { assertSameOrigin, buildUrl, isLoopback, isSendable } from "../../../../src/core/http/origin.ts";

const api = "https://api.procore.com";
const isNotAllowed = (error: unknown): boolean =>
  error instanceof ProcoreError && error.failure.kind === "network" && error.failure.cause === "notAllowed";
const codeUnit = fc.nat(0xffff).map((unit) => String.fromCharCode(unit));
const nasty = fc.constantFrom(
  "//evil.test",
  "..",
  ".",
  "%2e%2e",
  "\\\\evil.test",
  "a/../b",
  "?",
  "#",
  "@evil.test",
  "\t",
  "",
);
const segment = fc.oneof(fc.string({ unit: codeUnit }), fc.string(), nasty);

describe("buildUrl", () => {
  it("keeps origin and number of segments, whatever the segments and the query hold", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), fc.dictionary(segment, segment), (segments, query) => {
        let url: URL;
        try {
          url = buildUrl(api, segments, query);
        } catch (error) {
          refused += 1;
          assert.ok(isNotAllowed(error));
          assert.ok(segments.some((each) => ["", ".", ".."].includes(each) || /\p{Cs}/u.test(each)));
          return;
        }
        assert.equal(url.origin, api);
        assert.equal(url.username + url.password + url.hash, "");
        const path = url.pathname.split("/").slice(1);
        assert.deepEqual(path.map(decodeURIComponent), segments);
      }),
      { numRuns: 500 },
    );
    assert.ok(refused > 0 && refused < 500);
  });

  it("encodes queries as Procore's lists want them", () => {
    const url = buildUrl(api, ["rest", "v1.1", "projects"], {
      company_id: 12,
      "filters[by_status]": "All",
      "filters[id]": ["1", "2"],
      "filters[by_stage][]": ["a&b"],
    });
    assert.equal(
      decodeURIComponent(url.search),
      "?company_id=12&filters[by_status]=All&filters[id][]=1&filters[id][]=2&filters[by_stage][]=a&b",
    );
    assert.match(url.search, /a%26b$/);
  });

  const refusedOrigins = [
    "",
    "api.procore.com",
    "http://api.procore.com",
    "https://user@api.procore.com",
    "https://api.procore.com/path",
    "https://api.procore.com?x",
    "ftp://localhost",
    "file:///etc",
  ];
  for (const origin of refusedOrigins) {
    it(`refuses the origin "${origin}"`, () => assert.throws(() => buildUrl(origin, ["rest"]), isNotAllowed));
  }
});

describe("assertSameOrigin", () => {
  const cases: readonly { url: string; isSame: boolean }[] = [
    { url: "https://api.procore.com/rest", isSame: true },
    { url: "https://API.procore.com:443/rest", isSame: true },
    { url: "http://api.procore.com/rest", isSame: false },
    { url: "https://api.procore.com:444/rest", isSame: false },
    { url: "https://api.procore.com.evil.test/", isSame: false },
    { url: "https://user:word@api.procore.com/", isSame: false },
    { url: new URL("//evil.test/x", api).href, isSame: false },
  ];
  for (const { url, isSame } of cases) {
    it(`${isSame ? "takes" : "refuses"} ${url}`, () => {
      const check = (): void => assertSameOrigin(new URL(url), api);
      if (isSame) assert.doesNotThrow(check);
      else assert.throws(check, isNotAllowed);
    });
  }
});

describe("isSendable", () => {
  const cases: readonly { url: string; sendable: boolean }[] = [
    { url: "https://anything.test/", sendable: true },
    { url: "http://127.0.0.1:3000/", sendable: true },
    { url: "http://127.1/", sendable: true },
    { url: "http://[::1]:80/", sendable: true },
    { url: "http://localhost/", sendable: true },
    { url: "http://localhost.evil.test/", sendable: false },
    { url: "http://127.0.0.1.evil.test/", sendable: false },
    { url: "http://128.0.0.1/", sendable: false },
    { url: "http://0.0.0.0/", sendable: false },
    { url: "http://me@127.0.0.1/", sendable: false },
    { url: "ws://localhost/", sendable: false },
  ];
  for (const { url, sendable } of cases) {
    it(`${sendable ? "takes" : "refuses"} ${url}`, () => assert.equal(isSendable(new URL(url)), sendable));
  }
  it("knows this machine's own names only", () => {
    assert.ok(isLoopback("127.255.255.254"));
    assert.ok(!isLoopback("127.evil.test"));
  });
});
