import assert from "node:assert/strict";
import type { Connection, SessionState } from "../../../../src/core/session.ts";
import { connectionFor } from "../../../../src/explorer/find/addressConnection.ts";
import { environmentParts, sampleConnection, stateWith } from "../../../fakes/sampleConnection.ts";

const of = (environment: string, changes: Partial<Connection> = {}): Connection =>
  sampleConnection({ id: environment, ...environmentParts(environment), ...changes });
const state = (active: Connection, ...others: readonly Connection[]): SessionState =>
  stateWith(active, { connections: [...others, active] });
const custom = (web: string): Connection =>
  sampleConnection({
    id: "custom",
    environment: { id: "own", label: "Own", shortLabel: "Own", kind: "custom" },
    origins: { login: web, api: "https://api.example.com", web },
  });

const cases: readonly (readonly [string, string, SessionState, string])[] = [
  ["its own web origin", "https://sandbox.procore.com", state(of("development-sandbox")), "active development-sandbox"],
  ["a zone of production", "https://us02.procore.com", state(of("production")), "active production"],
  ["production's API", "https://api.procore.com", state(of("production")), "active production"],
  ["a zone, from the sandbox", "https://us02.procore.com", state(of("development-sandbox")), "none Production"],
  ["federal", "https://app.procoregov.com", state(of("production")), "none Federal"],
  ["a zone of federal", "https://us03.procoregov.com", state(of("production"), of("federal")), "other federal"],
  ["the monthly sandbox", "https://api-sandbox-monthly.procore.com", state(of("production")), "none Monthly Sandbox"],
  [
    "another connection",
    "https://app.procore.com",
    state(of("development-sandbox"), of("production")),
    "other production",
  ],
  [
    "two others, of which one is signed in",
    "https://app.procore.com",
    state(of("federal"), of("production", { id: "old", session: { kind: "signedOut" } }), of("production")),
    "other production",
  ],
  [
    "another one that is signed out",
    "https://app.procore.com",
    state(of("federal"), of("production", { session: { kind: "signedOut" } })),
    "other production",
  ],
  ["an environment of one's own", "https://web.example.com", state(custom("https://web.example.com")), "active custom"],
  ["a port more", "https://web.example.com:8443", state(custom("https://web.example.com")), "none undefined"],
  ["a stranger", "https://procore.com.evil.test", state(of("production")), "none undefined"],
  ["Procore with a port", "https://app.procore.com:8443", state(of("production")), "none undefined"],
  ["Procore without encryption", "http://app.procore.com", state(of("production")), "none undefined"],
  ["a Local Sandbox", "http://127.0.0.1:3100", state(of("production"), of("local-sandbox")), "other local-sandbox"],
];

describe("connectionFor", () => {
  for (const [name, origin, current, expected] of cases) {
    it(`${name}: ${expected}`, () => {
      const found = connectionFor(origin, current);
      const what = found.kind === "none" ? found.environment : found.connection.id;
      assert.equal(`${found.kind} ${String(what)}`, expected);
    });
  }
});
