import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { Transport } from "../../../../src/core/http/transport.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { nothingSet } from "../../../../src/platform/network/settings.ts";
import { createTransportChoice } from "../../../../src/platform/network/transportChoice.ts";
import { type ProxyManner, startForwardProxy } from "../../../fakes/forwardProxy.ts";
import { startTlsOrigin } from "../../../fakes/tlsOrigin.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { trustTestAuthority } from "./trust.ts";

const tokenCall = { method: "POST", url: "https://login.procore.test/oauth/token", headers: {}, body: "once" };

/** Where a request through a proxy can break, from the first step to the last, and whether the other way may try it. */
const faults: readonly {
  readonly name: string;
  readonly moves: "moves" | "stays";
  /** "no": the host has not seen a byte of it, and yet another way would be no better. */
  readonly reached?: "no";
  readonly manner?: ProxyManner;
  readonly identity?: "procore-test" | "self-signed";
  readonly answer?: RequestListener;
  /** A request went well before it, on the same connection. */
  readonly after?: "a good one";
}[] = [
  { name: "CONNECT is refused", moves: "moves", manner: { kind: "refuses", status: 403 } },
  { name: "CONNECT wants a password", moves: "moves", manner: { kind: "refuses", status: 407 } },
  { name: "the proxy hangs up", moves: "stays", reached: "no", manner: { kind: "hangsUp" } },
  { name: "the proxy hangs", moves: "stays", reached: "no", manner: { kind: "hangs" } },
  { name: "nobody vouches for the host", moves: "stays", reached: "no", identity: "self-signed" },
  { name: "the host breaks off at the request", moves: "stays", answer: (request) => request.socket.destroy() },
  {
    name: "the host breaks off at its body",
    moves: "stays",
    answer: (request) => void request.on("data", () => request.socket.destroy()),
  },
  {
    name: "the host breaks off half-way through its answer",
    moves: "stays",
    answer: (request, response) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
      setImmediate(() => request.socket.destroy());
    },
  },
  {
    name: "a connection in use breaks off, and the proxy makes no other",
    moves: "stays",
    after: "a good one",
    answer: (request) => request.socket.destroy(),
  },
];

describe("a token call that goes wrong on its way", () => {
  let distrust = (): void => undefined;
  before(async () => (distrust = await trustTestAuthority()));
  after(() => distrust());

  for (const { name, moves, reached, manner, identity = "procore-test", answer, after } of faults) {
    it(`${moves} when ${name}: nobody gets it twice`, async () => {
      let isGood = after !== undefined;
      const origin = await startTlsOrigin(identity, (request, response) => {
        if (isGood) response.end();
        else answer?.(request, response);
      });
      const proxy = await startForwardProxy({
        names: { "login.procore.test": origin.port },
        ...(manner === undefined ? {} : { manner }),
      });
      const settings = () => ({ ...nothingSet, proxy: new Secret(proxy.url) });
      const { clock } = standingClock();
      const undici = createUndiciTransport({ clock, settings, env: {}, connectTimeoutMs: 50 });
      let triedAgain = 0;
      const vscode: Transport = async () => {
        triedAgain += 1;
        return { status: 200, headers: {}, body: "" };
      };
      const choice = createTransportChoice({ undici, vscode, settings, env: {}, onUse: () => undefined });
      try {
        if (isGood) {
          await choice(tokenCall);
          await new Promise((resolve) => setImmediate(resolve));
          isGood = false;
          proxy.behave({ kind: "refuses", status: 403 });
        }
        const before = origin.bytesSeen();
        await choice(tokenCall).catch(() => undefined);
        assert.equal(triedAgain, moves === "moves" ? 1 : 0);
        const isUnseen = moves === "moves" || reached === "no";
        assert.equal(origin.bytesSeen() === before, isUnseen);
      } finally {
        proxy.behave({ kind: "hangsUp" });
        await undici.close();
        await proxy.close();
        await origin.close();
      }
    });
  }
});
