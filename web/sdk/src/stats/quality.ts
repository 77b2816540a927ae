import type { Quality, StatsSample } from '../api.js';
import { stats as policy } from '../policy.js';

/** Beyond any one of these the step is not reached any more. */
const limits = {
  excellent: { lossShare: 0.01, roundTripMs: 150, jitterMs: 30 },
  good: { lossShare: 0.03, roundTripMs: 300, jitterMs: 50 },
  poor: { lossShare: 0.08, roundTripMs: 600, jitterMs: 100 },
} as const;

const order: readonly Quality[] = ['critical', 'poor', 'good', 'excellent'];

export interface QualityState {
  readonly quality: Quality | null;
  /** How many samples in a row were better, and how many worse, than `quality`. */
  readonly better: number;
  readonly worse: number;
}

export const unknownQuality: QualityState = { quality: null, better: 0, worse: 0 };

/**
 * Pure: the quality after one more second, as four steps.
 *
 * | step      | loss  | round trip | jitter   |
 * |-----------|-------|------------|----------|
 * | excellent | ≤ 1 % | ≤ 150 ms   | ≤ 30 ms  |
 * | good      | ≤ 3 % | ≤ 300 ms   | ≤ 50 ms  |
 * | poor      | ≤ 8 % | ≤ 600 ms   | ≤ 100 ms |
 * | critical  | more  | more       | more     |
 *
 * It goes down after two worse samples in a row and up, one step at a time, after four better ones, so that the dots on a
 * screen do not flicker. A sample that says nothing changes nothing.
 */
export function nextQuality(state: QualityState, sample: StatsSample): QualityState {
  const measured = measure(sample);
  if (measured === null) return state;
  if (state.quality === null) return { quality: measured, better: 0, worse: 0 };

  const difference = order.indexOf(measured) - order.indexOf(state.quality);
  if (difference === 0) return { quality: state.quality, better: 0, worse: 0 };
  if (difference < 0) {
    return state.worse + 1 >= policy.samplesDown
      ? { quality: measured, better: 0, worse: 0 }
      : { quality: state.quality, better: 0, worse: state.worse + 1 };
  }
  return state.better + 1 >= policy.samplesUp
    ? { quality: order[order.indexOf(state.quality) + 1] ?? state.quality, better: 0, worse: 0 }
    : { quality: state.quality, better: state.better + 1, worse: 0 };
}

/** The quality of one sample by itself; `null` when it says neither loss nor round trip. */
export function measure({ lossShare, roundTripMs, jitterMs }: StatsSample): Quality | null {
  if (lossShare === null && roundTripMs === null) return null;
  for (const step of ['excellent', 'good', 'poor'] as const) {
    const limit = limits[step];
    const within =
      (lossShare ?? 0) <= limit.lossShare &&
      (roundTripMs ?? 0) <= limit.roundTripMs &&
      (jitterMs ?? 0) <= limit.jitterMs;
    if (within) return step;
  }
  return 'critical';
}

/** The worst of several, ignoring those that are not known. */
export function worst(qualities: readonly (Quality | null)[]): Quality | null {
  const known = qualities.filter((quality) => quality !== null);
  return known.length === 0 ? null : (order[Math.min(...known.map((quality) => order.indexOf(quality)))] ?? null);
}
