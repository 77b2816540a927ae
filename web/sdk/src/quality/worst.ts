import type { Quality } from '../api.js';

/** From the worst to the best. */
export const steps: readonly Quality[] = ['critical', 'poor', 'good', 'excellent'];

/** Pure: the worst of several, ignoring those that are not known. */
export function worst(qualities: readonly (Quality | null)[]): Quality | null {
  return steps.find((step) => qualities.includes(step)) ?? null;
}
