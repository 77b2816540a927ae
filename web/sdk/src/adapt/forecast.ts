import { forecasting as policy } from './levels.js';
import type { SendingSample } from './sending.js';

/** Which signal is about to go too far. */
export type Warning = 'delay' | 'jitter' | 'loss' | 'bandwidth';

/** One signal, smoothed: where it is, how fast it moves, and how far it strays from what was expected. */
export interface Trend {
  readonly value: number;
  readonly perSecond: number;
  readonly variance: number;
  readonly samples: number;
}

export interface Forecast {
  readonly trends: { readonly [K in Warning]?: Trend };
  readonly atMs: number | null;
  readonly warning: Warning | null;
}

export const noForecast: Forecast = { trends: {}, atMs: null, warning: null };

/**
 * Pure: what is expected after one more second. Each signal is smoothed with its trend (Holt's linear method) and drawn out
 * by a few seconds; it warns when even the favourable end of what it strays by is beyond the signal's limit, so that a noisy
 * line needs more of a trend than a calm one. What moves away from its limit never warns.
 */
export function forecast(before: Forecast, sample: SendingSample, nowMs: number): Forecast {
  if (before.atMs !== null && nowMs - before.atMs < policy.everyMs) return before;
  const seconds = before.atMs === null ? 1 : Math.min(policy.maxStepMs, nowMs - before.atMs) / 1000;
  const values: { readonly [K in Warning]: number | null } = {
    delay: sample.roundTripMs,
    jitter: sample.jitterMs,
    loss: sample.lossShare,
    // As a logarithm: what halves every second falls in a straight line.
    bandwidth: sample.availableBps === null || sample.availableBps <= 0 ? null : -Math.log(sample.availableBps),
  };
  const trends: { [K in Warning]?: Trend } = { ...before.trends };
  let warning: Warning | null = null;
  for (const signal of ['bandwidth', 'delay', 'loss', 'jitter'] as const) {
    const value = values[signal];
    if (value === null) continue;
    const trend = follow(trends[signal], value, seconds);
    trends[signal] = trend;
    if (goesTooFar(trend, policy.limits[signal])) warning ??= signal;
  }
  return { trends, atMs: nowMs, warning };
}

function follow(before: Trend | undefined, value: number, seconds: number): Trend {
  if (before === undefined) return { value, perSecond: 0, variance: 0, samples: 1 };
  const expected = before.value + before.perSecond * seconds;
  const error = value - expected;
  return {
    value: expected + policy.valueShare * error,
    perSecond: before.perSecond + (policy.trendShare * error) / seconds,
    variance: before.variance + policy.varianceShare * (error ** 2 - before.variance),
    samples: before.samples + 1,
  };
}

function goesTooFar({ value, perSecond, variance, samples }: Trend, limit: number): boolean {
  const gain = policy.aheadSeconds * perSecond;
  const stray = policy.strays * Math.sqrt(variance);
  // A trend that chance alone could make is none, however near the limit is.
  return samples >= policy.minSamples && gain > stray && value + gain - stray > limit;
}
