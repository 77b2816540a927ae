import type { Quality } from '../api.js';
import { steps as policy } from '../policy.later.js';
import { type Scored, scoresOf, stepOf } from './score.js';
import { steps } from './worst.js';

export interface QualityState {
  readonly quality: Quality | null;
  /** How many samples in a row were better, and how many worse, than `quality`. */
  readonly better: number;
  readonly worse: number;
}

export const unknownQuality: QualityState = { quality: null, better: 0, worse: 0 };

/**
 * Pure: the quality after one more second, as four steps. It goes down after two worse samples in a row and up, one step at
 * a time, after four better ones, so that the dots on a screen do not flicker. A sample that says nothing changes nothing.
 */
export function nextQuality(state: QualityState, sample: Scored): QualityState {
  const { overall } = scoresOf(sample);
  if (overall === null) return state;
  const measured = stepOf(overall);
  if (state.quality === null) return { quality: measured, better: 0, worse: 0 };

  const difference = steps.indexOf(measured) - steps.indexOf(state.quality);
  if (difference === 0) return { quality: state.quality, better: 0, worse: 0 };
  if (difference < 0) {
    return state.worse + 1 >= policy.samplesDown
      ? { quality: measured, better: 0, worse: 0 }
      : { quality: state.quality, better: 0, worse: state.worse + 1 };
  }
  return state.better + 1 >= policy.samplesUp
    ? { quality: steps[steps.indexOf(state.quality) + 1] ?? state.quality, better: 0, worse: 0 }
    : { quality: state.quality, better: state.better + 1, worse: 0 };
}
