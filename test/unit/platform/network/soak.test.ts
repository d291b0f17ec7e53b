import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { setFlagsFromString, queryObjects } from "node:v8";
import { runInNewContext } from "node:vm";
import { secondMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { lazily } from "../../../../src/core/lazily.ts";
import { createApi } from "../../../../src/core/http/api.ts";
import { Pacer } from "../../../../src/core/http/pacing/pacer.ts";
import { createRandom } from "../../../../src/sandbox/data/random.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import { until } from "../../../harness/until.ts";
import { connectionTo, countingTokens } from "../../core/http/scriptedTransport.ts";
import { chosenThroughProxy, fetchAlone, type StartSoakWay, undiciAlone } from "./soakWays.ts";

const requests = 10_000;
const atOnce = 40;
const seed = 20_261_122;

/** Node gives its collector away only to who asks with a flag. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("There is no collector");
  return () => void Reflect.apply(collect, undefined, []);
}

/** Chance alone would hardly fail the same request four times, which is as often as it is sent. */
const alike: Readonly<Record<string, number>> = { "/rest/v1.0/limited": 0.85, "/rest/v1.0/broken": 0.92 };

/** A server that does what networks do, by chance: mostly it answers. */
function answer(random: () => number, now: () => number, response: ServerResponse): void {
  const luck = alike[response.req.url ?? ""] ?? random();
  const socket = response.socket;
  const limit = { "X-Rate-Limit-Limit": "25", "X-Rate-Limit-Reset": String(Math.ceil(now() / secondMs) + 3) };
  if (luck < 0.8)
    response.writeHead(200, { ...limit, "X-Rate-Limit-Remaining": String(Math.floor(random() * 25)) }).end("[]");
  else if (luck < 0.84) response.writeHead(random() < 0.5 ? 500 : 502).end("<html>");
  else if (luck < 0.88) response.writeHead(429, { "Retry-After": String(Math.floor(random() * 4)) }).end();
  else if (luck < 0.9) response.writeHead(503, { ...limit, "X-Rate-Limit-Remaining": "0", "Retry-After": "1" }).end();
  else if (luck < 0.93) breakOff(socket);
  else if (luck < 0.95) response.writeHead(200, { "Content-Length": "900" }).write("[", () => socket?.destroy());
  else if (luck < 0.97) response.writeHead(404).end(`{"errors":"Not found"}`);
  else if (luck < 0.98) response.writeHead(200, { "Content-Type": "text/html" }).end("<html>");
  else if (luck < 0.99) response.writeHead(401).end();
  // Else nothing comes: whoever waits must be stopped.
}

/** Only what lies below TLS can be reset. */
function breakOff(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

const ways: readonly (readonly [name: string, start: StartSoakWay])[] = [
  ["undici", undiciAlone],
  ["fetch", fetchAlone],
  ["the choice between both, a proxy and shared limits", chosenThroughProxy],
];

describe("10,000 requests with faults by chance", () => {
  const cleanUp: (() => Promise<void>)[] = [];
  // What a soak that failed left open would keep this process alive.
  afterEach(async () => {
    for (const clean of cleanUp.splice(0)) await clean();
  });
  for (const [name, start] of ways) {
    it(`leave no listener, timer, socket or promise behind, and the heap is flat: ${name}`, async () => {
      await soak(start, cleanUp);
    }).timeout(900_000);
  }
});

async function soak(start: StartSoakWay, cleanUp: (() => Promise<void>)[]): Promise<void> {
  await quiet();
  const atStart = handles();
  const collect = collector();
  const clock = new FakeClock();
  const random = createRandom(seed);
  const hanging = new Set<ServerResponse>();
  const listener: RequestListener = (_request, response) => {
    hanging.add(response);
    response.on("close", () => hanging.delete(response));
    answer(random, () => clock.now(), response);
  };
  const way = await start({ clock, random, listener });
  const close = lazily(() => way.close());
  cleanUp.push(close);
  const { tokens } = countingTokens();
  const apis = way.windows.map(({ transport, shared }) => {
    const pacer = new Pacer({ clock, random, ...(shared === undefined ? {} : { shared }) });
    return createApi({ transport, tokens, clock, random, userAgent: "test/1", log: () => undefined, pacer });
  });
  const connection = connectionTo({ api: way.origin });
  const window = new AbortController();
  const outcomes = new Map<string, number>();
  let ended = 0;

  /** One request that a person stops by chance, or when nothing comes; many share the signal of the window. */
  const request = async (index: number): Promise<void> => {
    const stop = new AbortController();
    const signal = index % 3 === 0 ? window.signal : stop.signal;
    const special = index % 500 === 0 ? "limited" : "broken";
    const path = ["rest", "v1.0", index % 250 === 0 ? special : "me"];
    const priority = index % 2 === 0 ? "user" : "background";
    const api = apis[index % apis.length];
    assert.ok(api !== undefined);
    const sent = api.send(connection, { method: "GET", path, priority }, signal);
    const impatience = clock.sleep(index % 10 === 1 ? random() * 4_000 : 60_000, stop.signal).then(
      () => stop.abort(),
      () => undefined,
    );
    const outcome = await sent.then(
      () => "answered",
      (error: unknown) => (error instanceof ProcoreError ? error.failure.kind : (error as Error).name),
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    stop.abort();
    await impatience;
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    ended += 1;
  };

  const run = async (from: number, to: number): Promise<void> => {
    let next = from;
    const worker = async (): Promise<void> => {
      for (let index = (next += 1); index <= to; index = next += 1) await request(index);
    };
    const isDone = (): boolean => ended >= to;
    const workers = Array.from({ length: atOnce }, worker);
    while (!isDone()) {
      await clock.advance(50);
      if (random() < 0.02) way.disturb();
      // What hangs for good would hold the requests that nobody stops.
      if (random() < 0.02) for (const response of hanging) if (!response.headersSent) response.socket?.destroy();
    }
    await Promise.all(workers);
  };
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const live = (): Readonly<Record<string, number>> => ({
    promises: queryObjects(Promise, { format: "count" }),
    controllers: queryObjects(AbortController, { format: "count" }),
    sockets: queryObjects(Socket, { format: "count" }),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
  });

  await run(0, requests / 4);
  await quiet();
  const early = { heap: heap(), live: live() };
  await run(requests / 4, requests);
  await quiet();
  const late = { heap: heap(), live: live() };

  assert.equal(getEventListeners(window.signal, "abort").length, 0);
  for (const [what, count] of Object.entries(late.live)) {
    // Connections that are kept alive come and go; 7,500 requests that leaked one each would be seen from afar.
    assert.ok(count <= (early.live[what] ?? 0) + 100, `${what}: ${early.live[what]} became ${count}`);
  }
  assert.ok(late.heap < early.heap * 1.25 + 2_000_000, `${early.heap} became ${late.heap}`);
  for (const kind of ["answered", "http", "rateLimited", "network", "unexpectedReply", "AbortError"]) {
    assert.ok((outcomes.get(kind) ?? 0) > 0, `${kind}: ${JSON.stringify([...outcomes])}`);
  }

  for (const [what, happened] of Object.entries(await way.seen())) assert.ok(happened, what);

  await close();
  await quiet();
  assert.equal(clock.sleeperCount, 0);
  await until(
    "nothing more is open than at the start",
    async () => handles(),
    (open) => isDeepStrictEqual(open, atStart),
    5_000,
  );
}

/** What keeps this process alive; the test runner has a timer of its own. */
const handles = (): readonly string[] =>
  process.getActiveResourcesInfo().filter((kind) => /^(?:TCP|TLS)|Timeout/u.test(kind));

/** Lets sockets that were closed end. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
