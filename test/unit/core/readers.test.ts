import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as v from "valibot";
import { ProcoreError } from "../../../src/core/errors.ts";
import { apiFailure, assertJson } from "../../../src/core/http/apiFailure.ts";
import { readErrorBody } from "../../../src/core/http/errorBody.ts";
import {
  readChallenge,
  readClockSkewMs,
  readRequestId,
  readRetryAfter,
  readServerDate,
} from "../../../src/core/http/headers.ts";
import { hasNextPage, readPaging } from "../../../src/core/http/paging.ts";
import { pathTemplate } from "../../../src/core/http/pathTemplate.ts";
import { readRateLimit } from "../../../src/core/http/rateLimit.ts";
import type { Reply } from "../../../src/core/http/transport.ts";
import { oauthFailure, parseTokenInfo, readOAuthError, toTokenSet } from "../../../src/core/oauth/tokenReply.ts";
import { toResponse } from "../../../src/core/oauth/tokenResponse.ts";
import { plain } from "../../../src/core/plain.ts";
import { companyRow } from "../../../src/core/procore/companies.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { parseBody, parseRows } from "../../../src/core/procore/parsing.ts";
import { projectRow } from "../../../src/core/procore/projects.ts";
import { userSchema } from "../../../src/core/procore/user.ts";
import { baseUrlSchema } from "../../../src/core/procore/webLinks.ts";
import { hideSecrets } from "../../../src/core/redact.ts";

const app = { environmentLabel: "Production", loginOrigin: "https://login.procore.com" };
const from = { host: "api.procore.com", expected: "something" };
const headerNames = (
  "date retry-after x-request-id www-authenticate total per-page link content-type location " +
  "x-rate-limit-limit x-rate-limit-remaining x-rate-limit-reset"
).split(" ");

/** Every reader of the product, by what it makes of one text that stands in all places; what it tells is returned. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  readErrorBody: (text) => [readErrorBody(text), readErrorBody(text, text), readErrorBody(text, "text/html")],
  readErrorBodyOfText: (text) => readErrorBody(JSON.stringify({ error: text, errors: [text, { [text]: text }] })),
  readServerDate: (text) => readServerDate({ date: text }),
  readClockSkewMs: (text) => readClockSkewMs({ date: text }, { sentAt: 0, receivedAt: 1 }),
  readRetryAfter: (text) => readRetryAfter({ "retry-after": text }, { receivedAt: 0, clockSkewMs: 0 }),
  readRequestId: (text) => readRequestId({ "x-request-id": text }),
  readChallenge: (text) => readChallenge({ "www-authenticate": `Bearer ${text}` }).size,
  readPaging: (text) => readPaging({ total: text, "per-page": text, link: text }),
  readRateLimit: (text) => readRateLimit(everyHeader(text)),
  pathTemplate: (text) => pathTemplate([text, "rest", text]),
  hideSecrets: (text) => hideSecrets(text),
  plain: (text) => plain(text).replace(/.*/su, ""),
  apiFailure: (text) => [403, 511].map((status) => told(apiFailure(timed(text, status), from.host))),
  assertJson: (text) => toldBy(() => assertJson(timed(text, 200), from.host)),
  readOAuthError: (text) => [readOAuthError(timed(text, 400)), readOAuthError(timed(oauthBody(text), 400))],
  oauthFailure: (text) => [200, 302, 401].map((status) => told(oauthFailure(timed(text, status), app))),
  // What a success holds is data, not words: only that it is read is asked.
  toTokenSet: (text) => void toTokenSet({ access_token: text, ...numbers(text) }, timed(text, 200)),
  parseTokenInfo: (text) => void parseTokenInfo(text),
  toResponse: (text) => toldBy(() => void toResponse(timed(text, 200), from.host)),
  parseUser: (text) => toldBy(() => void parseBody(userSchema, text, from)),
  parseCompanies: (text) => toldBy(() => void parseRows(companyRow, text, from)),
  parseProjects: (text) => toldBy(() => void parseRows(projectRow(companyId(1)), text, from)),
  parseBaseUrl: (text) => toldBy(() => void parseBody(baseUrlSchema, text, from)),
};

