import { describe, expect, it } from 'vitest';
import { adaptation } from '../../src/adapt/decide.js';
import { type Level, levels, policy, table } from '../../src/adapt/levels.js';
import { type Content, type Limits, parametersFor } from '../../src/adapt/parameters.js';
import { encodingsFor } from '../../src/peer/encodings.js';

const pair: Content = { camera: true, screen: null, rule: encodingsFor({ choosesLayers: false, people: 2 }) };

function parametersAt(level: Level, content: Partial<Content> = {}) {
  return parametersFor({ ...adaptation(0), level }, { ...pair, ...content });
}

const bitsOf = (limits: readonly Limits[]) =>
  limits.reduce((sum, { active, maxBitrate }) => sum + (active === false ? 0 : (maxBitrate ?? Number.NaN)), 0);

describe('a camera', () => {
  it.each([
    ['excellent', { active: true, maxBitrate: 2_500_000, scaleResolutionDownBy: 1, maxFramerate: 30 }],
    ['good', { active: true, maxBitrate: 1_000_000, scaleResolutionDownBy: 1, maxFramerate: 30 }],
    ['poor', { active: true, maxBitrate: 500_000, scaleResolutionDownBy: 2, maxFramerate: 30 }],
    ['critical', { active: true, maxBitrate: 250_000, scaleResolutionDownBy: 3, maxFramerate: 20 }],
    ['paused', { active: false }],
  ] as const)('at %s', (level, limits) => {
    expect(parametersAt(level).video).toEqual([limits]);
  });

  it('never gets more than the number of people leaves for each', () => {
    for (const people of [2, 3, 4]) {
      const rule = encodingsFor({ choosesLayers: false, people });
      for (const level of levels) {
        expect(bitsOf(parametersAt(level, { rule }).video)).toBeLessThanOrEqual(rule[0]?.maxBitrate ?? 0);
      }
    }
  });

  it('gets the bits of a level that is tried, at the size of the one before', () => {
    const state = { ...adaptation(0), level: 'poor', trying: { level: 'good', sinceMs: 0, crouchBps: null } } as const;
    expect(parametersFor(state, pair).video).toMatchObject([{ maxBitrate: 1_000_000, scaleResolutionDownBy: 2 }]);
  });
});

describe('a screen', () => {
  it('with text keeps its size and gives up pictures', () => {
    const sizes = levels.slice(1).map((level) => parametersAt(level, { screen: 'text' }).screen[0]);
    expect(sizes.map((size) => size?.scaleResolutionDownBy)).toEqual([1, 1, 1, 1]);
    expect(sizes.map((size) => size?.maxFramerate)).toEqual([3, 5, 10, 15]);
  });

  it('with films gives up size, like a camera', () => {
    expect(parametersAt('critical', { screen: 'motion' }).screen).toMatchObject([{ scaleResolutionDownBy: 3 }]);
  });

  it('beside a camera has the larger part, and both together no more than the level', () => {
    for (const level of levels) {
      const { video, screen } = parametersAt(level, { screen: 'text' });
      expect(bitsOf(video) + bitsOf(screen)).toBeLessThanOrEqual(table[level].picturesBps);
      if (level !== 'paused') expect(bitsOf(screen)).toBeCloseTo((1 - policy.cameraShare) * table[level].picturesBps);
    }
  });

  it('without a camera has everything, and the camera may begin at any time', () => {
    const { video, screen } = parametersAt('good', { screen: 'text', camera: false });
    expect(bitsOf(screen)).toBe(1_000_000);
    expect(video).toMatchObject([{ active: true }]);
  });
});

describe('sound', () => {
  it('is limited only where no picture is left', () => {
    for (const screen of [null, 'text', 'motion'] as const) {
      for (const level of levels) {
        const { audio, video, screen: shared } = parametersAt(level, { screen });
        const limited = audio.some(({ maxBitrate, active }) => maxBitrate !== undefined || active === false);
        if (limited) expect([...video, ...shared].every(({ active }) => active === false)).toBe(true);
      }
    }
    expect(parametersAt('paused').audio).toEqual([{ maxBitrate: 24_000 }]);
  });

  it('never stops', () => {
    expect(levels.flatMap((level) => parametersAt(level).audio).some(({ active }) => active === false)).toBe(false);
  });
});

describe('several sizes at once', () => {
  const rule = encodingsFor({ choosesLayers: true, people: 12 });

  it('keep their sizes, and the largest rest first', () => {
    const at = (level: Level) => parametersAt(level, { rule }).video;
    expect(at('excellent').map(({ active }) => active)).toEqual([true, true, true]);
    expect(at('good').map(({ active }) => active)).toEqual([true, true, false]);
    expect(at('poor').map(({ active }) => active)).toEqual([true, false, false]);
    expect(at('critical')).toEqual([
      { active: true, maxBitrate: 250_000, scaleResolutionDownBy: 4 },
      { active: false },
      { active: false },
    ]);
  });

  it('are as the rule says while there is enough', () => {
    const limits = parametersAt('excellent', { rule }).video;
    expect(limits).toEqual(rule.map(({ rid: _, ...encoding }) => ({ active: true, ...encoding })));
  });

  it('otherwise get no more than the level together, and none more than the rule', () => {
    for (const level of levels.slice(0, -1)) {
      const limits = parametersAt(level, { rule }).video;
      expect(bitsOf(limits)).toBeLessThanOrEqual(table[level].picturesBps);
      for (const [index, { maxBitrate = 0 }] of limits.entries()) {
        expect(maxBitrate).toBeLessThanOrEqual(rule[index]?.maxBitrate ?? 0);
      }
    }
  });
});
