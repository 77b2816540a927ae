import { candidates as policy } from '../policy.js';

/**
 * Groups candidates: the first of each type leaves at once, with whatever waits, because it may be the one that connects
 * (host in one network, srflx through a NAT, relay through two); the rest leave in batches of at most 100 ms and 50
 * candidates. Pure: hand in what happens with the time, drain `poll`, wake it at `wakeAtMs`.
 */
export class CandidateBatcher<C> {
  #waiting: C[] = [];
  #dueAtMs: number | null = null;
  /** The types that have left; at most four exist (RFC 8445 section 4.1.1). */
  readonly #types = new Set<string>();

  /** @param type `null`: the end of them all, which nobody waits for. */
  add(candidate: C, type: string | null, nowMs: number): void {
    this.#waiting.push(candidate);
    if (type !== null && !this.#types.has(type)) this.#dueAtMs = nowMs;
    this.#dueAtMs ??= nowMs + policy.batchDelayMs;
    if (type !== null) this.#types.add(type);
  }

  /** New credentials: what waits belongs to the old ones, and the next of each type is a first one again. */
  restart(): void {
    this.#waiting = [];
    this.#dueAtMs = null;
    this.#types.clear();
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
