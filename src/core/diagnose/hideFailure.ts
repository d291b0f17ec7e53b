import { assertNever } from "../assertNever.ts";
import { isProcoreHost } from "../hosts.ts";
import { plain } from "../plain.ts";
import type { Failure, Instead } from "../errors.ts";
import { builtInEnvironments } from "../procore/environments.ts";
import { hiddenPiece, hostPiece, type Names, type Piece, type Show, withoutLinks } from "./words.ts";

/**
 * The same failure without what a stranger may not read, for `advice`: hosts and addresses that are not Procore's,
 * proxies, names of environments, and whatever words came from outside. What is not known here is left out.
 */
export function hideFailure(
  failure: Failure,
  { names, show }: { readonly names: Names; readonly show: Show },
): Failure {
  if (names === "shown") return unlinked(failure);
  return hidden(withoutOddId(failure), show);
}

function hidden(failure: Failure, show: Show): Failure {
  const host = (text: string): string => show(hostPiece(text));
  const own = (text: string): string => (text === "" ? "" : show(hiddenPiece("words", text)));
  switch (failure.kind) {
    case "credentialsRejected":
    case "serviceAccountMissing":
      return { ...failure, environment: environment(failure.environment, show), host: host(failure.host) };
    case "oauth":
      return {
        ...failure,
        error: oauthErrors.has(failure.error) ? failure.error : own(failure.error),
        description: own(failure.description),
      };
    case "network": {
      // For this cause it is the name of a setting or a variable.
      const proxy = failure.cause === "proxySetting" ? failure.proxy : hiddenProxy(failure.proxy, show);
      const { proxy: _named, ...rest } = failure;
      return { ...rest, host: host(failure.host), ...(proxy === undefined ? {} : { proxy }) };
    }
    case "http": {
      const { code, instead, ...rest } = failure;
      return {
        ...rest,
        host: host(failure.host),
        message: knownWords(failure.message) ?? own(failure.message),
        ...(code === undefined || !codes.has(code) ? {} : { code }),
        ...(instead === undefined ? {} : { instead: hideInstead(instead, show) }),
      };
    }
    case "unexpectedReply": {
      const { instead, ...rest } = failure;
      return {
        ...rest,
        host: host(failure.host),
        ...(instead === undefined ? {} : { instead: hideInstead(instead, show) }),
      };
    }
    case "webAddressRefused":
      return { ...failure, host: host(failure.host) };
    case "addressesChanged":
      return {
        ...failure,
        environment: environment(failure.environment, show),
        was: origin(failure.was, show),
        now: origin(failure.now, show),
      };
    case "environmentGone":
      return { ...failure, environment: environment(failure.environment, show) };
    // These hold nothing from outside: fixed words, numbers and times.
    case "signedOut":
    case "codeRejected":
    case "appNotConnected":
    case "rateLimited":
    case "sandboxStopped":
    case "storage":
    case "clipboard":
    case "sessionBusy":
    case "sessionOvertaken":
    case "newerVersion":
    case "damaged":
      return failure;
    default:
      return assertNever(failure);
  }
}

/** The same words, of which nothing makes a link: those that a server chose. */
function unlinked(failure: Failure): Failure {
  switch (failure.kind) {
    case "oauth":
      return { ...failure, description: withoutLinks(failure.description) };
    case "http":
      return { ...failure, ...insteadUnlinked(failure.instead), message: withoutLinks(failure.message) };
    case "unexpectedReply":
      return { ...failure, ...insteadUnlinked(failure.instead) };
    default:
      return failure;
  }
}

const insteadUnlinked = (instead: Instead | undefined): { readonly instead?: Instead } =>
  instead?.kind === "webPage" ? { instead: { ...instead, title: withoutLinks(instead.title) } } : {};

/** A server may make its request IDs of its own name: only Procore's, and those without any word in them, are told. */
function withoutOddId(failure: Failure): Failure {
  if (!("requestId" in failure) || failure.requestId === undefined) return failure;
  const isPublic = ("host" in failure && isProcoreHost(failure.host)) || wordless.test(failure.requestId);
  if (isPublic) return failure;
  const { requestId: _odd, ...rest } = failure;
  return rest;
}

const wordless = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|Root=1-[\da-f]{8}-[\da-f]{24})$/iu;

/** The label of an environment; Procore's own ones are no secret. */
export const environmentPiece = (label: string): Piece =>
  builtInEnvironments.some((environment) => environment.label === label) ? label : hiddenPiece("environment", label);

const environment = (label: string, show: Show): string => show(environmentPiece(label));

const hiddenProxy = (proxy: string | undefined, show: Show): string | undefined =>
  proxy === undefined ? undefined : show(hiddenPiece("proxy", proxy));

function origin(text: string, show: Show): string {
  return URL.canParse(text) ? show(hostPiece(new URL(text).host)) : show(hiddenPiece("host", text));
}

function hideInstead(instead: Instead, show: Show): Instead {
  if (instead.kind === "webPage") {
    return { ...instead, title: instead.title === "" ? "" : show(hiddenPiece("words", instead.title)) };
  }
  return instead.kind === "redirect" ? { ...instead, host: show(hostPiece(instead.host)) } : instead;
}

/** What Procore is known to say, which is about nobody. @see procore/documentation tutorials/tutorial_mpz.md */
function knownWords(message: string): string | undefined {
  return (
    known.find(
      (words) => plain(message).toLowerCase().startsWith(words.toLowerCase()) && message.length <= words.length + 1,
    ) ?? (/^Missing Procore-Company-Id header\b/iu.test(message) ? "Missing Procore-Company-Id header!" : undefined)
  );
}

const known: readonly string[] = [
  "",
  "Unauthorized",
  "Forbidden",
  "Not Found",
  "App is not connected to this company",
  "The access token is invalid",
  "The access token expired",
  "The access token was revoked",
];

const codes: ReadonlySet<string> = new Set([
  "TOOL_OFF",
  "MISSING_COMPANY",
  "invalid_token",
  "BAD_REQUEST",
  "INVALID_PROPERTY",
]);

/** @see RFC 6749 section 5.2, RFC 6750 section 3.1 */
const oauthErrors: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_token",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "access_denied",
  "server_error",
  "temporarily_unavailable",
]);
