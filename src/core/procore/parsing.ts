import * as v from "valibot";
import type { ReplyFacts } from "../errors.ts";
import { notTheApi } from "../http/apiFailure.ts";
import { parseJson } from "../parseJson.ts";

/**
 * An id as text. `parseExactly` gives numbers beyond 2^53 as text; one that is still a number was rounded, which makes
 * it another one's, and is refused.
 * @see procore/documentation tutorials/tutorial_mpz.md (ids beyond 32 bits), announcements/new_rest_v2_version.md (strings)
 */
export const idSchema = v.union([
  v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.transform(String)),
  v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/u)),
]);

/** Text that may be missing, null or blank: undefined then. */
export const optionalText = v.pipe(
  v.optional(v.nullable(v.union([v.string(), v.pipe(v.number(), v.transform(String))]))),
  v.transform((text) => (text == null || text.trim() === "" ? undefined : text)),
);

/** A flag that counts as set when it is missing or null. */
export const flagOrTrue = v.nullish(v.boolean(), true);

const longNumber = /[[:,]\s*-?\d{16}/;

/**
 * `JSON.parse` that keeps whole numbers beyond 2^53 as text, digit by digit, and answers undefined for anything that is
 * not JSON. Where the engine does not tell a number's source text (before Node 21) they are rounded.
 * @see https://tc39.es/proposal-json-parse-with-source/
 */
export function parseExactly(text: string): unknown {
  // Looking at every value takes several times as long, so it is done only where a number could be that long.
  if (!longNumber.test(text)) return parseJson(text);
  const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
    const digits = isRounded ? context?.source : undefined;
    return digits !== undefined && /^\d+$/u.test(digits) ? digits : value;
  };
  try {
    return JSON.parse(text, keepDigits);
  } catch {
    return undefined;
  }
}

/** Who sent a body, what was expected of it, and what support asks for about the reply. */
export type Told = { readonly host: string; readonly expected: string } & ReplyFacts;

/**
 * Parses the rows of a list: a bare array, as v1 sends it, or the array in `data`, as v2 does. Throws as `parseBody`.
 * @see procore/documentation announcements/new_rest_v2_version.md
 */
export function parseRows<S extends v.GenericSchema>(row: S, body: string, told: Told): readonly v.InferOutput<S>[] {
  const json = parseExactly(body);
  const isEnvelope = typeof json === "object" && json !== null && "data" in json && Array.isArray(json.data);
  return parseValue(v.array(row), isEnvelope ? json.data : json, told);
}

/** Parses a body, or throws `unexpectedReply` that names what was expected of which host and where it went wrong. */
export function parseBody<S extends v.GenericSchema>(schema: S, body: string, told: Told): v.InferOutput<S> {
  return parseValue(schema, parseExactly(body), told);
}

function parseValue<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  { expected, ...from }: Told,
): v.InferOutput<S> {
  // The first issue is told; millions of others would only take memory.
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  // The path has indexes and field names; the issue itself would quote what was found there.
  const path = v.getDotPath(parsed.issues[0]);
  throw notTheApi({ ...from, ...(path === null ? {} : { path }) }, expected);
}
