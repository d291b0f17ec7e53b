export interface Disposable {
  dispose(): void;
}

/** Owns disposables: disposes in reverse order, disposes at once what is added late, and goes on past a throw. */
export class DisposableStore implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items === undefined) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /** Disposes one item before its time; nothing of it is kept. */
  remove(item: Disposable): void {
    const index = this.#items?.indexOf(item) ?? -1;
    if (index < 0) return;
    this.#items?.splice(index, 1);
    item.dispose();
  }

  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    const failures: unknown[] = [];
    for (const item of items.toReversed()) {
      try {
        item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "Disposing failed");
  }
}
