import { describe, expect, it } from 'vitest';
import type { Quality, StatsSample } from '../../src/api.js';
import { scoresOf, stepOf } from '../../src/quality/score.js';
import { nextQuality, unknownQuality } from '../../src/quality/steps.js';
import { readSample } from '../../src/stats/sample.js';
import chromium from '../stats/chromium.json' with { type: 'json' };
import firefox from '../stats/firefox.json' with { type: 'json' };
import { seededRandom } from '../support/random.js';
import { sampleOf, traces } from './samples.js';

const sound = { roundTripMs: 40, jitterMs: 5, soundLossShare: 0 };
const picture = {
  frozenShare: 0,
  frameWidth: 1_280,
  frameHeight: 720,
  framesPerSecond: 30,
  pictureBitrateBps: 1_500_000,
};
const stepFor = (known: Partial<StatsSample>) => stepOf(scoresOf(sampleOf(known)).overall ?? Number.NaN);

describe('sound', () => {
  it.each<[Quality, string, Partial<StatsSample>]>([
    ['excellent', 'a quiet line', {}],
    ['excellent', 'a round trip of 200 ms', { roundTripMs: 200 }],
    ['excellent', '1 % lost', { soundLossShare: 0.01 }],
    ['good', '3 % lost', { soundLossShare: 0.03 }],
    ['poor', '8 % lost', { soundLossShare: 0.08 }],
    ['poor', '8 % of what is sent lost', { sentLossShare: 0.08 }],
    ['critical', '20 % lost', { soundLossShare: 0.2 }],
    ['good', 'a round trip of 450 ms', { roundTripMs: 450 }],
    ['poor', 'a round trip of 700 ms', { roundTripMs: 700 }],
    ['critical', 'a round trip of 1 s', { roundTripMs: 1_000 }],
    ['poor', 'sound held back for 300 ms', { jitterBufferMs: 300 }],
  ])('is %s on %s', (step, _, change) => {
    expect(stepFor({ ...sound, ...change })).toBe(step);
  });

  it('is rated as G.107 does without delay and loss', () => {
    expect(scoresOf(sampleOf({ roundTripMs: 0, jitterMs: 0, soundLossShare: 0 })).sound).toBeCloseTo(92.56, 2);
  });

  it('is not known before delay or loss is', () => {
    expect(scoresOf(sampleOf({ jitterMs: 3 }))).toEqual({ sound: null, picture: null, overall: null });
  });
});

describe('a picture', () => {
  it.each<[Quality, string, Partial<StatsSample>]>([
    ['excellent', 'full size', {}],
    ['excellent', '480 lines', { frameWidth: 640, frameHeight: 480 }],
    ['good', 'half size', { frameWidth: 640, frameHeight: 360 }],
    ['poor', 'a quarter of the size', { frameWidth: 320, frameHeight: 180 }],
    ['good', '12 frames a second', { framesPerSecond: 12 }],
    ['good', 'bits for a fifth of it', { pictureBitrateBps: 90_000 }],
    ['poor', 'half a second frozen', { frozenShare: 0.6 }],
    ['critical', 'a second frozen', { frozenShare: 1 }],
  ])('is %s with %s', (step, _, change) => {
    expect(stepOf(scoresOf(sampleOf({ ...picture, ...change })).picture ?? Number.NaN)).toBe(step);
  });

  it('held upright counts by its narrow side, too', () => {
    const upright = { ...picture, frameWidth: 720, frameHeight: 1_280 };
    expect(scoresOf(sampleOf(upright)).picture).toBe(scoresOf(sampleOf(picture)).picture);
  });

  it('that is not expected is not scored', () => {
    expect(scoresOf(sampleOf({ ...sound, ...picture, frozenShare: null })).picture).toBeNull();
  });
});

