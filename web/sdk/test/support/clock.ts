interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes when a test says so. */
export class Clock {
  nowMs = 0;
  readonly #timers = new Set<Timer>();

  get pending(): number {
    return this.#timers.size;
  }

  setTimer(run: () => void, delayMs: number): unknown {
    const timer: Timer = { atMs: this.nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  /** Lets time pass, timer by timer; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settle();
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      await settle();
    }
    this.nowMs = untilMs;
  }

  /** Lets time pass until something is so. */
  async until(isSo: () => boolean, limitMs = 120_000): Promise<void> {
    const untilMs = this.nowMs + limitMs;
    await settle();
    while (!isSo()) {
      const next = this.#next(untilMs);
      if (next === undefined) throw new Error(`It did not happen within ${limitMs} ms: ${isSo}`);
      // What a test has moved time past is due now.
      await this.advance(Math.max(0, next.atMs - this.nowMs));
    }
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs <= untilMs && (first === undefined || timer.atMs < first.atMs)) first = timer;
    }
    return first;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
