import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { minuteMs } from "../../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../../src/core/errors.ts";
import type { Priority } from "../../../../../src/core/http/pacing/lane.ts";
import type { Limits } from "../../../../../src/core/http/pacing/limits.ts";
import { Pacer, type SharedLimits } from "../../../../../src/core/http/pacing/pacer.ts";
import { waitText, type RequestWait } from "../../../../../src/core/http/pacing/wait.ts";
import type { RateLimit } from "../../../../../src/core/http/rateLimit.ts";
import { FakeClock } from "../../../../fakes/fakeClock.ts";

const noon = Date.UTC(2026, 10, 22, 12);
/** What a pacer without luck adds to every wait. */
const marginMs = 25;

function setUp(options: { readonly shared?: SharedLimits; readonly clock?: FakeClock; readonly random?: number } = {}) {
  const { clock = new FakeClock(noon), random = 0 } = options;
  const left: string[] = [];
  const failed = new Map<string, unknown>();
  const waits: (RequestWait | undefined)[] = [];
  const told: RateLimit[] = [];
  const pacer = new Pacer({
    clock,
    random: () => random,
    ...(options.shared && { shared: options.shared }),
    onWait: (_id, wait) => void waits.push(wait),
    onRateLimit: (_id, limit) => void told.push(limit),
  });
  /** Queues a request; the answer is what ends its stay. */
  const send = (name: string, priority: Priority = "user", connectionId = "c1", signal?: AbortSignal) => {
    const ticket = pacer.ticket(connectionId, priority);
    ticket.enter(signal).then(
      () => void left.push(name),
      (error: unknown) => void failed.set(name, error),
    );
    return { answered: () => ticket.leave() };
  };
  const reply = (headers: Readonly<Record<string, string>>, about: { status?: number; sentAt?: number } = {}): void => {
    const { status = 200, sentAt = clock.now() } = about;
    pacer.ticket("c1", "user").note({ reply: { status, headers, body: "" }, sentAt, receivedAt: clock.now() });
  };
  return { clock, pacer, send, reply, left, failed, waits, told };
}

const limitOf = (limit: number, remaining: number, resetAt: number) => ({
  "x-rate-limit-limit": String(limit),
  "x-rate-limit-remaining": String(remaining),
  "x-rate-limit-reset": String(resetAt / 1_000),
});

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

/** What the windows of a machine tell each other, at once and without files. */
function memoryBoard(): SharedLimits {
  const board = new Map<string, Limits>();
  return {
    read: async (id) => board.get(id),
    write: (id, limits) => void board.set(id, limits),
    forget: async (id) => void board.delete(id),
  };
}

