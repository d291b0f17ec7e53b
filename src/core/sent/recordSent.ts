import type { Clock } from "../clock.ts";
import { ProcoreError } from "../errors.ts";
import type { Reply, Transport, TransportRequest } from "../http/transport.ts";
import { plain } from "../plain.ts";
import { parseExactly } from "../procore/parsing.ts";
import { type ClientIds, maskReply, maskRequest } from "./mask.ts";
import type { SentOutcome, SentRecord, StepId } from "./sentRecord.ts";
import type { SigningIn } from "./sentRecords.ts";
import { stepOf } from "./stepOf.ts";

export interface RecordingDependencies {
  readonly clock: Clock;
  /** Hears what was sent, and whose it is. Nothing secret is in it. */
  readonly onSent: (owner: string | SigningIn, record: SentRecord) => void;
}

/**
 * The same transport, which also tells about the requests that Show What Was Sent shows, as they left and with what came
 * back. Secrets are left out here, before anything is kept. A record that cannot be made never costs a reply.
 */
export function recordSent(transport: Transport, deps: RecordingDependencies): Transport {
  return async (request, signal) => {
    const at = deps.clock.now();
    try {
      const reply = await transport(request, signal);
      note(deps, request, { at, reply });
      return reply;
    } catch (error) {
      note(deps, request, { at, error });
      throw error;
    }
  };
}

type End = { readonly at: number } & ({ readonly reply: Reply } | { readonly error: unknown });

function note(deps: RecordingDependencies, request: TransportRequest, end: End): void {
  try {
    const step = stepOf(request);
    const owner = step === undefined ? undefined : ownerOf(request, step, end);
    if (step === undefined || owner === undefined) return;
    const keys = typeof owner === "object" && owner.clientId === undefined ? "hidden" : "shown";
    const outcome = outcomeOf(request, { ...end, keys, durationMs: deps.clock.now() - end.at });
    deps.onSent(owner, { step, at: end.at, method: request.method, ...maskRequest(request, keys), outcome });
  } catch {
    // The reply may hold the only copy of a token pair: it must arrive, recorded or not.
  }
}

/** The steps by which somebody signs in. */
const signInSteps: ReadonlySet<StepId> = new Set(["key-check", "exchange", "client-credentials"]);

/**
 * Whose request it is. One of a sign-in belongs to no app unless its answer shows that the login service knows the keys:
 * either may be a secret that was typed into the wrong box, so neither is kept.
 */
function ownerOf(
  { connectionId, url, body }: TransportRequest,
  step: StepId,
  end: End,
): string | SigningIn | undefined {
  if (connectionId !== undefined) return connectionId;
  const loginOrigin = new URL(url).origin;
  const clientId = new URLSearchParams(body ?? "").get("client_id") ?? "";
  if (clientId !== "" && "reply" in end && showsKnownKeys(end.reply)) return { loginOrigin, clientId };
  return signInSteps.has(step) ? { loginOrigin, clientId: undefined } : undefined;
}

/**
 * Tokens, or a refusal of something else than the keys. A status alone shows nothing: `invalid_client` comes with 400 as
 * well, and a gateway in between answers what it likes.
 * @see RFC 6749 section 5.2
 */
function showsKnownKeys({ status, body }: Reply): boolean {
  const { access_token: token, error } = fieldsOf(parseExactly(body));
  if (status < 300) return typeof token === "string";
  // Doorkeeper's 403 `unauthorized_client` of a revocation is no word about the secret.
  return (status === 400 || status === 401) && (error === "invalid_grant" || error === "unauthorized_client");
}

const fieldsOf = (json: unknown): Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null ? { ...json } : {};

function outcomeOf(
  request: TransportRequest,
  end: End & { readonly keys: ClientIds; readonly durationMs: number },
): SentOutcome {
  const { keys, durationMs } = end;
  if ("reply" in end) {
    return { kind: "reply", status: end.reply.status, durationMs, ...maskReply(request, end.reply, keys) };
  }
  const words = end.error instanceof ProcoreError ? end.error.message : "";
  return { kind: "failed", words: plain(words, 300), durationMs };
}
