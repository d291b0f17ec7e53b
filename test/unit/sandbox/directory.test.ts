import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createDirectory } from "../../../src/sandbox/data/directory.ts";
import { linkHeader, pageOf } from "../../../src/sandbox/rest/paging.ts";

const admin = (seed: number) => createDirectory(seed, { companies: 1, projects: 1 }).users[0];

describe("Local Sandbox: data from a seed", () => {
  it("is the same for the same seed and another for another", () => {
    const text = (seed: number): string => {
      const directory = createDirectory(seed, { companies: 4, projects: 40 });
      const user = directory.users[0];
      assert.ok(user !== undefined);
      return JSON.stringify([
        directory.users,
        directory.companies.map((company) => [company, directory.projects(company, user)]),
      ]);
    };
    assert.equal(text(5), text(5));
    assert.notEqual(text(5), text(6));
  });

  it("has unique ids over all companies, each found again, and as many active projects as asked for", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 60 }),
        (seed, companies, projects) => {
          const directory = createDirectory(seed, { companies, projects });
          const user = admin(seed);
          assert.ok(user !== undefined);
          const all = directory.companies.flatMap((company) => {
            const list = directory.projects(company, user);
            if (!company.isFree) assert.equal(list.filter(({ active }) => active).length, projects);
            for (const project of list) assert.deepEqual(directory.project(project.id), { company, project });
            return list;
          });
          assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
          assert.equal(new Set(directory.companies.map(({ id }) => id)).size, companies + 1);
        },
      ),
    );
  });

  it("finds nothing for ids that are no project's", () => {
    const directory = createDirectory(1, { companies: 3, projects: undefined });
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.nat().map(String), fc.constantFrom("", "-1", "1e3", "9".repeat(30))),
        (id) => {
          const found = directory.project(id);
          assert.ok(found === undefined || found.project.id === id);
        },
      ),
    );
  });

  it("names a company's projects differently", () => {
    const directory = createDirectory(3, { companies: 4, projects: 2_000 });
    const user = admin(3);
    assert.ok(user !== undefined);
    for (const company of directory.companies) {
      const names: readonly string[] = directory.projects(company, user).map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
    }
  });

  it("costs nothing until it is used, however large", () => {
    const directory = createDirectory(1, { companies: 1_000, projects: 10_000 });
    assert.equal(directory.companies.length, 1_001);
    assert.equal(directory.companies.at(-2)?.projectsBefore, 999 * 10_625);
  });
});

describe("Local Sandbox: paging", () => {
  it("joins its pages to the whole list, whatever the size", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 50 }), fc.integer({ min: 1, max: 20 }), (list, perPage) => {
        const joined: number[] = [];
        for (let page = 1; page < 100; page++) {
          const query = { page: String(page), perPage: String(perPage), address: "http://x/y" };
          const { items, headers } = pageOf(list, query, { defaultSize: 7, maximumSize: 20 });
          joined.push(...items);
          assert.equal(headers["Total"], String(list.length));
          if (headers["Link"]?.includes('rel="next"') !== true) break;
        }
        assert.deepEqual(joined, list);
      }),
    );
  });

  it("never links to a page before the first or after the last", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(500),
        (page, perPage, total) => {
          const last = Math.max(1, Math.ceil(total / perPage));
          for (const [, target] of (linkHeader("http://x/y", page, perPage, total) ?? "").matchAll(/[?]page=(\d+)/g)) {
            assert.ok(Number(target) >= 1 && (Number(target) <= last || page > last));
          }
        },
      ),
    );
  });
});
