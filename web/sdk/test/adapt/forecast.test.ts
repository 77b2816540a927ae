import { describe, expect, it } from 'vitest';
import { type Forecast, forecast, noForecast } from '../../src/adapt/forecast.js';
import { forecasting as policy } from '../../src/adapt/levels.js';
import type { SendingSample } from '../../src/adapt/sending.js';
import { forSeeds } from '../support/random.js';
import { calm } from './link.js';

/** A sample a second; yields the second of the first warning and what it was for. */
function firstWarning(seconds: number, at: (second: number) => Partial<SendingSample>) {
  let state: Forecast = noForecast;
  for (let second = 0; second < seconds; second += 1) {
    state = forecast(state, { ...calm, ...at(second) }, 1_000 * second);
    if (state.warning !== null) return { second, signal: state.warning };
  }
  return null;
}

const { limits } = policy;

describe('a forecast', () => {
  it.each([
    ['delay', limits.delay, (value: number) => ({ roundTripMs: value })],
    ['jitter', limits.jitter, (value: number) => ({ jitterMs: value })],
    ['loss', limits.loss, (value: number) => ({ lossShare: value })],
  ] as const)('warns of %s that grows, before it has gone too far', (signal, limit, sampleOf) => {
    const growth = (second: number) => sampleOf((limit * Math.max(0, second - 10)) / 10);
    expect(firstWarning(20, growth)?.signal).toBe(signal);
  });

  it('warns of bandwidth that halves and halves again, before there is too little', () => {
    const falling = (second: number) => ({ availableBps: 4_000_000 * 0.5 ** Math.max(0, (second - 10) / 2) });
    const warning = firstWarning(40, falling);
    expect(warning?.signal).toBe('bandwidth');
    expect(falling(warning?.second ?? 40).availableBps).toBeGreaterThan(Math.exp(-limits.bandwidth));
  });

  it('is silent on a calm line, and on one that gets better', () => {
    expect(firstWarning(60, () => ({}))).toBeNull();
    expect(
      firstWarning(60, (second) => ({ roundTripMs: 400 - 5 * second, lossShare: 0.04 - second / 2_000 })),
    ).toBeNull();
  });

  it('is silent on a line that is noisy without a trend', () => {
    let warned = 0;
    forSeeds(200, (random) => {
      const noise = () => ({ roundTripMs: 100 + 60 * random(), jitterMs: 40 * random(), lossShare: 0.02 * random() });
      if (firstWarning(60, noise) !== null) warned += 1;
    });
    expect(warned).toBeLessThanOrEqual(4);
  });

  it('is silent of what stays bad: that is no forecast', () => {
    const state = { roundTripMs: 2 * limits.delay, lossShare: 2 * limits.loss };
    expect(firstWarning(60, () => state)).toBeNull();
  });

  it('looks once a second, however often it is asked', () => {
    let often: Forecast = noForecast;
    let seldom: Forecast = noForecast;
    for (let look = 0; look < 80; look += 1) {
      const sample = { ...calm, roundTripMs: 40 + 10 * Math.floor(look / 4) };
      often = forecast(often, sample, 250 * look);
      if (look % 4 === 0) seldom = forecast(seldom, sample, 250 * look);
    }
    expect(often).toEqual(seldom);
  });

  it('goes on without what the browser does not say', () => {
    const growth = (second: number) => ({ availableBps: null, jitterMs: null, roundTripMs: 40 + 40 * second });
    expect(firstWarning(30, growth)?.signal).toBe('delay');
    expect(
      firstWarning(30, () => ({ availableBps: null, jitterMs: null, roundTripMs: null, lossShare: null })),
    ).toBeNull();
  });
});
