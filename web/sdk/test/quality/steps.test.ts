import { describe, expect, it } from 'vitest';
import type { StatsSample } from '../../src/api.js';
import { steps as policy } from '../../src/policy.later.js';
import { nextQuality, type QualityState, unknownQuality } from '../../src/quality/steps.js';
import { worst } from '../../src/quality/worst.js';
import { sampleOf } from './samples.js';

const silent = sampleOf({});
const fine = sampleOf({ lossShare: 0, roundTripMs: 40 });
const bad = sampleOf({ lossShare: 0.3, roundTripMs: 40 });
const after = (start: QualityState, ...samples: readonly StatsSample[]) => samples.reduce(nextQuality, start).quality;
const times = (count: number, one: StatsSample) => Array.from({ length: count }, () => one);

describe('the dots', () => {
  it('are not known before anything is measured', () => {
    expect(after(unknownQuality, silent, silent)).toBeNull();
  });

  it('do not go down for one bad second', () => {
    const good = nextQuality(unknownQuality, fine);
    expect(after(good, bad, fine, bad, fine)).toBe('excellent');
    expect(after(good, ...times(policy.samplesDown, bad))).toBe('critical');
  });

  it('go up one step at a time, and only when it lasts', () => {
    const critical = nextQuality(unknownQuality, bad);
    expect(after(critical, ...times(policy.samplesUp - 1, fine))).toBe('critical');
    expect(after(critical, ...times(policy.samplesUp, fine))).toBe('poor');
    expect(after(critical, ...times(3 * policy.samplesUp, fine))).toBe('excellent');
  });

  it('of several links are those of the worst that is known', () => {
    expect(worst(['excellent', null, 'poor', 'good'])).toBe('poor');
    expect(worst([null])).toBeNull();
  });
});
