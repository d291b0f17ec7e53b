import { ProcoreError } from "../core/errors.ts";
import { withoutSecrets } from "../core/redact.ts";

/**
 * Uses the clipboard; a refusal becomes the failure that says so, with a cause that quotes nothing of what was copied.
 * @throws ProcoreError `clipboard`
 */
export async function clipboard<T>(doing: "read" | "write", work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Others' errors may quote what they were given.
    throw new ProcoreError({ kind: "clipboard", doing }, { cause: withoutSecrets(error) });
  }
}
