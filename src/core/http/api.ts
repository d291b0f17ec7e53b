import * as l10n from "@vscode/l10n";
import type { Clock } from "../clock.ts";
import type { CompanyId } from "../procore/ids.ts";
import { ProcoreError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { Secret } from "../secret.ts";
import type { Connection, TokenSource } from "../session.ts";
import { type Addressed, addressed } from "./addressed.ts";
import { apiFailure, assertJson, assertWhole, notTheApi, redirectTo, replyFacts } from "./apiFailure.ts";
import { exchange, type Outgoing, type TimedReply } from "./exchange.ts";
import type { HttpLog } from "./httpLog.ts";
import { assertSameOrigin, type Query } from "./origin.ts";
import { pathTemplate } from "./pathTemplate.ts";
import type { Priority } from "./pacing/lane.ts";
import type { Pacer, Ticket } from "./pacing/pacer.ts";
import { type Outcome, outcomeOf, planRetry, settled } from "./pacing/retry.ts";
import type { Reply, Transport } from "./transport.ts";

export interface ApiRequest {
  readonly method: "GET";
  /** Unencoded segments, e.g. `["rest", "v1.0", "me"]`. */
  readonly path: readonly string[];
  readonly query?: Query;
  /**
   * Sent as `Procore-Company-Id`, which everything but `/me` and `/companies` needs. For a service account these two
   * need it as well: without another one, its own company is sent.
   * @see procore/documentation tutorials/tutorial_mpz.md, oauth/oauth_client_credentials.md
   */
  readonly companyId?: CompanyId;
  /** Where it stands when requests queue for Procore's limits; `user` unless said. */
  readonly priority?: Priority;
}

export interface Api {
  /**
   * Resolves with a 2xx reply that holds JSON and tells of no failures; rejects with `ProcoreError` for everything else,
   * and with the signal's reason once it is aborted. A 401 renews the token and repeats the request, once. It leaves when
   * Procore's limits allow; a read that failed for a passing reason is sent again a few times.
   */
  send(connection: Connection, request: ApiRequest, signal?: AbortSignal): Promise<ApiReply>;
}

/** A reply that holds JSON; `receivedAt` is epoch ms of this machine's clock. */
export type ApiReply = Reply & Pick<TimedReply, "receivedAt">;

export interface ApiDependencies {
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
  readonly log: HttpLog;
  /** The queue of each connection; all that send as a connection share it. */
  readonly pacer: Pacer;
}

const maxRedirects = 5;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

/** The one way to Procore's REST API: a token goes to its connection's own API origin and nowhere else. */
export function createApi(deps: ApiDependencies): Api {
  return {
    async send(connection, asked, signal) {
      const { request, url, headers } = addressed(connection, asked);
      const timed = await sendInTurn(deps, { connection, request, url, headers }, signal);
      if (!isSuccess(timed)) throw apiFailure(timed, url.host);
      assertJson(timed, url.host);
      assertWhole(timed, url.host);
      return { ...timed.reply, receivedAt: timed.receivedAt };
    },
  };
}

const isSuccess = ({ reply: { status } }: TimedReply): boolean => status >= 200 && status <= 299;

type Target = Omit<Send, "token" | "told" | "ticket" | "sends">;

/** Waits for the request's turn and sends it; a read again, when it failed for a passing reason. */
async function sendInTurn(deps: ApiDependencies, target: Target, signal?: AbortSignal): Promise<TimedReply> {
  const { clock, random, pacer } = deps;
  const { connection, request } = target;
  const ticket = pacer.ticket(connection.id, request.priority ?? "user");
  const sends = { count: 0 };
  let last: TimedReply | undefined;
  for (let retry = 0; ; retry += 1) {
    const enteredAt = clock.now();
    await ticket.enter(signal).catch((error: unknown) => {
      throw withFacts(error, last);
    });
    const queuedMs = clock.now() - enteredAt;
    const told = queuedMs > 0 ? { queuedMs } : {};
    const outcome = await sendWithToken(deps, { ...target, ticket, sends, told }, signal).finally(() => ticket.leave());
    if (outcome.kind === "reply") last = outcome.timed;
    const plan = signal?.aborted === true ? undefined : planRetry(request.method, outcome, { retry, random });
    if (plan === undefined) return settled(outcome);
    if (plan.kind === "pause") ticket.pause(clock.now() + plan.ms);
    else if (plan.kind === "backOff") await ticket.backOff(plan.ms, signal);
  }
}

/** What the queue refused, with the request id and the time of the reply that led there. */
function withFacts(error: unknown, last: TimedReply | undefined): unknown {
  if (last === undefined || !(error instanceof ProcoreError) || error.failure.kind !== "rateLimited") return error;
  return new ProcoreError({ ...error.failure, ...replyFacts(last) }, { cause: error.cause });
}

/**
 * With the token of now; with a renewed one, once, when Procore does not take it. What token calls throw rises as it is
 * and is no outcome of the request: it must not look like one that may be repeated.
 */
async function sendWithToken(
  deps: ApiDependencies,
  target: Omit<Send, "token">,
  signal?: AbortSignal,
): Promise<Outcome> {
  const { tokens } = deps;
  const token = await tokens.accessToken(target.connection, signal);
  const outcome = await outcomeOf(follow(deps, { ...target, token }, signal));
  if (outcome.kind === "thrown" || outcome.timed.reply.status !== 401) return outcome;
  const renewed = await tokens.replaceToken(target.connection, token, signal);
  return await outcomeOf(follow(deps, { ...target, token: renewed, told: {} }, signal));
}

interface Send extends Addressed {
  readonly connection: Connection;
  readonly token: Secret;
  readonly ticket: Ticket;
  /** How often it was sent so far, for the log; redirects are one with the request that led to them. */
  readonly sends: { count: number };
  /** What the log tells of the way to this send. */
  readonly told: Pick<Outgoing, "retry" | "queuedMs">;
}

/** Sends, and follows redirects as long as they stay on the connection's own scheme, host and port. */
async function follow(deps: ApiDependencies, send: Send, signal?: AbortSignal): Promise<TimedReply> {
  let url = send.url;
  const before = send.sends.count;
  send.sends.count += 1;
  const told = { ...send.told, ...(before > 0 && { retry: before }) };
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const timed = await sendOnce(deps, { ...send, url, told }, signal);
    if (!redirectStatuses.includes(timed.reply.status)) return timed;
    url = redirectTarget(timed, url, send.connection.origins.api);
  }
  throw notTheApi({ host: url.host }, l10n.t("a reply within {0} redirects", maxRedirects));
}

async function sendOnce(deps: ApiDependencies, send: Send, signal?: AbortSignal): Promise<TimedReply> {
  const { connection, request, url, token } = send;
  assertSameOrigin(url, connection.origins.api);
  const headers = { ...send.headers, authorization: `Bearer ${token.reveal()}`, "user-agent": deps.userAgent };
  const outgoing = {
    request: { method: request.method, url: url.href, headers, connectionId: connection.id },
    pathTemplate: pathTemplate(request.path),
    ...send.told,
  };
  const timed = await exchange(deps, outgoing, signal);
  send.ticket.note(timed);
  return timed;
}

function redirectTarget(timed: TimedReply, from: URL, apiOrigin: string): URL {
  const location = timed.reply.headers["location"];
  const source = { host: from.host, ...replyFacts(timed) };
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw notTheApi(source, l10n.t("a redirect with an address"));
  }
  const target = new URL(location, from.href);
  if (target.origin !== new URL(apiOrigin).origin || target.username !== "" || target.password !== "") {
    const instead = redirectTo(target, location);
    throw notTheApi({ ...source, instead }, l10n.t("a reply of its own, without a redirect to another address"));
  }
  return target;
}
