import { randomBytes } from "node:crypto";
import type { AuthorizationRequest } from "./authorizationRequest.ts";

interface Pending {
  readonly request: AuthorizationRequest;
  readonly allow: string;
  readonly deny: string;
}

/** Enough for every tab a person may have open; older pages then have to be opened again. */
const pendingKept = 100;

/**
 * Approval pages that were shown and not yet answered. Each has a value for Allow and one for Deny, which the person's
 * browser alone has read: a form on another site cannot know them. The first answer ends both.
 */
export class PendingAuthorizations {
  readonly #pending = new Set<Pending>();

  add(request: AuthorizationRequest): { readonly allow: string; readonly deny: string } {
    const pending = {
      request,
      allow: randomBytes(32).toString("base64url"),
      deny: randomBytes(32).toString("base64url"),
    };
    this.#pending.add(pending);
    const [oldest] = this.#pending;
    if (this.#pending.size > pendingKept && oldest !== undefined) this.#pending.delete(oldest);
    return pending;
  }

  /** The request that a value was made for; undefined when the value is unknown, used, or was for the other answer. */
  take(answer: "allow" | "deny", value: string | undefined): AuthorizationRequest | undefined {
    for (const pending of this.#pending) {
      if (pending[answer] !== value) continue;
      this.#pending.delete(pending);
      return pending.request;
    }
    return undefined;
  }
}
