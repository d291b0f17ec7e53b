import * as l10n from "@vscode/l10n";
import { minuteMs, secondMs } from "../../clock.ts";
import { Emitter, type Listen } from "../../events.ts";
import { assertNever } from "../../assertNever.ts";

/** Why requests of a connection wait, and until when (epoch ms of this machine). */
export interface RequestWait {
  /**
   * `rateLimit`: the limit is used up; `server`: a 503 named a time; `retry`: a read that failed is about to be sent
   * again.
   */
  readonly reason: "rateLimit" | "server" | "retry";
  readonly until: number;
}

/** The port through which progress hears of waits. */
export interface RequestWaits {
  /** What requests of a connection wait for now, if they do. */
  current(connectionId: string): RequestWait | undefined;
  /** Tells the connection whose wait began, changed or ended. */
  readonly onDidChange: Listen<string>;
}

/** Keeps what requests wait for: the network tells it, progress reads it. */
export class WaitBoard implements RequestWaits {
  readonly #waits = new Map<string, RequestWait>();
  readonly #changed = new Emitter<string>();
  readonly onDidChange: Listen<string> = this.#changed.event;

  current(connectionId: string): RequestWait | undefined {
    return this.#waits.get(connectionId);
  }

  set(connectionId: string, wait: RequestWait | undefined): void {
    if (wait === undefined) this.#waits.delete(connectionId);
    else this.#waits.set(connectionId, wait);
    this.#changed.fire(connectionId);
  }
}

/** "Waiting 8 s for Procore's rate limit": for progress, in whole seconds, minutes from two on. */
export function waitText({ reason, until }: RequestWait, now: number): string {
  const left = Math.max(0, until - now);
  const time =
    left < 2 * minuteMs ? `${Math.max(1, Math.ceil(left / secondMs))} s` : `${Math.ceil(left / minuteMs)} min`;
  switch (reason) {
    case "rateLimit":
      return l10n.t("Waiting {0} for Procore's rate limit", time);
    case "server":
      return l10n.t("Waiting {0}, as the server asks", time);
    case "retry":
      return l10n.t("The request failed. Trying again in {0}", time);
    default:
      return assertNever(reason);
  }
}
