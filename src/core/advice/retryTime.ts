import * as l10n from "@vscode/l10n";
import { displayLanguage } from "../language.ts";

/** "Try again after 14:05:12.", or "in a moment" when nobody told a time: the hourly window can be most of an hour away. */
export function tryAgain(retryAt: number | undefined): string {
  if (retryAt === undefined) return l10n.t("Try again in a moment.");
  const time = new Intl.DateTimeFormat(displayLanguage(), {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return l10n.t("Try again after {0}.", time.format(retryAt));
}
