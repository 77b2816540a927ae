import { candidates as policy } from '../policy.js';

/**
 * Groups candidates: the first leaves at once, because it may be all that is needed; the rest leave in batches of at most
 * 100 ms and 50 candidates. Pure: hand in what happens with the time, drain `poll`, wake it at `wakeAtMs`.
 */
export class CandidateBatcher<C> {
  #waiting: C[] = [];
  #dueAtMs: number | null = null;
  #first = true;

  add(candidate: C, nowMs: number): void {
    this.#waiting.push(candidate);
    if (this.#first) this.#dueAtMs = nowMs;
    this.#dueAtMs ??= nowMs + policy.batchDelayMs;
    this.#first = false;
  }

  /** New credentials: what waits belongs to the old ones, and the next is a first one again. */
  restart(): void {
    this.#waiting = [];
    this.#dueAtMs = null;
    this.#first = true;
  }

  /** The batches that must leave now. */
  poll(nowMs: number): readonly C[][] {
    const batches: C[][] = [];
    while (this.#waiting.length >= policy.maxPerBatch) batches.push(this.#waiting.splice(0, policy.maxPerBatch));
    if (this.#dueAtMs !== null && nowMs >= this.#dueAtMs && this.#waiting.length > 0) {
      batches.push(this.#waiting.splice(0));
    }
    if (this.#waiting.length === 0) this.#dueAtMs = null;
    return batches;
  }

  get wakeAtMs(): number | null {
    return this.#dueAtMs;
  }
}
