import { describe, expect, it } from 'vitest';
import type { Quality, StatsSample } from '../../src/api.js';
import { stats as policy } from '../../src/policy.js';
import { measure, nextQuality, type QualityState, unknownQuality, worst } from '../../src/stats/quality.js';
import { readSample } from '../../src/stats/sample.js';

const silent = readSample([], null, 0).sample;
const sample = (lossShare: number | null, roundTripMs: number | null, jitterMs: number | null = 0): StatsSample => ({
  ...silent,
  lossShare,
  roundTripMs,
  jitterMs,
});
const fine = sample(0, 40);
const bad = sample(0.2, 40);
const after = (start: QualityState, ...samples: readonly StatsSample[]) => samples.reduce(nextQuality, start).quality;
const times = (count: number, one: StatsSample) => Array.from({ length: count }, () => one);

describe('quality', () => {
  it.each<[Quality, StatsSample]>([
    ['excellent', sample(0.01, 150, 30)],
    ['good', sample(0.011, 150, 30)],
    ['good', sample(0, 151, 0)],
    ['poor', sample(0, 0, 51)],
    ['poor', sample(0.08, 600, 100)],
    ['critical', sample(0.081, 0, 0)],
    ['critical', sample(null, 601)],
  ])('is %s at its limits', (quality, one) => {
    expect(measure(one)).toBe(quality);
  });

  it('is not known before anything is measured', () => {
    expect(after(unknownQuality, silent, silent)).toBeNull();
  });

  it('does not go down for one bad second', () => {
    const good = nextQuality(unknownQuality, fine);
    expect(after(good, bad, fine, bad, fine)).toBe('excellent');
    expect(after(good, ...times(policy.samplesDown, bad))).toBe('critical');
  });

  it('goes up one step at a time, and only when it lasts', () => {
    const critical = nextQuality(unknownQuality, bad);
    expect(after(critical, ...times(policy.samplesUp - 1, fine))).toBe('critical');
    expect(after(critical, ...times(policy.samplesUp, fine))).toBe('poor');
    expect(after(critical, ...times(3 * policy.samplesUp, fine))).toBe('excellent');
  });

  it('of several links is the worst that is known', () => {
    expect(worst(['excellent', null, 'poor', 'good'])).toBe('poor');
    expect(worst([null])).toBeNull();
  });
});
