import assert from "node:assert/strict";
import * as fc from "fast-check";
import { projectId } from "../../../../src/core/procore/ids.ts";
import { createProjectSearch, type Findable } from "../../../../src/core/procore/projectSearch.ts";

const project = (id: string, name: string, number?: string, city?: string): Findable => ({
  id: projectId(id),
  name,
  number,
  city,
});

const tower = project("562949953421312", "Harbor Tower", "0042", "Zürich");
const library = project("562949953421313", "Tower Library Renovation", "2024-007", "São Paulo");
const school = project("77", "Школа № 5", undefined, undefined);
const hospital = project("42", "St. Mary's Hospital (Phase 2)", "2024-0070", "Austin");
const search = createProjectSearch([tower, library, school, hospital]);
const found = (text: string, limit = 10): readonly Findable[] => search.find(text, limit).items;

describe("createProjectSearch", () => {
  const cases: readonly { readonly name: string; readonly text: string; readonly finds: readonly Findable[] }[] = [
    { name: "by a part of the name", text: "ibrar", finds: [library] },
    { name: "by words in any order", text: "renovation tower", finds: [library] },
    { name: "by words of different fields", text: "tower zurich", finds: [tower] },
    { name: "without accents", text: "sao paulo", finds: [library] },
    { name: "with accents that are not there", text: "hárbor", finds: [tower] },
    { name: "in another script", text: "школа", finds: [school] },
    { name: "by a number with its zeros", text: "0042", finds: [tower] },
    { name: "an id before a number that holds it", text: "42", finds: [hospital, tower, library] },
    { name: "a whole number before one that goes on", text: "2024-007", finds: [library, hospital] },
    { name: "by an id past 2^32", text: "562949953421313", finds: [library] },
    { name: "by one digit, a word of a name before a part of an id", text: "5", finds: [school, tower, library] },
    { name: "by a letter or two of each word, wherever they are", text: "t zu", finds: [tower] },
    { name: "words of the name before the same words elsewhere", text: "phase 2", finds: [hospital] },
    { name: "a number that begins so before a name that holds it", text: "2", finds: [library, hospital, tower] },
    { name: "with two letters swapped", text: "hopsital", finds: [hospital] },
    { name: "a name that begins so before one that goes on so", text: "tower", finds: [library, tower] },
    { name: "with punctuation", text: '  (phase 2) "hospital" ', finds: [hospital] },
    { name: "with a leading minus", text: "-tower library", finds: [library] },
    { name: "nothing when one word is nowhere", text: "tower nowhere", finds: [] },
    { name: "nothing when a digit is wrong", text: "0043", finds: [] },
  ];
  for (const { name, text, finds } of cases) {
    it(`finds ${name}`, () => assert.deepEqual(found(text), finds));
  }

  for (const text of ["", "   ", "-"]) {
    it(`finds everything in its order for ${JSON.stringify(text)}`, () => {
      assert.deepEqual(search.find(text, 3), { items: [tower, library, school], total: 4 });
    });
  }

  it("has a project whose name holds the words before one that has them in other fields", () => {
    const [mill, soak] = [project("1", "Mill", "7", "Oak"), project("2", "Soak Mill", "8", "Rome")];
    assert.deepEqual(createProjectSearch([mill, soak]).find("oak mill", 2).items, [soak, mill]);
  });

  it("says how many there are beyond the limit", () => {
    assert.deepEqual(search.find("tower", 1), { items: [library], total: 2 });
  });

  it("takes any text, and finds each project by any part of its own name", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 });
    fc.assert(
      fc.property(text, text, fc.nat(40), fc.nat(40), (name, other, from, length) => {
        const both = createProjectSearch([project("1", name), project("2", other)]);
        both.find(other, 5);
        const part = name.slice(from, from + length);
        // What normalising makes of half a character is no part of the whole.
        if (/^[\w ]*$/u.test(name))
          assert.ok(
            both.find(part, 5).items.some(({ id }) => id === "1"),
            part,
          );
      }),
    );
  });
});
