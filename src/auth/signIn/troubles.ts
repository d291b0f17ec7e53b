import type { Clock } from "../../core/clock.ts";
import type { SignInTrouble } from "../../core/diagnose/ports.ts";
import { ProcoreError } from "../../core/errors.ts";
import type { Report } from "../../platform/report.ts";
import type { Attempt } from "./attempt.ts";

/** By the id of an environment: why the last sign-in to it failed, until one comes to its end. */
export type Troubles = Map<string, SignInTrouble>;

/** What is told of this attempt, in its box or behind it, is noted for Diagnose Connection as well. */
export function notingReport(
  { report, troubles, clock }: { readonly report: Report; readonly troubles: Troubles; readonly clock: Clock },
  { environment: { id, label } }: Attempt,
): Report {
  const note = ({ failure }: ProcoreError): void =>
    void troubles.set(id, { environment: label, at: clock.now(), failure });
  return {
    ...report,
    told(error, what) {
      note(error);
      report.told(error, what);
    },
    failure(error, options) {
      if (error instanceof ProcoreError) note(error);
      report.failure(error, options);
    },
  };
}
