import * as l10n from "@vscode/l10n";
import { advice } from "../core/errors.ts";
import { localTime } from "../core/localTime.ts";
import { plain } from "../core/plain.ts";
import type { Offline } from "./model.ts";

/** What stands above the rows while they could not be refreshed: since when, and why. */
export function offlineMessage({ since, failure }: Offline): string {
  const time = localTime(since, { now: since });
  const words =
    failure.kind === "network"
      ? l10n.t("Offline since {0}, showing what was loaded.", time)
      : l10n.t("Not refreshed since {0}, showing what was loaded.", time);
  return `${words} ${plain(advice(failure).message, 600)}`;
}
