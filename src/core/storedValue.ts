import * as v from "valibot";
import { ProcoreError } from "./errors.ts";
import { parseJson } from "./parseJson.ts";

/** The `v` of every value that this version writes. A higher one needs a migration here and a fixture in the tests. */
export const storedVersion = 1;

const versioned = v.object({ v: v.pipe(v.number(), v.safeInteger()) });

/**
 * Reads a stored text: JSON with its version in `v`. `what` names it in the errors, which carry no cause, because a
 * parser's words quote what it read. The caller leaves a text that it cannot read as it is.
 * @throws ProcoreError `newerVersion` for a higher `v`, `damaged` for anything else that is not of this shape
 */
export function parseStored<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
  what: string,
): v.InferOutput<Schema> {
  const value = parseJson(text);
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const version = v.safeParse(versioned, value);
  const isNewer = version.success && version.output.v > storedVersion;
  throw new ProcoreError({ kind: isNewer ? "newerVersion" : "damaged", what });
}
