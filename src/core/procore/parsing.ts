import * as v from "valibot";
import type { ReplyFacts } from "../errors.ts";
import { notTheApi } from "../http/apiFailure.ts";
import { parseJson } from "../http/errorBody.ts";

/**
 * An id as text. Numbers beyond 2^53 are refused, because `JSON.parse` has rounded them already and a rounded id is
 * another one's; strings of any size are fine.
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

/** Parses a body, or throws `unexpectedReply` that names what was expected of which host and where it went wrong. */
export function parseBody<S extends v.GenericSchema>(
  schema: S,
  body: string,
  { expected, ...from }: { readonly host: string; readonly expected: string } & ReplyFacts,
): v.InferOutput<S> {
  // The first issue is told; millions of others would only take memory.
  const parsed = v.safeParse(schema, parseJson(body), { abortEarly: true });
  if (parsed.success) return parsed.output;
  // The path has indexes and field names; the issue itself would quote what was found there.
  const path = v.getDotPath(parsed.issues[0]);
  throw notTheApi({ ...from, ...(path === null ? {} : { path }) }, expected);
}
