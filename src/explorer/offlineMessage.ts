import { advice } from "../core/errors.ts";
import { plain } from "../core/plain.ts";
import type { Offline } from "./model.ts";

const timeOfDay = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** What stands above the rows while they could not be refreshed: since when, and why. */
export function offlineMessage({ since, failure }: Offline): string {
  const time = timeOfDay.format(since);
  const state = failure.kind === "network" ? "Offline" : "Not refreshed";
  return `${state} since ${time}, showing what was loaded. ${plain(advice(failure).message, 600)}`;
}
