export interface Subscription {
  dispose(): void;
}

/** Subscribes to an event; VS Code's `Event<T>` has the same shape, so either can stand for the other. */
export type Listen<T> = (listener: (value: T) => void) => Subscription;

/** The core's own event source: listeners run in order, one that throws does not keep the others from hearing. */
export class Emitter<T> {
  readonly #listeners = new Set<{ readonly call: (value: T) => void }>();

  readonly event: Listen<T> = (listener) => {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  };

  fire(value: T): void {
    const failures: unknown[] = [];
    for (const listener of Array.from(this.#listeners)) {
      try {
        listener.call(value);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "A listener failed");
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
