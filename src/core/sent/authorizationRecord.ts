import type { Named, SentOutcome, SentRecord } from "./sentRecord.ts";

/** The record of an authorization address that went to the browser or to the clipboard; all of it may be shown. */
export function authorizationRecord(
  address: string,
  at: number,
  how: Extract<SentOutcome, { kind: "browser" }>["how"],
): SentRecord {
  const { origin, pathname, searchParams } = new URL(address);
  const query: readonly Named[] = [...searchParams];
  const outcome = { kind: "browser", how } as const;
  return {
    step: "authorize",
    at,
    method: "GET",
    address: `${origin}${pathname}`,
    query,
    headers: [],
    form: [],
    outcome,
  };
}
