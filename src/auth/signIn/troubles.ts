import type { Clock } from "../../core/clock.ts";
import type { SignInTrouble } from "../../core/diagnose/ports.ts";
import type { Report } from "../../platform/report.ts";
import type { Attempt } from "./attempt.ts";

/** By the id of an environment: why the last sign-in to it failed, until one comes to its end. */
export type Troubles = Map<string, SignInTrouble>;

/** What is told in a box of this attempt is noted for Diagnose Connection as well. */
export function notingReport(
  { report, troubles, clock }: { readonly report: Report; readonly troubles: Troubles; readonly clock: Clock },
  { environment: { id, label } }: Attempt,
): Report {
  return {
    ...report,
    told(error, what) {
      troubles.set(id, { environment: label, at: clock.now(), failure: error.failure });
      report.told(error, what);
    },
  };
}
