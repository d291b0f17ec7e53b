import { advice, type Failure } from "../../../src/core/errors.ts";
import { actionCommands } from "../../../src/platform/failureActions.ts";
import type { Call } from "./calls.ts";
import type { FaultKind } from "./faults.ts";
import type { State } from "./table.ts";

/** What a row of the table came to: the failures that were really thrown, and the states that were really seen. */
export interface Seen {
  readonly fault: FaultKind;
  /** Undefined when it went well. */
  readonly failure: Failure | undefined;
  readonly state: State;
  readonly failureAgain: Failure | undefined;
  readonly stateAgain: State;
}

const introduction = `# When a call fails

What you read, what helps, and what becomes of your session, for each call that a session lives by and each fault that
it can meet. A test makes this page (\`test/unit/faults\`): each row was tried over real sockets against the Local Sandbox,
with the words of this version. “Trying again” is the same call once the fault is over. In every row:

- a token call was sent at most once: nothing repeats it by itself. A read that met a fault that may pass was sent up to
  three times more before you read anything;
- nothing was sent to another host, also where an answer led there;
- a sign-in that waited for its code still waited.
`;

/** docs/faults.md: a table for each call. */
export function faultsPage(sections: readonly { readonly call: Call; readonly seen: readonly Seen[] }[]): string {
  return [introduction, ...sections.map(({ call, seen }) => section(call, seen))].join("\n");
}

function section(call: Call, seen: readonly Seen[]): string {
  const header = ["What happens", "What you read", "What helps", "The session", "Trying again"];
  // Faults that end alike share a row.
  const rows = new Map<string, string[]>();
  for (const row of seen) {
    const rest = cells(call, row).join(" | ");
    rows.set(rest, [...(rows.get(rest) ?? []), row.fault.words]);
  }
  const body = Array.from(rows, ([rest, happened]) => `${happened.join("<br>")} | ${rest}`);
  const lines = [header.join(" | "), header.map(() => "---").join(" | "), ...body].map((line) => `| ${line} |`);
  return `## ${call.heading}\n\n${call.words}\n\n${lines.join("\n")}\n`;
}

function cells(call: Call, row: Seen): readonly string[] {
  const { failure, state } = row;
  return [
    failure === undefined ? call.whenWell : `“${shown(failure, call).message}”`,
    failure === undefined ? "" : (call.helps ?? shown(failure, call).helps),
    stateWords[state],
    again(call, row),
  ];
}

const stateWords: Readonly<Record<State, string>> = {
  "active, same pair": "As it was",
  "active, new pair": "Renewed",
  "keys refused, same pair": "Kept; goes on when the client secret is mended",
  "spent, no pair": "Ended; connection and place stay",
  "signed out, no pair": "Forgotten here",
};

function again(call: Call, { fault, failure, state, failureAgain, stateAgain }: Seen): string {
  const isRefused = fault.refuses === true && failure !== undefined;
  if (failureAgain === undefined) return (isRefused ? call.afterRefusal : undefined) ?? call.again;
  const { message } = shown(failureAgain, call);
  return stateAgain === state ? `“${message}”` : `“${message}” ${stateWords[stateAgain]}`;
}

/** As it reads at Procore's host and at a fixed time of day. */
function shown(failure: Failure, { host, tells }: Call): { readonly message: string; readonly helps: string } {
  const elsewhere =
    "instead" in failure && failure.instead?.kind === "redirect"
      ? { instead: { ...failure.instead, host: "another.example.com" } }
      : {};
  const { headline, message: words, action } = advice("host" in failure ? { ...failure, ...elsewhere, host } : failure);
  const message = tells === "cause" ? `Cause: ${headline}.` : words;
  const timeless = message.replaceAll(/\b\d{1,2}:\d{2}(?::\d{2})?\b/gu, "14:32:00");
  return {
    message: timeless.replaceAll("|", "\\|"),
    helps: action === "retry" ? "Try Again" : actionCommands[action].title,
  };
}
