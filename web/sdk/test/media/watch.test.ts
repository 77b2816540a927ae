import { describe, expect, it } from 'vitest';
import { type Watched, type WatchSample, watch, watching } from '../../src/media/watch.js';
import { watching as policy } from '../../src/policy.later.js';

const muted = (loudness: number | null) => ({ microphone: { on: false, muted: false, loudness } });
const open = (loudness: number | null, track = false) => ({ microphone: { on: true, muted: track, loudness } });
const picture = (frames: number | null, track = false) => ({ camera: { muted: track, frames } });

/** Samples at the usual pace, each for a while; yields what is warned of at the end of each. */
function sees(
  ...scenes: readonly [forMs: number, scene: Partial<WatchSample> | ((atMs: number) => Partial<WatchSample>)][]
) {
  let watched: Watched = watching(0);
  let atMs = 0;
  return scenes.map(([forMs, scene]) => {
    for (const untilMs = atMs + forMs; atMs < untilMs; ) {
      atMs += policy.intervalMs;
      const sample = typeof scene === 'function' ? scene(atMs) : scene;
      watched = watch(watched, { atMs, microphone: null, camera: null, ...sample });
    }
    return watched.warnings.join();
  });
}

describe('speaking while muted', () => {
  it('is noticed after a few words, and forgotten a while after the last', () => {
    expect(
      sees([2_000, muted(0.001)], [400, muted(0.1)], [400, muted(0.1)], [2_000, muted(0.001)], [2_000, muted(0.001)]),
    ).toEqual(['', '', 'speaking_while_muted', 'speaking_while_muted', '']);
  });

  it('is not a cough, a door or a keyboard', () => {
    const knocks = (atMs: number) => muted(atMs % 1_000 === 0 ? 0.3 : 0.001);
    expect(sees([10_000, knocks])).toEqual(['']);
  });

  it('goes on over the pauses between words', () => {
    const words = (atMs: number) => muted(atMs % 600 === 0 ? 0.001 : 0.1);
    expect(sees([1_000, words], [4_000, words])).toEqual(['speaking_while_muted', 'speaking_while_muted']);
  });

  it('is over at once when the microphone is on', () => {
    expect(sees([2_000, muted(0.1)], [200, open(0.1)])).toEqual(['speaking_while_muted', '']);
  });
});

describe('a silent microphone', () => {
  it('is noticed after some seconds, and forgotten with the first sound', () => {
    expect(sees([7_000, open(0)], [1_000, open(0)], [200, open(0.001)])).toEqual(['', 'microphone_silent', '']);
  });

  it('is one that the system has muted, too', () => {
    expect(sees([8_000, open(null, true)])).toEqual(['microphone_silent']);
  });

  it('is none when it cannot be measured, is muted by the person, or the call is on hold', () => {
    expect(sees([20_000, open(null)])).toEqual(['']);
    expect(sees([20_000, muted(0)])).toEqual(['']);
    expect(sees([20_000, {}])).toEqual(['']);
  });

  it('is given the full time again after each sound', () => {
    expect(sees([6_000, open(0)], [200, open(0.01)], [6_000, open(0)])).toEqual(['', '', '']);
  });
});

describe('a frozen camera', () => {
  it('is noticed after some seconds without a new picture, and forgotten with the next one', () => {
    expect(sees([2_000, picture(30)], [3_000, picture(30)], [200, picture(31)])).toEqual(['', 'camera_frozen', '']);
  });

  it('is one that the system has covered, too', () => {
    expect(sees([4_000, picture(null, true)])).toEqual(['camera_frozen']);
  });

  it('is none while pictures come, cannot be counted, or are not wanted', () => {
    expect(sees([20_000, (atMs) => picture(atMs)])).toEqual(['']);
    expect(sees([20_000, picture(null)])).toEqual(['']);
    expect(sees([3_800, picture(1)], [200, {}], [3_800, picture(1)])).toEqual(['', '', '']);
  });
});
