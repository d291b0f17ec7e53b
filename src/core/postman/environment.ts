import { type PostmanValues, postmanVariables } from "./variables.ts";

/**
 * A Postman environment. Postman documents no schema for it; these are the fields that Postman itself writes.
 * @see https://learning.postman.com/docs/sending-requests/variables/managing-environments/
 * @see postmanlabs/postman-validator json-schemas/environment.schema.json
 */
export interface PostmanEnvironment {
  readonly id: string;
  readonly name: string;
  readonly values: readonly {
    readonly key: string;
    readonly value: string;
    readonly type: "default" | "secret";
    readonly enabled: true;
  }[];
  readonly _postman_variable_scope: "environment";
}

/** The values beside a collection; secrets are there by name, typed `secret`, and empty. */
export function postmanEnvironment(about: {
  /** A UUID of its own. */
  readonly id: string;
  readonly name: string;
  readonly values: PostmanValues;
}): PostmanEnvironment {
  const values = postmanVariables(about.values).map(
    ({ key, value, type }) => ({ key, value, type, enabled: true }) as const,
  );
  return { id: about.id, name: about.name, values, _postman_variable_scope: "environment" };
}
