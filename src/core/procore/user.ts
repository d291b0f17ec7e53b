import * as v from "valibot";
import type { User } from "../session.ts";
import { userId } from "./ids.ts";
import { idSchema, optionalText } from "./parsing.ts";

/**
 * GET /rest/v1.0/me: `{id, login, name}`, where `name` comes in a company's or project's context only.
 * @see Procore's OpenAPI description, RestV10MeGet
 */
export const userSchema = v.pipe(
  v.object({ id: idSchema, login: v.string(), name: optionalText }),
  v.transform(({ id, login, name }): User => ({ id: userId(id), login, name })),
);
