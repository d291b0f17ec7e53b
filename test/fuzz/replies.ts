import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import type { Reply } from "../../src/core/http/transport.ts";
import type { Random } from "../sessions/random.ts";

/** A made-up reply, and the token that was hidden somewhere in it. */
export interface PlantedReply {
  readonly reply: Reply;
  readonly token: string;
}

/** `status` is the one that a body belongs to. */
interface Body {
  readonly body: string;
  readonly status?: number;
}

/** Where the token goes in the end: nothing that cuts and stirs may halve it, or nobody could tell it from a word. */
const place = "\uf8ff";

const base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const hexadecimal = "0123456789abcdef";

/** Replies that no server should send: every shape that is known, stirred, with a token in it. */
export function createReplies(random: Random): { next(): PlantedReply } {
  const bodies: readonly Body[] = [
    ...readErrorBodies(),
    ...[...successes, ...successes, ...successes].map((body) => ({ body, status: 200 })),
    ...[...pages, "", " ", "null", "[", "{}", "[]", `"${place}"`].map((body) => ({ body })),
  ];
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(random.next() * alphabet.length))).join("");
  const upTo = (count: number): number => Math.floor(random.next() * count);

  const newToken = (): string => {
    const kinds = [
      () => text(hexadecimal, 64),
      () => text(base64Url, 43),
      () => `eyJ${text(base64Url, 20)}.eyJ${text(base64Url, 60)}.${text(base64Url, 43)}`,
      () => `${text(base64Url, 31)}.`,
      () => `${text(base64Url, 20)}+${text(base64Url, 20)}/${text(base64Url, 4)}==`,
    ];
    return random.pick(kinds)?.() ?? "";
  };

  /** Cuts, doubles, turns and adds; a place for the token is never cut through. */
  const stir = (body: string): string => {
    let stirred = body;
    for (let count = upTo(5); count > 0; count -= 1) {
      const at = upTo(stirred.length + 1);
      const end = at + upTo(12);
      const rest = stirred.slice(at);
      const changes = [
        () => stirred.slice(0, at) + stirred.slice(end),
        () => stirred.slice(0, at),
        () => stirred.slice(0, end) + rest,
        () => stirred.slice(0, at) + (random.pick(oddities) ?? "") + rest,
        () => stirred.slice(0, at) + place + rest,
        () => stirred.slice(0, at) + text(`"{}[],:<>\\/ ae09\u0000\u202e`, 1 + upTo(8)) + rest,
      ];
      stirred = random.pick(changes)?.() ?? stirred;
    }
    return stirred;
  };

  const headers = (): Record<string, string> => {
    const made: Record<string, string> = {};
    for (let count = upTo(6); count > 0; count -= 1) {
      const [name, values] = random.pick(headerValues) ?? ["date", [""]];
      const value = random.pick(values) ?? "";
      made[name] = random.chance(0.2) ? stir(value) : value;
    }
    return made;
  };

  return {
    next() {
      const token = newToken();
      const { body, status: own } = random.pick(bodies) ?? { body: "" };
      const plant = (it: string): string => it.replaceAll(place, token);
      const made = Object.entries(headers()).map(([name, value]) => [name, plant(value)]);
      const other = random.chance(0.9) ? (random.pick(statuses) ?? 200) : upTo(1_100);
      const status = own !== undefined && random.chance(0.5) ? own : other;
      const stirred = random.chance(0.7) ? stir(body) : body;
      return { reply: { status, headers: Object.fromEntries(made), body: plant(stirred) }, token };
    },
  };
}

const statuses = [200, 200, 200, 200, 201, 204, 207, 301, 302, 307, 400, 401, 403, 404, 407, 408, 409].concat([
  413, 422, 429, 500, 502, 503, 504, 511,
]);

const oddities = [
  "\r\n",
  "\u0000",
  "\u200b",
  "\ud800",
  "$(x)",
  "](",
  '"',
  "\\",
  "\\u",
  "1e999",
  "9".repeat(40),
  " ".repeat(400),
];

const successes = [
  `{"id":7,"login":"${place}","name":null}`,
  `[{"id":12,"name":"${place}","is_active":true},{"id":"x1","name":"B"}]`,
  `[{"id":1,"name":"A","active":true,"project_stage":{"name":"${place}"},"city":null}]`,
  `[{"id":${"9".repeat(20)},"name":"A"}]`,
  `{"web_base_url":"https://${place}.procore.com"}`,
  `{"web_base_url":"https://app.procore.com"}`,
  `{"access_token":"${place}","token_type":"Bearer","expires_in":5400,"refresh_token":"${place}","created_at":1795348800}`,
  `{"access_token":"${place}","token_type":"Bearer","expires_in":1e300,"created_at":9e15}`,
  `{"access_token":"${place}","token_type":"${place}","scope":["${place}"]}`,
  `{"resource_owner_id":1,"scope":["public"],"expires_in":5398,"application":{"uid":"${place}"},"created_at":1795348800}`,
];

const pages = [
  `<!doctype html><html><head><title>Hotel ${place}</title></head><body>Sign in</body></html>`,
  `<html><body><h1>Blocked ${place}</h1></body></html>`,
  `<div>${place}</div>`,
];

const headerValues: readonly (readonly [name: string, values: readonly string[]])[] = [
  ["content-type", ["application/json", "text/html; charset=utf-8", "text/plain", "", place, "html".repeat(99)]],
  [
    "www-authenticate",
    [
      `Bearer realm="Procore", error="invalid_token", error_description="The access token ${place} expired"`,
      `Bearer error="${place}", error_description="${place}"`,
      'Bearer error="invalid_client"',
      `Bearer error="invalid_grant", error_description="\\${place}`,
      `Negotiate ${place}`,
    ],
  ],
  ["x-request-id", ["r-1", place, `Root=1-${place}`, "0b1c2d3e-0000-4000-8000-000000000001"]],
  ["retry-after", ["1", "999999999", "-1", "Sun, 22 Nov 2026 12:00:00 GMT", place]],
  ["date", ["Sun, 22 Nov 2026 12:00:00 GMT", "Sat, 01 Jan 9999 00:00:00 GMT", "Sun Nov 22 12:00:00 2026", place]],
  ["x-rate-limit-limit", ["600", "0", place]],
  ["x-rate-limit-remaining", ["0", "599", "-1", "1e9"]],
  ["x-rate-limit-reset", ["1795348810", "253402300799", "99999999999999", place]],
  ["total", ["0", "10482", "-1", "9".repeat(15), place]],
  ["per-page", ["0", "100", place]],
  ["link", ['<https://x.test/?page=2>; rel="next"', `<${place}>; rel=prev`, 'rel="next', "<<<>>>;rel=next"]],
  ["location", ["/rest/v1.0/me", "https://evil.test/", `https://${place}.evil.test/`, `//${place}@x/`, "http://[", ""]],
];

const fixtureSchema = v.object({ status: v.number(), body: v.unknown() });

/** The fixtures of Procore's error bodies, each also with a token in its first text. */
function readErrorBodies(): readonly Body[] {
  const folder = path.join(import.meta.dirname, "../fixtures/errorBodies");
  return readdirSync(folder).flatMap((name) => {
    const { body, status } = v.parse(fixtureSchema, JSON.parse(readFileSync(path.join(folder, name), "utf8")));
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const planted = [text, text.replace(/ [a-z]+/u, ` ${place} `), text.replace(/:"([^"]*)"/u, `:"$1 ${place}"`)];
    return planted.map((each) => ({ body: each, status }));
  });
}