const everyHeader = (text: string): Reply["headers"] => Object.fromEntries(headerNames.map((name) => [name, text]));
const oauthBody = (text: string): string => JSON.stringify({ error: text, error_description: text });
const numbers = (text: string) => ({ expires_in: text, created_at: text });
const timed = (text: string, status: number) => ({
  reply: { status, headers: everyHeader(text), body: text },
  sentAt: 0,
  receivedAt: 1,
});
const told = (error: ProcoreError): string => JSON.stringify([error.message, error.failure]);

/** Nothing, or the words of the failure; any other error rises. */
function toldBy(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ProcoreError) return told(error);
    throw error;
  }
}

const codeUnit = fc.nat(0xffff).map((unit) => String.fromCharCode(unit));
const anyText = fc.oneof(
  fc.string({ unit: codeUnit, maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify([{ id: 1, name: "a", errors: value, is_active: value, city: value }])),
  fc.jsonValue().map((value) => JSON.stringify({ error: value, error_description: value, message: value, id: value })),
);

/** What makes a reader slow that goes back over what it has read. */
const nasty: readonly string[] = [
  "a",
  " ",
  ".",
  "\n",
  "<",
  '"',
  "\\",
  "=",
  ",",
  "[",
  "{",
  "-",
  "0",
  "\u200b",
  "$(",
  "](",
  "<title",
  "<h1 ",
  'rel="',
  "rel=",
  "Bearer ",
  "Bearer\t\t",
  "eyJ",
  "a.",
  "a ",
  "a=",
  'a="\\"',
  "&#39;",
  "a_",
  "A1-",
  "<!doctype ",
  '","',
];

describe("every reader of headers and bodies", () => {
  for (const [name, read] of Object.entries(readers)) {
    it(`${name} throws nothing but a failure, and tells no more than a few lines`, () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const said = JSON.stringify(read(text)) ?? "";
          const longest = name === "hideSecrets" ? 2_000 + text.length * 10 : 8_000;
          assert.ok(said.length < longest, `${said.length} characters`);
        }),
        { numRuns: 150 },
      );
    });

    it(`${name} tells no token, wherever one stands`, () => {
      const unit = fc.constantFrom(...Array.from("ABCXYZabcxyz0123456789._~+/=-"));
      const token = fc
        .string({ unit, minLength: 32, maxLength: 80 })
        .filter((it) => /[A-Z]/u.test(it) && /\d/u.test(it));
      fc.assert(
        fc.property(token, anyText, fc.nat(), (secret, text, at) => {
          const position = at % (text.length + 1);
          const said = JSON.stringify(read(`${text.slice(0, position)} ${secret} ${text.slice(position)}`)) ?? "";
          for (let start = 0; start + 10 <= secret.length; start += 5) {
            const piece = secret.slice(start, start + 10);
            assert.ok(!said.includes(piece) || text.includes(piece), `${piece} of ${secret} in ${said}`);
          }
        }),
        { numRuns: 100 },
      );
    });
  }

  // About as long as what is read of an error body, and a little longer. A reader that goes back takes many minutes for
  // this, so that mocha gives up on it; one that does not is done at once.
  for (const [name, read] of Object.entries(readers)) {
    it(`${name} reads long texts of one kind without going back over them`, () => {
      for (const piece of nasty) {
        const long = piece.repeat(Math.ceil(99_980 / piece.length));
        for (const text of [long, `${long}${" b".repeat(20)}`, `"${long}`, `<${long}`, `{"error":"${long}"}`])
          read(text);
      }
    });
  }

  it("end at depth", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"errors":', "}"],
      ['[{"errors":[', "]}]"],
    ] as const) {
      const deep = `${open.repeat(5_000)}1${close.repeat(5_000)}`;
      for (const read of Object.values(readers)) read(deep);
    }
  });

  it("stop at the first thing that is wrong in a list, however long it is", () => {
    const body = JSON.stringify(Array.from({ length: 200_000 }, () => 1));
    assert.match(toldBy(() => void parseRows(companyRow, body, from)) ?? "", /at 0\)/u);
    let looks = 0;
    const never = v.pipe(
      v.number(),
      v.check(() => {
        looks += 1;
        return false;
      }),
    );
    assert.ok(toldBy(() => void parseRows(never, body, from)));
    assert.equal(looks, 1);
  });

  it("end at the last page whatever the headers say", () => {
    fc.assert(
      fc.property(anyText, fc.nat(1_000), (text, page) => {
        assert.equal(hasNextPage(readPaging({ total: text, link: text }), { page, perPage: 100, rows: 0 }), false);
      }),
    );
  });
});
