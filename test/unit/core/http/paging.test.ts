import assert from "node:assert/strict";
import { hasNextPage, readPaging } from "../../../../src/core/http/paging.ts";

describe("readPaging", () => {
  const next = '<https://api.procore.com/rest/v1.0/companies?page=2>; rel="next"';
  const cases: readonly { name: string; link: string | undefined; hasNext: boolean | undefined }[] = [
    { name: "no header", link: undefined, hasNext: undefined },
    { name: "a next page", link: next, hasNext: true },
    { name: "several", link: `<https://a.test/1>; rel="first", ${next}`, hasNext: true },
    { name: "the last page", link: '<https://a.test/1>; rel="first", <https://a.test/1>; rel="prev"', hasNext: false },
    { name: "no quotes", link: "<https://a.test/1>; REL=next", hasNext: true },
    { name: "two relations at once", link: '<https://a.test/1>; rel="next last"', hasNext: true },
    { name: "next in an address only", link: '<https://a.test/?rel="next">; rel="prev"', hasNext: false },
    { name: "blanks", link: " ", hasNext: undefined },
  ];
  for (const { name, link, hasNext } of cases) {
    it(`reads ${name}`, () => assert.equal(readPaging(link === undefined ? {} : { link }).hasNext, hasNext));
  }
  it("reads Total and Per-Page", () => {
    assert.deepEqual(readPaging({ total: "10482", "per-page": "300" }), {
      total: 10_482,
      perPage: 300,
      hasNext: undefined,
    });
    assert.deepEqual(readPaging({ total: "-1", "per-page": "0" }), {
      total: undefined,
      perPage: undefined,
      hasNext: undefined,
    });
  });
});

describe("hasNextPage", () => {
  const none = { total: undefined, perPage: undefined, hasNext: undefined };
  const cases: readonly { name: string; paging: typeof none | object; rows: number; expected: boolean }[] = [
    { name: "Link says yes", paging: { hasNext: true, total: 3 }, rows: 3, expected: true },
    { name: "Link says no", paging: { hasNext: false, total: 900 }, rows: 3, expected: false },
    { name: "an empty page", paging: { hasNext: true }, rows: 0, expected: false },
    { name: "Total says yes", paging: { total: 4 }, rows: 2, expected: true },
    { name: "Total says no", paging: { total: 3 }, rows: 3, expected: false },
    { name: "a full page", paging: {}, rows: 3, expected: true },
    { name: "a short page", paging: {}, rows: 2, expected: false },
  ];
  for (const { name, paging, rows, expected } of cases) {
    it(`${expected} when there is ${name}`, () =>
      assert.equal(hasNextPage({ ...none, ...paging }, { page: 1, perPage: 3, rows }), expected));
  }
});