describe('a link', () => {
  it('is as good as its sound at the most', () => {
    expect(stepFor({ ...sound, ...picture, soundLossShare: 0.2 })).toBe('critical');
  });

  it('is worse with a picture that stands still, but sound counts for more', () => {
    expect(stepFor({ ...sound, ...picture, frozenShare: 1 })).toBe('poor');
    expect(stepFor({ ...sound, ...picture, frameWidth: 320, frameHeight: 180 })).toBe('good');
  });

  it('is never better for more delay, loss and standing still, or for fewer bits', () => {
    const chance = seededRandom(7);
    for (let round = 0; round < 5_000; round++) {
      const before = sampleOf({
        ...picture,
        roundTripMs: 800 * chance(),
        jitterMs: 100 * chance(),
        soundLossShare: 0.3 * chance(),
        sentLossShare: 0.3 * chance(),
        frozenShare: chance(),
        pictureBitrateBps: 2_000_000 * chance(),
      });
      const more = (value: number | null) => (value ?? 0) * (1 + chance());
      const after = sampleOf({
        ...before,
        roundTripMs: more(before.roundTripMs),
        jitterMs: more(before.jitterMs),
        soundLossShare: more(before.soundLossShare),
        sentLossShare: more(before.sentLossShare),
        frozenShare: Math.min(1, more(before.frozenShare)),
        pictureBitrateBps: (before.pictureBitrateBps ?? 0) * chance(),
      });
      expect(scoresOf(after).overall).toBeLessThanOrEqual(scoresOf(before).overall ?? 0);
    }
  });
});

describe('what browsers have measured in a quiet call', () => {
  it.each([
    ['Chromium', chromium, 'excellent'],
    // Half the width and height, at 20 frames a second.
    ['Firefox', firefox, 'good'],
  ] as const)('in %s is as it was seen', (_, { first, second }, step) => {
    const { counters } = readSample(first, null, 0);
    const { sample } = readSample(second, counters, 1_000);
    expect(stepFor({ ...sample, frozenShare: 0 })).toBe(step);
  });
});

describe('on recorded lines', () => {
  it.each(traces.map(({ name, samples }) => [name, samples] as const))(
    '%s: no second in which the picture stood still is called excellent or good',
    (_, samples) => {
      const still = samples.filter(({ frozenShare }) => (frozenShare ?? 0) >= 0.8);
      const flattered = still.filter((one) => ['excellent', 'good'].includes(stepFor(one)));
      expect(flattered).toEqual([]);
    },
  );

  const dotsOf = (samples: readonly StatsSample[]) => {
    let state = unknownQuality;
    return samples.map((sample) => {
      state = nextQuality(state, sample);
      return state.quality;
    });
  };
  const ofShape = (...shapes: string[]) => traces.filter(({ shape }) => shapes.includes(shape));

  it('growing loss and jitter end with a lower score than they began with', () => {
    const mean = (samples: readonly StatsSample[]) =>
      samples.reduce((sum, one) => sum + (scoresOf(one).overall ?? 0), 0) / samples.length;
    const worse = ofShape('growing-loss', 'growing-jitter');
    expect(worse.length).toBe(8);
    const rising = worse.filter(({ samples }) => mean(samples.slice(-8)) >= mean(samples.slice(4, 12)));
    expect(rising.map(({ name }) => name)).toEqual([]);
  });

  it('a steady line is good or excellent from the first seconds on', () => {
    for (const { name, samples } of ofShape('steady')) {
      const seen = new Set(dotsOf(samples).slice(4));
      expect(
        [...seen].filter((step) => step === 'poor' || step === 'critical'),
        name,
      ).toEqual([]);
    }
  });

  it('growing loss is seen as critical before the end', () => {
    for (const { name, samples } of ofShape('growing-loss')) expect(dotsOf(samples), name).toContain('critical');
  });

  it('the dots change less often than every four seconds on average', () => {
    for (const { name, samples } of traces) {
      const dots = dotsOf(samples);
      const changes = dots.filter((step, second) => second > 0 && step !== dots[second - 1]).length;
      expect(changes, name).toBeLessThanOrEqual(samples.length / 4);
    }
  });
});
