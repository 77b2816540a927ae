import { recovery as policy } from '../policy.js';

/** What is played of one peer: how loud it is, and whether everything has just fallen silent. Costs no statistics. */
export class Ear {
  /** By source, what it played last. */
  #played = new Map<number, number>();
  /** When any of them played something else last; `null` after a gap. */
  #playedAtMs: number | null = null;

  /** `level` is 0 to 1; `fellSilent` is said once for each gap. */
  listen(
    receivers: readonly RTCRtpReceiver[],
    nowMs: number,
  ): { readonly level: number; readonly fellSilent: boolean } {
    let level = 0;
    const before = this.#played;
    this.#played = new Map();
    for (const { source, timestamp, audioLevel } of receivers.flatMap((one) => one.getSynchronizationSources())) {
      this.#played.set(source, timestamp);
      // What was heard last is still told when nothing arrives any more.
      if (before.get(source) === timestamp) continue;
      level = Math.max(level, audioLevel ?? 0);
      this.#playedAtMs = nowMs;
    }
    const fellSilent = this.#playedAtMs !== null && nowMs - this.#playedAtMs >= policy.soundGapMs;
    if (fellSilent) this.#playedAtMs = null;
    return { level, fellSilent };
  }
}
