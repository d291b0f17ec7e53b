import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import * as v from "valibot";
import { advice, ProcoreError } from "../../../../src/core/errors.ts";
import { apiFailure, assertWhole } from "../../../../src/core/http/apiFailure.ts";
import { readErrorBody } from "../../../../src/core/http/errorBody.ts";
import type { TimedReply } from "../../../../src/core/http/exchange.ts";
import { oauthFailure } from "../../../../src/core/oauth/tokenReply.ts";
import { assertGolden } from "../../../golden/goldenText.ts";

const folder = path.join(import.meta.dirname, "../../../fixtures/errorBodies");
const fixtureSchema = v.object({
  source: v.pipe(v.string(), v.minLength(10)),
  note: v.string(),
  status: v.number(),
  contentType: v.string(),
  body: v.unknown(),
});

const spent = { kind: "signedOut", reason: "refreshTokenSpent" } as const;
const codeUnit = fc.nat(0xffff).map((unit) => String.fromCharCode(unit));

/** What `assertWhole` throws. */
function partFailure(timed: TimedReply): ProcoreError {
  try {
    assertWhole(timed, "api.procore.com");
  } catch (error) {
    if (error instanceof ProcoreError) return error;
  }
  return assert.fail("it was taken for a whole success");
}

describe("readErrorBody", () => {
  it("reads each of Procore's shapes as the golden file says", () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    assert.equal(names.length, 19);
    const lines = names.map((name) => {
      const fixture = v.parse(fixtureSchema, JSON.parse(readFileSync(path.join(folder, name), "utf8")));
      const body = typeof fixture.body === "string" ? fixture.body : JSON.stringify(fixture.body);
      const { message, code } = readErrorBody(body, fixture.contentType);
      const reply = { status: fixture.status, headers: { "content-type": fixture.contentType }, body };
      const timed = { reply, sentAt: 0, receivedAt: 0 };
      const login = { environmentLabel: "Production", loginOrigin: "https://login.procore.com" };
      const failures =
        fixture.status < 300
          ? [partFailure(timed)]
          : name === "E01.json"
            ? [oauthFailure(timed, login, { kind: "codeRejected" }), oauthFailure(timed, login, spent)]
            : [apiFailure(timed, "api.procore.com")];
      const reads = failures.map(({ failure }) => {
        const told = advice(failure);
        const also = told.also === undefined ? "" : `, ${told.also}`;
        return `\n    ${told.headline} (${told.action}${also}): ${told.message}`;
      });
      return `${path.basename(name, ".json")} ${fixture.status} ${code ?? "-"}: ${message}${reads.join("")}`;
    });
    assertGolden("errorBodies", lines.join("\n"));
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
    {
      name: "HTML with a heading only",
      body: "<html><h1 class=x>We&#39;re &lt;busy&gt;</h1>",
      message: "We're <busy>",
    },
    { name: "a word that calls itself HTML", body: "Forbidden.", contentType: "text/html", message: "Forbidden" },
    {
      name: "JSON:API",
      body: '{"errors":[{"status":"422","title":"Invalid","detail":"is short","source":{"pointer":"/data/name"}}]}',
      message: "/data/name: is short",
    },
    {
      name: "a long pointer, which is no token",
      body: '{"errors":[{"title":"Bad","code":"BAD_ONE","source":{"pointer":"/data/attributes/custom_field_598134"}}]}',
      message: "/data/attributes/custom_field_598134: Bad (BAD_ONE)",
      code: "BAD_ONE",
    },
    {
      name: "problem details",
      body: '{"type":"about:blank","title":"Forbidden","detail":"No tool","status":403}',
      message: "Forbidden; No tool",
    },
    {
      name: "fields beside a message",
      body: '{"code":422,"message":"Invalid","fields":{"due":["is late"]},"reason":"RULE"}',
      message: "Invalid: due: is late",
      code: "RULE",
    },
    { name: "messages in a list", body: '{"message":["One","Two."]}', message: "One; Two" },
    {
      name: "several details, each with its code",
      body: '{"error":{"message":"No","details":[{"code":"A_1","message":"x"},{"reason_code":"B_2","message":"y"}]}}',
      message: "No: x (A_1); y (B_2)",
      code: "A_1",
    },
    {
      name: "rows of a batch, each with its code",
      body: '{"success":[],"failed":[{"id":"b","code":"LOCKED","message":"No"},{"origin_id":"c","code":"GONE"}]}',
      message: "b: No (LOCKED); c: GONE",
    },
    { name: "HTML by its type", body: "<div>x</div><title>Oops</title>", contentType: "text/html", message: "Oops" },
    { name: "a codicon and control characters", body: "a\u0007$(x)\u202e", message: "a $ (x)" },
    { name: "a bearer value", body: "Bearer abc.def is bad", message: "Bearer [hidden] is bad" },
    { name: "many failures", body: '{"errors":["a","b","c","d","e","f","g"]}', message: "a; b; c; d; e; and 2 more" },
    { name: "a long text", body: "word ".repeat(200), message: `${"word ".repeat(60).slice(0, 299)}…` },
  ];
  for (const { name, body, contentType, message, code } of cases) {
    it(`reads ${name}`, () => {
      const read = readErrorBody(body, contentType);
      assert.deepEqual({ message: read.message, code: read.code }, { message, code });
    });
  }

  // 31 characters and a dot: without its dot, which no sentence wants twice, it is too short to be noticed.
  const dotted = "sVq9Lm2XcR7tYw0PzKd4HnJ8bGf5aQe.";
  const half = dotted.slice(0, 20);
  const split = dotted.slice(0, 25);
  const hidden: readonly { name: string; body: string }[] = [
    { name: "whose last character is a dot", body: JSON.stringify({ errors: [dotted] }) },
    { name: "with such a dot as a field", body: JSON.stringify({ errors: [{ field: "a", message: dotted }] }) },
    { name: "with such a dot and an invisible character", body: JSON.stringify({ errors: [`\u200b${dotted}`] }) },
    { name: "with an escaped slash in half a JSON", body: `{"errors":["${half}\\/${split}` },
    { name: "with an escaped character in half a JSON", body: `{"errors":["${half}\\u002b${split}` },
    { name: "with an entity in a page", body: `<html><title>${half}&#x2F;${split}</title>` },
    { name: "that is percent-encoded", body: `token ${half}%2F${split} is bad` },
    { name: "that the end of what is read would halve", body: `${"a ".repeat(49_990)}${dotted}${dotted}` },
    { name: "of words", body: JSON.stringify({ errors: [`${half}-wrong-secret-0123456789-abcdefghijklmnop`] }) },
    { name: "behind what is told with more characters", body: JSON.stringify({ errors: `$(x)$(x)$(x) ${dotted}` }) },
    { name: "behind such characters in a text", body: `$(x)$(x)$(x)$(x) ${dotted}` },
    { name: "in a request id", body: JSON.stringify({ message: "No", request_id: `${half}${half}` }) },
  ];
  it("leaves the names of fields, hosts and codes, however long", () => {
    for (const name of [
      "/data/attributes/custom_field_598134325871364",
      "line_item_holder.budget_line_items.0.cost_code_id",
      "INSUFFICIENT_PERMISSIONS_FOR_TOOL_IN_PROJECT",
      "status.api.internal.proxy.example.com",
    ]) {
      assert.equal(readErrorBody(`Bad ${name} here`).message, `Bad ${name} here`);
    }
    assert.equal(readErrorBody(`Bad CANARY-wrong-secret-0123456789-abcdefghijklmnop`).message, "Bad [hidden]");
  });

  for (const { name, body } of hidden) {
    it(`hides a token ${name}`, () => {
      const read = JSON.stringify(readErrorBody(body));
      assert.ok(!read.includes(half.slice(0, 8)), read);
    });
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
