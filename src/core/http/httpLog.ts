/** All that may be told about one request: never a query, a body, a header's value but the request id, or an id. */
export interface HttpLogEntry {
  readonly method: string;
  /** The path with every id in it replaced by `{id}`; no host, no query. */
  readonly pathTemplate: string;
  readonly status?: number;
  /** A word for why no reply came: the failure's kind and cause, or `cancelled`. */
  readonly failure?: string;
  readonly durationMs: number;
  /** The reply's `x-request-id`, which Procore's support asks for. */
  readonly requestId?: string;
  /** Of the reply's body after decompression, in UTF-8. */
  readonly sizeBytes?: number;
  /** How often the request was sent before; left out the first time. */
  readonly retry?: number;
  /** How long it waited for its turn, if it did. */
  readonly queuedMs?: number;
}

/** Where requests are told about; nothing else may be logged. */
export type HttpLog = (entry: HttpLogEntry) => void;
