/** An event target that knows how many listeners it has. */
export class CountingTarget extends EventTarget {
  readonly #listeners = new Map<string, Set<unknown>>();

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void {
    super.addEventListener(type, listener);
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void {
    super.removeEventListener(type, listener);
    this.#listeners.get(type)?.delete(listener);
  }

  /** Tells the listeners of `type`; an event here is its name and what it carries. */
  fire(type: string, carries: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), carries));
  }
}
