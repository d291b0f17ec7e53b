import { minuteMs, secondMs } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { withDeadline } from "../../core/http/deadline.ts";
import type { Reply } from "../../core/http/transport.ts";
import { type ClosableTransport, type ContractOptions, createTransport, type Outgoing } from "./contract.ts";
import { toNetworkFailure, tooLarge } from "./failures.ts";
import { connectRefused, refusedStatus } from "./proxyFailures.ts";
import type { Environment } from "./settings.ts";

export interface FetchTransportOptions extends ContractOptions {
  /** The editor's own, looked up for each request: the editor may put another in its place. */
  readonly fetch: () => typeof globalThis.fetch;
  /** Where NODE_TLS_REJECT_UNAUTHORIZED is looked up. */
  readonly env: Environment;
  /** From the call to the reply's headers, the way to the host included; 40 s by `clock`. */
  readonly headersTimeoutMs?: number;
  /** Between two pieces of a body; 60 s by `clock`. */
  readonly bodyTimeoutMs?: number;
}

/**
 * A transport on the editor's `fetch`, which alone knows PAC files, Kerberos and the editor's own way of asking for a
 * proxy's password. Connections are the editor's. It adds `Accept`, `Accept-Language` and `Sec-Fetch-Mode` of its own;
 * all else is as with the other transport: no redirect followed, no cookies, nothing repeated, TLS always checked.
 */
export function createFetchTransport(options: FetchTransportOptions): ClosableTransport {
  return createTransport(
    options,
    async (outgoing, signal) => {
      assertChecked(outgoing.url, options.env);
      const ended = new AbortController();
      try {
        return await send(options, outgoing, AbortSignal.any([signal, ended.signal]));
      } catch (error) {
        throw toFailure(error, outgoing.url.host);
      } finally {
        // What was not read to its end is dropped, and its connection with it.
        ended.abort();
      }
    },
    { close: async () => undefined, forget: () => undefined },
  );
}

/** The editor's `fetch` would obey this variable and take any certificate. */
function assertChecked({ protocol, host }: URL, env: Environment): void {
  if (protocol !== "https:" || env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return;
  throw new ProcoreError({ kind: "network", cause: "certificatesUnchecked", host });
}

async function send(options: FetchTransportOptions, outgoing: Outgoing, signal: AbortSignal): Promise<Reply> {
  const { url, method, headers, body } = outgoing;
  const { clock, headersTimeoutMs: timeoutMs = 40 * secondMs } = options;
  // Bytes, because text would get a Content-Type of its own.
  const content = body === undefined ? {} : { body: new TextEncoder().encode(body) };
  const response = await withDeadline(
    { clock, timeoutMs, host: url.host },
    () => options.fetch()(url, { method, headers, ...content, redirect: "manual", credentials: "omit", signal }),
    signal,
  );
  const text = await readText(options, response, outgoing, signal);
  return { status: response.status, headers: toHeaders(response.headers), body: text };
}

async function readText(
  { clock, bodyTimeoutMs: timeoutMs = minuteMs }: FetchTransportOptions,
  response: Response,
  { url: { host }, maxBodyBytes }: Outgoing,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  for (;;) {
    const { value } = await withDeadline({ clock, timeoutMs, host }, () => reader.read(), signal);
    if (value === undefined) break;
    length += value.byteLength;
    if (Math.max(length, Number(response.headers.get("content-length") ?? 0)) > maxBodyBytes) throw tooLarge(host);
    chunks.push(value);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, length));
}

function toFailure(error: unknown, host: string): ProcoreError {
  if (error instanceof ProcoreError) return error;
  const status = refusedStatus(error);
  return status === undefined ? toNetworkFailure(error, host) : connectRefused(status, { host });
}

/** Repeated headers joined, cookies too; without what described the body before `fetch` decoded it. */
function toHeaders(headers: Headers): Reply["headers"] {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  const isDecoded = coding !== "" && coding !== "identity";
  const described = isDecoded ? ["content-encoding", "content-length"] : [];
  return Object.fromEntries(
    Array.from(headers.keys())
      .filter((name) => !described.includes(name))
      .map((name) => [name, headers.get(name) ?? ""]),
  );
}
