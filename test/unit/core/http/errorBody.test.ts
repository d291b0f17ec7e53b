import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import * as v from "valibot";
import { apiFailure } from "../../../../src/core/http/apiFailure.ts";
import { readErrorBody } from "../../../../src/core/http/errorBody.ts";

const folder = path.join(import.meta.dirname, "../../../fixtures/errorBodies");
const fixtureSchema = v.object({
  source: v.pipe(v.string(), v.minLength(10)),
  note: v.string(),
  status: v.number(),
  contentType: v.string(),
  body: v.unknown(),
});

const codeUnit = fc.nat(0xffff).map((unit) => String.fromCharCode(unit));

describe("readErrorBody", () => {
  it("reads each of Procore's shapes as the golden file says", () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    assert.equal(names.length, 19);
    const lines = names.map((name) => {
      const fixture = v.parse(fixtureSchema, JSON.parse(readFileSync(path.join(folder, name), "utf8")));
      const body = typeof fixture.body === "string" ? fixture.body : JSON.stringify(fixture.body);
      const { message, code } = readErrorBody(body, fixture.contentType);
      const reply = { status: fixture.status, headers: { "content-type": fixture.contentType }, body };
      const failure = apiFailure({ reply, sentAt: 0, receivedAt: 0 }, "api.procore.com");
      // A success that tells of failures is no error reply; its words are shown where the reply is.
      const reads = fixture.status < 300 ? "" : `\n    ${failure.message}`;
      return `${path.basename(name, ".json")} ${fixture.status} ${code ?? "-"}: ${message}${reads}\n`;
    });
    assert.equal(lines.join(""), readFileSync(path.join(folder, "golden.txt"), "utf8"));
  });

  const cases: readonly { name: string; body: string; contentType?: string; message: string; code?: string }[] = [
    { name: "nothing", body: "", message: "" },
    { name: "blanks", body: " \n ", message: "" },
    { name: "JSON null", body: "null", message: "" },
    { name: "JSON text", body: '"No."', message: "No" },
    { name: "an empty object", body: "{}", message: "" },
    { name: "message alone", body: '{"message":"Already exists"}', message: "Already exists" },
    {
      name: "the validation model alone",
      body: '{"base":["Not allowed"],"fields":{"Due":"is late"}}',
      message: "Not allowed; Due: is late",
    },
    { name: "failures of a batch", body: '{"failures":[{"id":"b","code":"X"}]}', message: "b: X" },
    { name: "half of a JSON", body: '{"errors":["No', message: '{"errors":["No' },
    { name: "HTML without a title", body: "<html><body>Sorry</body></html>", message: "" },
    { name: "HTML by its type", body: "<div>x</div><title>Oops</title>", contentType: "text/html", message: "Oops" },
    { name: "a codicon and control characters", body: "a\u0007$(x)\u202e", message: "a $ (x)" },
    { name: "a bearer value", body: "Bearer abc.def is bad", message: "Bearer [hidden] is bad" },
    { name: "many failures", body: '{"errors":["a","b","c","d","e","f","g"]}', message: "a; b; c; d; e; and 2 more" },
    { name: "a long text", body: "word ".repeat(200), message: `${"word ".repeat(60).slice(0, 299)}…` },
  ];
  for (const { name, body, contentType, message } of cases) {
    it(`reads ${name}`, () => assert.equal(readErrorBody(body, contentType).message, message));
  }

  it("survives depth", () => {
    const depth = 9_000;
    const body = `${'{"errors":['.repeat(depth)}${"]}".repeat(depth)}`;
    assert.equal(readErrorBody(body).message, "");
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: codeUnit }), fc.json()), (body) => void readErrorBody(body)));
  });

  it("never lets a token through, wherever it stands", () => {
    const unit = fc.constantFrom(
      ...Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-"),
    );
    const token = fc.string({ unit, minLength: 32, maxLength: 200 });
    fc.assert(
      fc.property(token, fc.string(), fc.string(), fc.nat(330_000), (secret, before, after, blanks) => {
        const text = `${before}${" ".repeat(blanks)}${secret}${after}`;
        const bodies = [
          text,
          JSON.stringify(text),
          JSON.stringify({ errors: [text, { field: secret, message: text }] }),
          JSON.stringify({ errors: { [secret]: [text] } }),
          JSON.stringify({
            error: { code: secret, message: text, details: [{ reason_code: secret, source: secret }] },
          }),
          JSON.stringify({ error: secret, error_description: text }),
          `<html><title>${text}</title></html>`,
        ];
        for (const body of bodies) {
          const read = JSON.stringify(readErrorBody(body));
          // Eight characters in a row are too many for chance.
          for (let at = 0; at + 8 <= secret.length; at += 1) {
            const piece = JSON.stringify(secret.slice(at, at + 8)).slice(1, -1);
            const isOrdinary = [before, after, "[hidden]", "message"].some((word) => word.includes(piece));
            assert.ok(isOrdinary || !read.includes(piece), `${piece} of ${secret} in ${read}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
