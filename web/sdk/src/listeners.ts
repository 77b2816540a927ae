import type { Unsubscribe } from './api.js';

/** Who wants to be told. A listener that throws harms neither the others nor the call. */
export class Listeners<A extends readonly unknown[]> {
  readonly #listeners = new Set<(...args: A) => void>();

  add(listener: (...args: A) => void): Unsubscribe {
    // Wrapped, so that the same function added twice is two subscriptions.
    const entry = (...args: A) => listener(...args);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  tell(...args: A): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
