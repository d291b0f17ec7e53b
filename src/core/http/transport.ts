/**
 * The port through which every request leaves: adapters are undici and the editor's `fetch` (`platform/network`).
 * It sends exactly what it is given, follows no redirect, and repeats nothing. How a body is compressed on its way is
 * the adapter's own affair: it may ask for a coding, and hands over the body without it.
 */
export type Transport = (request: TransportRequest, signal?: AbortSignal) => Promise<Reply>;

export interface TransportRequest {
  readonly method: string;
  /** Absolute https URL, or http to a loopback address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whose connections carry it; a sign-in has none yet. Each connection has network connections of its own. */
  readonly connectionId?: string;
  /** A reply with a longer body is refused with `replyTooLarge`. */
  readonly maxBodyBytes?: number;
}

/** A whole reply, whatever its status. */
export interface Reply {
  readonly status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
