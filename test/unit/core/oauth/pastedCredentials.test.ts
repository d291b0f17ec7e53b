import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parsePastedCredentials } from "../../../../src/core/oauth/pastedCredentials.ts";

const id = "db0d63cfa7ac3ceed716";
const secret = "0b57e8d87e353703_05ba5-f98ad";

const both: readonly (readonly [string, string])[] = [
  ["JSON", `{"client_id":"${id}","client_secret":"${secret}"}`],
  ["JSON in camel case", `{"clientId":"${id}","clientSecret":"${secret}"}`],
  ["JSON one level down", `{"sandbox":{"client_id":"${id}","client_secret":"${secret}"}}`],
  ["what the sandbox prints", `{"baseUrl":"http://127.0.0.1:4000","clientId":"${id}","clientSecret":"${secret}"}`],
  [".env lines", `PROCORE_CLIENT_ID=${id}\nPROCORE_CLIENT_SECRET=${secret}`],
  [".env lines that became one", `PROCORE_CLIENT_ID=${id} PROCORE_CLIENT_SECRET=${secret}`],
  [".env lines with quotes and export", `export CLIENT_ID="${id}"\nexport CLIENT_SECRET='${secret}'`],
  ["short names", `ID=${id} SECRET=${secret}`],
  ["a key and its secret", `PROCORE_KEY=${id}\nPROCORE_SECRET=${secret}`],
  ["a form body", `grant_type=authorization_code&client_id=${id}&client_secret=${secret}&x=1`],
  ["secret first", `client_secret: ${secret}\nclient_id: ${id}`],
  ["the portal's labels", `Client ID: ${id} Client Secret: ${secret}`],
  ["two lines", `${id}\n${secret}\n`],
  ["two words", `${id} ${secret}`],
];

describe("parsePastedCredentials", () => {
  for (const [name, text] of both) {
    it(`takes both from ${name}`, () => {
      const pasted = parsePastedCredentials(text);
      assert.equal(pasted.clientId, id);
      assert.equal(pasted.clientSecret?.reveal(), secret);
    });
  }

  it("takes one when only one is there", () => {
    assert.equal(parsePastedCredentials(`client_secret=${secret}`).clientSecret?.reveal(), secret);
    assert.equal(parsePastedCredentials(`client_secret=${secret}`).clientId, undefined);
  });

  for (const [name, text] of [
    ["one bare word", id],
    ["nothing", ""],
    ["two settings of something else", "HOST=example PORT=12"],
    ["a sentence", "I do not have any keys yet"],
    ["broken JSON", `{"client_id":`],
    ["two megabytes", "a ".repeat(1_000_000)],
  ] as const) {
    it(`takes nothing from ${name}`, () => {
      assert.deepEqual(parsePastedCredentials(text), { clientId: undefined, clientSecret: undefined });
    });
  }

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 120 }), (text) => void parsePastedCredentials(text)));
  });
});
