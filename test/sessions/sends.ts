import type { RefreshEvent } from "../../src/sandbox/index.ts";
import type { Worker } from "./workers.ts";

/** A refresh token that came to the server: true epoch ms, and whose session it is. */
export interface Offer extends RefreshEvent {
  readonly at: number;
  readonly connectionId: string;
}

/** How a send ended for its process. `lost`: no usable answer came; nothing: it did not live to tell. */
export interface SendEnd {
  readonly at: number;
  readonly kind: "stored" | "notStored" | "refused" | "lost";
}

/** One refresh as the process that sent it saw it. */
export interface Send {
  readonly sentAt: number;
  readonly spent: string;
  readonly end: SendEnd | undefined;
}

/** What is asked of a worker here. */
export type Told = Pick<Worker, "name" | "reports" | "stops" | "end">;

/** The refreshes of a worker, from what it told. */
export function sendsOf({ reports }: Pick<Told, "reports">): readonly Send[] {
  const sends: { sentAt: number; spent: string; issued?: string; end: SendEnd | undefined }[] = [];
  for (const report of reports) {
    const { at } = report;
    if (report.kind === "sending") sends.push({ sentAt: at, spent: report.spent, end: undefined });
    const open = sends.findLast(
      (send) =>
        send.end === undefined &&
        (("spent" in report && send.spent === report.spent) || ("issued" in report && send.issued === report.issued)),
    );
    if (open === undefined) continue;
    if (report.kind === "answered") open.issued = report.issued;
    if (report.kind === "stored" || report.kind === "notStored") open.end = { at, kind: report.kind };
    if (report.kind === "notAnswered") {
      open.end = { at, kind: report.failure.startsWith("signedOut") ? "refused" : "lost" };
    }
  }
  return sends;
}

/** The send that brought an offer to the server. */
export function sendOf(offer: Offer, worker: Pick<Told, "reports">): Send | undefined {
  return sendsOf(worker).findLast(({ spent, sentAt }) => spent === offer.tokenFingerprint && sentAt <= offer.at);
}
