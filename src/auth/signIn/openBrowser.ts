import * as l10n from "@vscode/l10n";
import type { Clock } from "../../core/clock.ts";
import { authorizationUrl } from "../../core/oauth/authorizationUrl.ts";
import { authorizationRecord } from "../../core/sent/authorizationRecord.ts";
import type { SentRecords } from "../../core/sent/sentRecords.ts";
import { writeClipboard } from "../../platform/clipboard.ts";
import { openUrl } from "../../platform/openUrl.ts";
import type { BoxMessage } from "../../platform/quickInput.ts";
import { signingIn, type Attempt } from "./attempt.ts";

export interface BrowserOptions {
  readonly attempt: Attempt;
  readonly clock: Clock;
  readonly sent: SentRecords;
}

/** Opens Procore's page for this attempt in the browser. Gives what to say when it did not open. */
export async function openBrowser(options: BrowserOptions): Promise<BoxMessage | undefined> {
  noteOpened(options, "opened");
  if (await openUrl(linkOf(options))) return undefined;
  return {
    text: l10n.t("The browser did not open. Choose Copy link above and open it in a browser yourself."),
    severity: "warning",
  };
}

/**
 * Copies the address of that page, for another browser or a private window.
 * @throws ProcoreError `clipboard`
 */
export async function copyLink(options: BrowserOptions): Promise<BoxMessage> {
  await writeClipboard(linkOf(options));
  noteOpened(options, "copied");
  return {
    text: l10n.t("Link copied. Open it in a private window to sign in as someone else."),
    severity: "info",
  };
}

const linkOf = ({ attempt }: BrowserOptions): string =>
  authorizationUrl({ loginOrigin: attempt.environment.origins.login, clientId: attempt.clientId });

function noteOpened(options: BrowserOptions, how: "opened" | "copied"): void {
  const { attempt, clock, sent } = options;
  attempt.browserOpenedAt = clock.now();
  attempt.browserOpenedFor = attempt.clientId;
  sent.add(signingIn(attempt), authorizationRecord(linkOf(options), clock.now(), how));
}
