import { Emitter, type Listen } from "../../src/core/events.ts";
import type { RateLimit } from "../../src/core/http/rateLimit.ts";
import type { SessionSource, SessionState, TransportUse } from "../../src/core/session.ts";

/** A session that a test sets; each `set` is one change event. */
export class FakeSessionSource implements SessionSource {
  readonly #changed = new Emitter<SessionState>();
  readonly onDidChange: Listen<SessionState> = this.#changed.event;
  readonly #limited = new Emitter<string>();
  readonly onDidChangeRateLimit: Listen<string> = this.#limited.event;
  #current: SessionState;

  constructor(current: SessionState) {
    this.#current = current;
  }

  get current(): SessionState {
    return this.#current;
  }

  set(current: SessionState): void {
    this.#current = current;
    this.#changed.fire(current);
  }

  rateLimit(): RateLimit | undefined {
    return undefined;
  }

  transportUse(): TransportUse | undefined {
    return undefined;
  }
}
