import * as l10n from "@vscode/l10n";
import { type Clock, minuteMs } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { withDeadline } from "../../core/http/deadline.ts";
import { isSendable, notAllowed } from "../../core/http/origin.ts";
import type { Reply, Transport, TransportRequest } from "../../core/http/transport.ts";
import { acceptEncoding } from "./body.ts";
import { createGate, type Gate } from "./gate.ts";

/** What every transport is told. */
export interface ContractOptions {
  readonly clock: Clock;
  /** For everything, waiting for a turn included; 5 min by `clock`. */
  readonly totalTimeoutMs?: number;
  /** For requests that name no limit of their own; 16 MB. */
  readonly maxBodyBytes?: number;
}

/** A transport with connections of its own, to be closed by who made it. */
export type ClosableTransport = Transport & TransportEnds;

/** Both let running requests end on the connections they have. */
export interface TransportEnds {
  close(): Promise<void>;
  /**
   * Lets go of what is kept for a connection that was removed, after the last request of it that runs or waits for its
   * turn; what is sent for it after that begins anew.
   */
  forget(connectionId: string): void;
}

/** A request that may be sent, and to whose connections it belongs: a connection's, or in a sign-in a host's. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly maxBodyBytes: number;
  readonly owner: string;
}

/** What is kept of one owner; `running` counts its requests, also those that wait for their turn. */
interface Owner {
  readonly gates: Map<string, Gate>;
  running: number;
  isForgotten: boolean;
}

/** How many requests of one owner go to one origin at the same time. */
export const connectionsPerOrigin = 8;

const megabyte = 1_048_576;

/**
 * What all transports promise alike, around the part that sends: only https and loopback addresses, no header that
 * could start another, at most 8 at once to an origin, an end to everything, and an aborted signal rejects at once with
 * its reason, whatever the network does.
 */
export function createTransport(
  options: ContractOptions,
  send: (outgoing: Outgoing, signal: AbortSignal) => Promise<Reply>,
  connections: TransportEnds,
): ClosableTransport {
  const { clock, totalTimeoutMs: timeoutMs = 5 * minuteMs, maxBodyBytes = 16 * megabyte } = options;
  const owners = new Map<string, Owner>();
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  const letGo = (owner: string): void => {
    owners.delete(owner);
    connections.forget(owner);
  };
  const transport: Transport = async (request, signal) => {
    const outgoing = toOutgoing(request, maxBodyBytes);
    const { owner, url } = outgoing;
    const { host, origin } = url;
    if (closing !== undefined) throw new ProcoreError({ kind: "network", cause: "other", host, code: "CLOSED" });
    const own = owners.get(owner) ?? { gates: new Map<string, Gate>(), running: 0, isForgotten: false };
    owners.set(owner, own);
    const gate = own.gates.get(origin) ?? createGate(connectionsPerOrigin);
    own.gates.set(origin, gate);
    own.running += 1;
    const sending = (inner: AbortSignal): Promise<Reply> => gate(() => send(outgoing, inner), inner);
    const result = withDeadline({ clock, timeoutMs, host }, sending, signal);
    const settled = result
      .catch(() => undefined)
      .finally(() => {
        running.delete(settled);
        own.running -= 1;
        if (own.isForgotten && own.running === 0) letGo(owner);
      });
    running.add(settled);
    return await result;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(running);
    await connections.close();
  };
  return Object.assign(transport, {
    close: () => (closing ??= closeAll()),
    forget(connectionId: string) {
      const own = owners.get(connectionId);
      if (own === undefined || own.running === 0) letGo(connectionId);
      else own.isForgotten = true;
    },
  });
}

function toOutgoing(request: TransportRequest, maxBodyBytes: number): Outgoing {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url === undefined || !isSendable(url)) throw notAllowed(url?.host ?? l10n.t("(no address)"));
  // The libraries refuse such a header too, but quote it.
  if (Object.values(request.headers).some((value) => /[^\t\u0020-\u007e\u0080-\u00ff]/u.test(value))) {
    throw new ProcoreError({ kind: "network", cause: "other", host: url.host, code: "INVALID_HEADER" });
  }
  const names = Object.keys(request.headers).map((name) => name.toLowerCase());
  const coding = names.includes("accept-encoding") ? {} : { "accept-encoding": acceptEncoding };
  return {
    url,
    method: request.method,
    headers: { ...request.headers, ...coding },
    body: request.body,
    maxBodyBytes: request.maxBodyBytes ?? maxBodyBytes,
    owner: request.connectionId ?? url.origin,
  };
}
