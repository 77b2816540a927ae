import { describe, expect, it } from 'vitest';
import type { Impairment, StatsSample } from '../../src/api.js';
import { impairmentsOf } from '../../src/quality/impairments.js';
import { columns } from '../../src/quality/recorder.js';
import { scoresOf } from '../../src/quality/score.js';
import { sampleOf, traces } from './samples.js';

const quiet = {
  roundTripMs: 40,
  jitterMs: 5,
  jitterBufferMs: 10,
  lossShare: 0,
  sentLossShare: 0,
  frozenShare: 0,
  frameWidth: 1_280,
  frameHeight: 720,
  framesPerSecond: 30,
  pictureBitrateBps: 1_500_000,
};

/** As a report keeps them: means of five seconds, in whole numbers. */
function rowsOf(samples: readonly StatsSample[]) {
  const rows: Parameters<typeof impairmentsOf>[0][number][] = [];
  for (let at = 0; at < samples.length; at += 5) {
    const seconds = samples.slice(at, at + 5);
    const of = (name: string) => columns.find(([column]) => column === name)?.[1](seconds) ?? null;
    const share = (name: string) => (of(name) ?? 0) / 1_000;
    rows.push({
      sound: of('sound'),
      picture: of('picture'),
      roundTripMs: of('round_trip_ms'),
      jitterBufferMs: of('jitter_buffer_ms'),
      receivedLossShare: share('received_loss'),
      sentLossShare: share('sent_loss'),
      frozenMs: of('frozen_ms'),
      framesPerSecond: of('frames'),
      frameHeight: of('height'),
    });
  }
  return rows;
}

const costly = (samples: readonly StatsSample[]) =>
  Object.entries(impairmentsOf(rowsOf(samples))).sort((a, b) => b[1] - a[1])[0]?.[0];
const seconds = (change: Partial<StatsSample>) => Array.from({ length: 20 }, () => sampleOf({ ...quiet, ...change }));

describe('what took most from a score', () => {
  it.each<[Impairment, Partial<StatsSample>]>([
    ['delay', { roundTripMs: 600 }],
    ['jitter', { jitterMs: 5, jitterBufferMs: 300 }],
    ['jitter', { roundTripMs: 200, jitterBufferMs: 300 }],
    ['delay', { roundTripMs: 800, jitterBufferMs: 300 }],
    ['jitter', { jitterMs: 90, jitterBufferMs: null }],
    ['loss', { lossShare: 0.08 }],
    ['loss', { sentLossShare: 0.08 }],
    ['loss', { lossShare: 0.01, soundLossShare: 0.08, jitterBufferMs: 60 }],
    ['bitrate', { pictureBitrateBps: 60_000 }],
    ['freezes', { frozenShare: 0.5 }],
    ['frame_rate', { framesPerSecond: 8 }],
    ['resolution', { frameWidth: 320, frameHeight: 180 }],
  ])('is %s where that is all that is wrong: %j', (kind, change) => {
    expect(costly(seconds(change))).toBe(kind);
  });

  it('is nothing of a picture that is better than the sound', () => {
    const costs = impairmentsOf(rowsOf(seconds({ lossShare: 0.2, frameWidth: 640, frameHeight: 360 })));
    expect(costs).toMatchObject({ resolution: 0, bitrate: 0 });
    expect(costs.loss).toBeGreaterThan(40);
  });

  it('is nothing where nothing was measured', () => {
    expect(Object.values(impairmentsOf([]))).toEqual(Array(7).fill(0));
  });
});

describe('on recorded lines', () => {
  it.each(traces.map(({ name, samples }) => [name, samples] as const))(
    '%s: what was taken is all that the score lacks',
    (_, samples) => {
      const taken = Object.values(impairmentsOf(rowsOf(samples))).reduce((sum, one) => sum + one, 0);
      const rows = rowsOf(samples);
      const lacks = rows.map(({ sound, picture }) => {
        const best = scoresOf(sampleOf({ roundTripMs: 0, lossShare: 0, jitterBufferMs: 0 })).sound ?? 0;
        if (sound === null || picture === null) return sound === null ? 100 - (picture ?? 100) : best - sound;
        return picture < sound ? (best - sound) / 2 + (100 - picture) / 2 : best - sound;
      });
      // Rounded scores: a point at most.
      expect(Math.abs(taken - lacks.reduce((sum, one) => sum + one, 0) / rows.length)).toBeLessThan(1);
    },
  );

  it.each<[string, readonly Impairment[]]>([
    ['growing-loss', ['loss']],
    ['bursts', ['loss']],
    ['filling-queue', ['delay', 'jitter']],
    ['steady', ['delay', 'jitter']],
  ])('of the shape %s it is one of %j that took most', (shape, kinds) => {
    const ofShape = traces.filter((one) => one.shape === shape);
    expect(ofShape.length).toBe(4);
    for (const { name, samples } of ofShape) expect(kinds, name).toContain(costly(samples));
  });
});
