import type { Call } from "./calls.ts";
import type { FaultKind } from "./faults.ts";
import type { State } from "./table.ts";
import type { Told } from "./told.ts";

/** What a row of the table came to: what was really told, and the states that were really seen. */
export interface Seen {
  readonly fault: FaultKind;
  /** Undefined when it went well. */
  readonly told: Told | undefined;
  readonly state: State;
  readonly toldAgain: Told | undefined;
  readonly stateAgain: State;
}

const introduction = `# When a call fails

What you read, what helps, and what becomes of your session, for each call that a session lives by and each fault that
it can meet. A test makes this page (\`test/unit/faults\`): each row was tried over real sockets against the Local Sandbox,
which stood in Procore's place at two ports, one for the login service and one for the API. The words are those of this
version, from the box or the message in which they stand. “Trying again” is the same call once the fault is over. In
every row:

- a token call was sent at most once: nothing repeats it by itself. A read that met a fault that may pass was sent up to
  three times more before you read anything;
- codes, refresh tokens and the client secret came to the login service alone; an access token to the API, and to the
  login service where it is to be ended or asked about. Every byte that came to either was looked through;
- nothing was sent to another host, also where an answer led there.
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
  const { told, state } = row;
  return [
    told === undefined ? call.whenWell : quoted(told),
    told === undefined ? "" : told.helps,
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

function again(call: Call, { fault, told, state, toldAgain, stateAgain }: Seen): string {
  const isRefused = fault.refuses === true && told !== undefined;
  if (toldAgain === undefined) return (isRefused ? call.afterRefusal : undefined) ?? call.again;
  return stateAgain === state ? quoted(toldAgain) : `${quoted(toldAgain)} ${stateWords[stateAgain]}`;
}

/** As it reads at a fixed time of day, and where another host has a name. */
function quoted({ text }: Told): string {
  const timeless = text.replaceAll(/\b\d{1,2}:\d{2}(?::\d{2})?\b/gu, "14:32:00");
  const named = timeless.replaceAll(/\b127\.0\.0\.1:\d+/gu, "another.example.com");
  return `“${named.replaceAll("|", "\\|")}”`;
}
