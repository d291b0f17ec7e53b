/** What the sandbox remembers of a request: names only, so that it holds no token, code or secret. */
export interface RequestLogEntry {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** In the order sent. */
  readonly queryNames: readonly string[];
  /** Lower case, in the order sent. */
  readonly headerNames: readonly string[];
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Undefined while unanswered, and for good when the connection was cut. */
  readonly status: number | undefined;
}

/** The oldest entries go when there are more. */
const entriesKept = 20_000;

export interface RequestLog {
  /** Returns the function that tells what was answered. */
  add(entry: Omit<RequestLogEntry, "status">): (status: number) => void;
  entries(): readonly RequestLogEntry[];
  clear(): void;
}

export function createRequestLog(): RequestLog {
  const slots: { entry: RequestLogEntry }[] = [];
  return {
    add(entry) {
      const slot: { entry: RequestLogEntry } = { entry: { ...entry, status: undefined } };
      slots.push(slot);
      if (slots.length > entriesKept) slots.shift();
      return (status) => {
        slot.entry = { ...slot.entry, status };
      };
    },
    entries: () => slots.map(({ entry }) => entry),
    clear: () => void slots.splice(0),
  };
}
