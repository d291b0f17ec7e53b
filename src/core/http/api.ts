import type { Clock } from "../clock.ts";
import type { CompanyId } from "../procore/ids.ts";
import type { Secret } from "../secret.ts";
import { type Connection, ownCompanyId, type TokenSource } from "../session.ts";
import { apiFailure, assertJson, notTheApi } from "./apiFailure.ts";
import { exchange, type TimedReply } from "./exchange.ts";
import type { HttpLog } from "./httpLog.ts";
import { assertSameOrigin, buildUrl, notAllowed, type Query } from "./origin.ts";
import { pathTemplate } from "./pathTemplate.ts";
import { type RateLimit, readRateLimit } from "./rateLimit.ts";
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
}

export interface Api {
  /**
   * Resolves with a 2xx reply that holds JSON; rejects with `ProcoreError` for everything else, and with the signal's
   * reason once it is aborted. A 401 renews the token and repeats the request, once.
   */
  send(connection: Connection, request: ApiRequest, signal?: AbortSignal): Promise<Reply>;
}

export interface ApiDependencies {
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly log: HttpLog;
  /** Hears what each reply tells about the limits. */
  readonly onRateLimit: (connectionId: string, limit: RateLimit) => void;
}

const maxRedirects = 5;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

/** The one way to Procore's REST API: a token goes to its connection's own API origin and nowhere else. */
export function createApi(deps: ApiDependencies): Api {
  return {
    async send(connection, asked, signal) {
      const companyId = asked.companyId ?? ownCompanyId(connection);
      const request = companyId === undefined ? asked : { ...asked, companyId };
      const url = buildUrl(connection.origins.api, request.path, request.query);
      assertHeaderValue(request.companyId, url);
      const token = await deps.tokens.accessToken(connection, signal);
      let timed = await follow(deps, { connection, request, url, token }, signal);
      if (timed.reply.status === 401) {
        const renewed = await deps.tokens.replaceToken(connection, token, signal);
        timed = await follow(deps, { connection, request, url, token: renewed }, signal);
      }
      if (timed.reply.status < 200 || timed.reply.status > 299) throw apiFailure(timed, url.host);
      assertJson(timed.reply, url.host);
      return timed.reply;
    },
  };
}

interface Send {
  readonly connection: Connection;
  readonly request: ApiRequest;
  readonly url: URL;
  readonly token: Secret;
}

/** Sends, and follows redirects as long as they stay on the connection's own scheme, host and port. */
async function follow(deps: ApiDependencies, send: Send, signal?: AbortSignal): Promise<TimedReply> {
  let url = send.url;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const timed = await sendOnce(deps, { ...send, url }, signal);
    if (!redirectStatuses.includes(timed.reply.status)) return timed;
    url = redirectTarget(timed.reply, url, send.connection.origins.api);
  }
  throw notTheApi(url.host, `a reply within ${maxRedirects} redirects`);
}

async function sendOnce(deps: ApiDependencies, send: Send, signal?: AbortSignal): Promise<TimedReply> {
  const { connection, request, url, token } = send;
  assertSameOrigin(url, connection.origins.api);
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${token.reveal()}`,
    "user-agent": deps.userAgent,
    ...(request.companyId === undefined ? {} : { "procore-company-id": request.companyId }),
  };
  const outgoing = {
    request: { method: request.method, url: url.href, headers },
    pathTemplate: pathTemplate(request.path),
  };
  const timed = await exchange(deps, outgoing, signal);
  const limit = readRateLimit(timed.reply.headers);
  if (limit !== undefined) deps.onRateLimit(connection.id, limit);
  return timed;
}

function redirectTarget(reply: Reply, from: URL, apiOrigin: string): URL {
  const location = reply.headers["location"];
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw notTheApi(from.host, "a redirect with an address");
  }
  const target = new URL(location, from.href);
  if (target.origin !== new URL(apiOrigin).origin || target.username !== "" || target.password !== "") {
    throw notTheApi(from.host, "a reply of its own, without a redirect to another address");
  }
  return target;
}

// An id comes from a server or a person; it must not be able to start another header.
function assertHeaderValue(value: string | undefined, url: URL): void {
  if (value !== undefined && !/^[\w-]{1,64}$/u.test(value)) throw notAllowed(url.host);
}