describe("the queue of a connection", () => {
  it("lets eight leave at once while the server has said nothing, and the next when one is answered", async () => {
    const { clock, send, left } = setUp();
    const sent = names("r", 10).map((name) => send(name));
    await clock.advance(0);
    assert.deepEqual(left, names("r", 8));
    sent[3]?.answered();
    assert.deepEqual(left.length, 8, "what leaves is told in its own turn");
    await clock.advance(0);
    assert.deepEqual(left, names("r", 9));
  });

  it("waits for the reset when nothing is left, tells how long, and goes on by itself", async () => {
    const { clock, send, reply, left, waits, told } = setUp();
    reply(limitOf(25, 0, noon + 8_000));
    send("a");
    await clock.advance(0);
    assert.deepEqual(waits, [{ reason: "rateLimit", until: noon + 8_000 + marginMs }]);
    await clock.advance(8_000);
    assert.deepEqual(left, []);
    await clock.advance(marginMs);
    assert.deepEqual(left, ["a"]);
    assert.equal(waits.at(-1), undefined);
    assert.equal(clock.sleeperCount, 0);
    assert.deepEqual(told, [{ limit: 25, remaining: 0, resetAt: noon + 8_000 }]);
  });

  it("adds up to a tenth of the wait by chance, so that windows do not come at once", async () => {
    const { clock, send, reply, left } = setUp({ random: 0.5 });
    reply(limitOf(25, 0, noon + 8_000));
    send("a");
    await clock.advance(8_000 + marginMs + 399);
    assert.deepEqual(left, []);
    send("one that comes meanwhile waits as well");
    await clock.advance(0);
    assert.deepEqual(left, []);
    await clock.advance(1);
    assert.equal(left[0], "a");
  });

  it("counts what is under way against what is left", async () => {
    const { clock, send, reply, left } = setUp();
    const first = send("first");
    await clock.advance(0);
    reply(limitOf(25, 3, noon + 8_000));
    first.answered();
    const sent = names("r", 5).map((name) => send(name));
    await clock.advance(0);
    assert.deepEqual(left, ["first", "r1", "r2", "r3"]);
    reply(limitOf(25, 2, noon + 8_000));
    sent[0]?.answered();
    await clock.advance(0);
    assert.deepEqual(left.length, 4, "two are under way and two are left");
    await clock.advance(8_000);
    assert.deepEqual(left.length, 6, "a new window");
  });

  it("holds after a reset to the limit it knows, until the server says otherwise", async () => {
    const { clock, send, reply, left } = setUp();
    reply(limitOf(2, 0, noon + 1_000));
    for (const name of names("r", 5)) send(name);
    await clock.advance(1_000 + marginMs);
    assert.deepEqual(left, ["r1", "r2"]);
  });

  it("takes the newest word for a window that rolls, and the smaller of two that overlapped", async () => {
    const { clock, send, reply, left } = setUp();
    reply(limitOf(25, 0, noon + 60_000), { sentAt: noon - 400 });
    reply(limitOf(25, 9, noon + 60_000), { sentAt: noon - 300 });
    send("a");
    await clock.advance(0);
    assert.deepEqual(left, [], "the reply with 9 was on its way together with the one with 0");
    await clock.advance(500);
    reply(limitOf(25, 4, noon + 60_000));
    await clock.advance(0);
    assert.deepEqual(left, ["a"]);
  });

  it("keeps the hour in mind while replies tell of the ten seconds", async () => {
    const { clock, send, reply, left } = setUp();
    reply(limitOf(600, 0, noon + 60_000));
    reply(limitOf(25, 20, noon + 5_000));
    send("a");
    await clock.advance(59_999);
    assert.deepEqual(left, []);
    await clock.advance(1 + marginMs);
    assert.deepEqual(left, ["a"]);
  });

  it("is in the order of arrival, with the user's requests before those of the background", async () => {
    const { clock, send, reply, left } = setUp();
    reply(limitOf(3, 0, noon + 1_000));
    send("page 2", "background");
    send("page 3", "background");
    send("click 1");
    send("page 4", "background");
    send("click 2");
    await clock.advance(1_000 + marginMs);
    assert.deepEqual(left, ["click 1", "click 2", "page 2"]);
  });

  it("lets go of who is cancelled, at once and without a trace", async () => {
    const { clock, send, reply, left, failed, waits } = setUp();
    reply(limitOf(25, 0, noon + 8_000));
    const stop = new AbortController();
    send("a", "user", "c1", stop.signal);
    await clock.advance(1_000);
    stop.abort();
    await clock.advance(0);
    assert.equal((failed.get("a") as Error).name, "AbortError");
    assert.equal(waits.at(-1), undefined);
    assert.equal(clock.sleeperCount, 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    send("b");
    await clock.advance(7_000 + marginMs);
    assert.deepEqual(left, ["b"]);
  });

  it("keeps nothing on a signal after the request has left", async () => {
    const { clock, send } = setUp();
    const stop = new AbortController();
    send("a", "user", "c1", stop.signal);
    await clock.advance(0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });

  it("fails with the time where the opening is too far away, whoever waits", async () => {
    const { clock, send, reply, failed, left } = setUp();
    reply(limitOf(600, 0, noon + 40 * minuteMs));
    send("a");
    send("b", "background");
    await clock.advance(0);
    for (const name of ["a", "b"]) {
      const error = failed.get(name);
      assert.ok(error instanceof ProcoreError);
      assert.deepEqual(error.failure, { kind: "rateLimited", retryAt: noon + 40 * minuteMs });
    }
    assert.equal(clock.sleeperCount, 0);
    await clock.advance(40 * minuteMs);
    send("c");
    await clock.advance(marginMs);
    assert.deepEqual(left, ["c"]);
  });

  it("stops for a 429 and a 503 until the later of the times they name", async () => {
    for (const status of [429, 503]) {
      const { clock, send, reply, left } = setUp();
      reply({ "retry-after": "3", "x-rate-limit-reset": String(noon / 1_000 + 7) }, { status });
      send("a");
      await clock.advance(7_000);
      assert.deepEqual(left, [], String(status));
      await clock.advance(marginMs);
      assert.deepEqual(left, ["a"], String(status));
    }
  });

  it("says whose wish a pause is: the limit's after 429, the server's after 503", async () => {
    for (const [status, reason] of [
      [429, "rateLimit"],
      [503, "server"],
    ] as const) {
      const { clock, send, reply, waits } = setUp();
      reply({ "retry-after": "8" }, { status });
      send("a");
      await clock.advance(0);
      assert.deepEqual(waits, [{ reason, until: noon + 8_000 + marginMs }]);
    }
  });

  it("does not stop for times that no window can have", async () => {
    for (const headers of [
      { "retry-after": "999999999" },
      limitOf(25, 0, Date.UTC(9000, 0)),
      limitOf(25, 0, Date.UTC(1970, 0)),
      limitOf(0, 0, noon - 1_000),
      { "x-rate-limit-limit": "25", "x-rate-limit-remaining": "-1", "x-rate-limit-reset": "soon" },
    ]) {
      const { clock, send, reply, left } = setUp();
      reply(headers, { status: 429 });
      send("a");
      await clock.advance(0);
      assert.deepEqual(left, ["a"], JSON.stringify(headers));
    }
  });

  it("goes by the server's clock where that is another one", async () => {
    const { clock, send, reply, left } = setUp();
    reply({ ...limitOf(25, 0, noon + 3_000_000 + 4_000), date: "Sun, 22 Nov 2026 12:50:00 GMT" });
    send("a");
    await clock.advance(3_999);
    assert.deepEqual(left, []);
    await clock.advance(1 + marginMs);
    assert.deepEqual(left, ["a"]);
  });

  it("does not hold up another connection", async () => {
    const { clock, send, reply, left } = setUp();
    reply(limitOf(25, 0, noon + 8_000));
    send("a");
    send("b", "user", "c2");
    await clock.advance(0);
    assert.deepEqual(left, ["b"]);
  });

  it("takes 600 requests through a limit of 25 a second with none refused, in the time that takes", async () => {
    const { clock, pacer } = setUp({ random: 0.5 });
    const server = { second: 0, used: 0, refused: 0 };
    let done = 0;
    const request = async (index: number): Promise<void> => {
      const ticket = pacer.ticket("c1", "user");
      await ticket.enter();
      const sentAt = clock.now();
      await clock.sleep(20 + (index % 7) * 5);
      const second = Math.floor(clock.now() / 1_000);
      if (second !== server.second) Object.assign(server, { second, used: 0 });
      if (server.used >= 25) server.refused += 1;
      server.used = Math.min(25, server.used + 1);
      const headers = limitOf(25, 25 - server.used, (second + 1) * 1_000);
      await clock.sleep(20);
      ticket.note({ reply: { status: 200, headers, body: "" }, sentAt, receivedAt: clock.now() });
      ticket.leave();
      done += 1;
    };
    const all = Promise.all(Array.from({ length: 600 }, (_, index) => request(index)));
    const startedAt = clock.now();
    const isDone = (): boolean => done === 600;
    while (!isDone()) await clock.advance(20);
    await all;
    assert.equal(server.refused, 0);
    const seconds = (clock.now() - startedAt) / 1_000;
    assert.ok(seconds >= 23 && seconds <= 24 * 1.05, `${seconds} s`);
  });

  it("rejects who still waits when the window closes", async () => {
    const { clock, pacer, send, reply, failed } = setUp();
    reply(limitOf(25, 0, noon + 8_000));
    send("a");
    await clock.advance(0);
    const reason = new Error("closed");
    pacer.close(reason);
    await clock.advance(0);
    assert.equal(failed.get("a"), reason);
    assert.equal(clock.sleeperCount, 0);
    send("b");
    send("c", "user", "another connection");
    await clock.advance(0);
    assert.deepEqual([failed.get("b"), failed.get("c")], [reason, reason], "who comes later is refused as well");
  });

  it("ends the waiting of a connection that is removed, and of no other", async () => {
    const { clock, pacer, send, reply, failed, waits, left } = setUp();
    reply(limitOf(25, 0, noon + 8_000));
    send("a");
    send("b", "background");
    await clock.advance(0);
    await pacer.forget("c1");
    await clock.advance(0);
    for (const name of ["a", "b"]) assert.equal((failed.get(name) as Error | undefined)?.name, "AbortError");
    assert.equal(clock.sleeperCount, 0);
    assert.equal(waits.at(-1), undefined);
    send("c", "user", "c2");
    await clock.advance(0);
    assert.deepEqual(left, ["c"]);
  });

  it("ends the waiting of a removed connection also while the alarm rings", async () => {
    let answer = (): void => undefined;
    const late = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    let looks = 0;
    const slow: SharedLimits = {
      read: () => ((looks += 1) === 1 ? Promise.resolve(undefined) : late),
      write: () => undefined,
      forget: async () => undefined,
    };
    const { clock, pacer, send, reply, failed } = setUp({ shared: slow });
    reply(limitOf(25, 0, noon + 8_000));
    send("a");
    await clock.advance(8_000 + marginMs);
    assert.equal(looks, 2, "it looks what other windows met before anything leaves");
    await pacer.forget("c1");
    answer();
    await clock.advance(0);
    assert.equal((failed.get("a") as Error | undefined)?.name, "AbortError");
  });

  it("writes nothing of a removed connection when an answer comes late", async () => {
    const written: string[] = [];
    const shared = { ...memoryBoard(), write: (id: string) => void written.push(id) };
    const { clock, pacer, told } = setUp({ shared });
    const ticket = pacer.ticket("c1", "user");
    await ticket.enter();
    await pacer.forget("c1");
    const headers = limitOf(25, 3, noon + 8_000);
    ticket.note({ reply: { status: 200, headers, body: "" }, sentAt: noon, receivedAt: clock.now() });
    ticket.pause(noon + 5_000);
    ticket.leave();
    await clock.advance(0);
    assert.deepEqual([written, told], [[], []]);
    await assert.rejects(ticket.enter(), { name: "AbortError" });
  });
});

describe("what windows tell each other", () => {
  it("one window's 429 stops the others, also those with requests that wait already", async () => {
    const clock = new FakeClock(noon);
    const shared = memoryBoard();
    const [one, other] = [setUp({ clock, shared }), setUp({ clock, shared })];
    one.reply({ "retry-after": "5" }, { status: 429 });
    other.send("a");
    await clock.advance(5_000);
    assert.deepEqual(other.left, []);
    await clock.advance(marginMs);
    assert.deepEqual(other.left, ["a"]);
  });

  it("a window that wakes up looks first what the others met meanwhile", async () => {
    const clock = new FakeClock(noon);
    const shared = memoryBoard();
    const [one, other] = [setUp({ clock, shared }), setUp({ clock, shared })];
    other.reply(limitOf(25, 0, noon + 4_000));
    other.send("a");
    await clock.advance(3_000);
    one.reply({ "retry-after": "9" }, { status: 429 });
    await clock.advance(8_999);
    assert.deepEqual(other.left, []);
    await clock.advance(1 + marginMs);
    assert.deepEqual(other.left, ["a"]);
  });

  it("what is left counts for all, and is told where it is shown", async () => {
    const clock = new FakeClock(noon);
    const shared = memoryBoard();
    const [one, other] = [setUp({ clock, shared }), setUp({ clock, shared })];
    one.reply(limitOf(25, 2, noon + 8_000));
    for (const name of names("r", 4)) other.send(name);
    await clock.advance(0);
    assert.deepEqual(other.left, ["r1", "r2"]);
    assert.deepEqual(other.told, [{ limit: 25, remaining: 2, resetAt: noon + 8_000 }]);
  });

  it("a board that fails holds nobody up", async () => {
    const broken: SharedLimits = {
      read: () => Promise.reject(new Error("no disk")),
      write: () => undefined,
      forget: async () => undefined,
    };
    const { clock, send, left } = setUp({ shared: broken });
    send("a").answered();
    await clock.advance(0);
    assert.deepEqual(left, ["a"]);
  });
});

describe("what progress says of a wait", () => {
  const cases: readonly (readonly [RequestWait["reason"], number, string])[] = [
    ["rateLimit", 8_000, "Waiting 8 s for Procore's rate limit"],
    ["rateLimit", 7_001, "Waiting 8 s for Procore's rate limit"],
    ["rateLimit", 119_000, "Waiting 119 s for Procore's rate limit"],
    ["rateLimit", 180_001, "Waiting 4 min for Procore's rate limit"],
    ["server", 8_000, "Waiting 8 s, as the server asks"],
    ["retry", 1_200, "The request failed. Trying again in 2 s"],
    ["retry", -5, "The request failed. Trying again in 1 s"],
  ];
  for (const [reason, leftMs, text] of cases) {
    it(text, () => assert.equal(waitText({ reason, until: noon + leftMs }, noon), text));
  }
});
