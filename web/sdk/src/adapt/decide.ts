import { type Forecast, forecast, noForecast, type Warning } from './forecast.js';
import { above, below, isBelow, type Level, levelFor, levels, policy, table } from './levels.js';
import type { SendingSample } from './sending.js';

/** How one link adapts. Each link of a mesh has its own. */
export interface Adaptation {
  readonly level: Level;
  /**
   * A level that is being tried: as many bits as there, and pictures still as large as at `level`. Where little less is
   * sent than there is, the try begins by crouching: browsers look for more only when they have something left.
   */
  readonly trying: { readonly level: Level; readonly sinceMs: number; readonly crouchBps: number | null } | null;
  readonly startedAtMs: number;
  readonly loweredAtMs: number;
  readonly raisedAtMs: number;
  /** Since when nothing speaks against more. */
  readonly clearSinceMs: number | null;
  /** Since when there is too little for the level, and for the lowest picture. */
  readonly shortSinceMs: number | null;
  readonly starvedSinceMs: number | null;
  /** How long the next try waits after a step down or a failed one. */
  readonly waitMs: number;
  readonly mayTryAtMs: number;
  /** What the bandwidth was of late, slowly forgotten. */
  readonly peakBps: number;
  readonly rest: { readonly roundTripMs: number; readonly atMs: number } | null;
  readonly sampledAtMs: number;
  readonly forecast: Forecast;
  /** What the last step down was for. */
  readonly reason: Reason | null;
}

export type Reason = 'loss' | 'bandwidth' | `foreseen_${Warning}`;

export function adaptation(nowMs: number): Adaptation {
  return {
    level: 'excellent',
    trying: null,
    startedAtMs: nowMs,
    loweredAtMs: Number.NEGATIVE_INFINITY,
    raisedAtMs: Number.NEGATIVE_INFINITY,
    clearSinceMs: null,
    shortSinceMs: null,
    starvedSinceMs: null,
    waitMs: policy.firstWaitMs,
    mayTryAtMs: nowMs,
    peakBps: 0,
    rest: null,
    sampledAtMs: nowMs,
    forecast: noForecast,
    reason: null,
  };
}

/**
 * Pure: what one more sample changes. Down at once, to the level that still fits; up one level after the other, each of them
 * tried first: the browser looks for bandwidth when it may send more, so a try shows whether it is there.
 */
export function decide(before: Adaptation, sample: SendingSample, nowMs: number): Adaptation {
  if (!sample.heard) return interrupted(before, nowMs);
  const state = watch(before, sample, nowMs);
  if (collapses(state, sample, nowMs)) return lower(state, 'critical', 'bandwidth', nowMs);
  const fitting = tooMuch(state, sample, nowMs);
  if (fitting !== null) return lower(state, fitting.level, fitting.reason, nowMs);
  if (state.trying !== null) return judge(state, state.trying, sample, nowMs);
  return mayTry(state, nowMs) ? { ...state, trying: attempt(state.level, sample, nowMs) } : state;
}

/** Pure: while nothing arrives, nothing is known, and what was known says little about the way that comes back. */
export function interrupted(state: Adaptation, nowMs: number): Adaptation {
  const { level, reason, waitMs, loweredAtMs, raisedAtMs } = state;
  return { ...adaptation(nowMs), level, reason, waitMs, loweredAtMs, raisedAtMs };
}

/** What is remembered from sample to sample. */
function watch(state: Adaptation, sample: SendingSample, nowMs: number): Adaptation {
  const { availableBps, roundTripMs } = sample;
  const forgotten = state.peakBps * 0.5 ** ((nowMs - state.sampledAtMs) / policy.peakHalfLifeMs);
  const { rest } = state;
  const atRest =
    roundTripMs !== null && (rest === null || roundTripMs <= rest.roundTripMs || nowMs - rest.atMs > policy.restMs);
  const next: Adaptation = {
    ...state,
    sampledAtMs: nowMs,
    peakBps: Math.max(availableBps ?? 0, forgotten),
    rest: atRest ? { roundTripMs, atMs: nowMs } : rest,
    forecast: forecast(state.forecast, sample, nowMs),
  };
  const lasted = next.raisedAtMs > next.loweredAtMs && nowMs - next.raisedAtMs >= policy.lastingMs;
  const since = (level: Level, sinceMs: number | null) =>
    availableBps !== null && availableBps < table[level].minAvailableBps ? (sinceMs ?? nowMs) : null;
  return {
    ...next,
    waitMs: lasted ? policy.firstWaitMs : next.waitMs,
    clearSinceMs: isClear(next, sample) ? (state.clearSinceMs ?? nowMs) : null,
    shortSinceMs: since(next.level, state.shortSinceMs),
    starvedSinceMs: since('critical', state.starvedSinceMs),
  };
}

function isClear(state: Adaptation, sample: SendingSample): boolean {
  const { lossShare, availableBps } = sample;
  const fits = availableBps === null || availableBps >= table[state.level].minAvailableBps;
  return (lossShare ?? 0) < policy.clearLossShare && !queues(state, sample) && fits && state.forecast.warning === null;
}

/** Whether what is sent waits somewhere on the way. */
function queues({ rest }: Adaptation, { roundTripMs }: SendingSample): boolean {
  return roundTripMs !== null && rest !== null && roundTripMs - rest.roundTripMs > policy.maxQueueMs;
}

/**
 * The estimate falls, and packets are lost with it: it will be less still by the next sample. A small picture at once ends
 * the flood of what is asked for again; one step after the other would cost a whole picture each.
 */
function collapses(state: Adaptation, { availableBps, resentShare }: SendingSample, nowMs: number): boolean {
  const fits = availableBps === null || availableBps >= table[state.level].minAvailableBps;
  const warm = nowMs - state.startedAtMs >= policy.warmUpMs;
  if (fits || !warm || isBelow(state.level, 'poor')) return false;
  return availableBps < policy.fallingShare * state.peakBps && (resentShare ?? 0) > policy.collapseShare;
}

/** The level that fits where the present one does not. */
function tooMuch(
  state: Adaptation,
  sample: SendingSample,
  nowMs: number,
): { readonly level: Level; readonly reason: Reason } | null {
  const { level, shortSinceMs } = state;
  const { lossShare, availableBps } = sample;
  const settled = nowMs - state.loweredAtMs >= policy.settleMs;
  const warm = nowMs - state.startedAtMs >= policy.warmUpMs;
  if (level === 'paused') return null;
  if (state.starvedSinceMs !== null && nowMs - state.starvedSinceMs >= policy.pauseAfterMs && warm) {
    return { level: 'paused', reason: 'bandwidth' };
  }
  if (level === 'critical') return null;
  const loss = lossShare ?? 0;
  // The estimate dips by itself now and then; with losses or a queue, it does so for a reason.
  const isShort = shortSinceMs !== null && nowMs - shortSinceMs >= policy.shortMs;
  const suffers = shortSinceMs !== null && (loss > policy.maxLossShare || queues(state, sample));
  if (availableBps !== null && warm && (isShort || suffers)) {
    return { level: levelFor(availableBps), reason: 'bandwidth' };
  }
  // What a try has caused ends the try, and not the level.
  if (!settled || state.trying !== null) return null;
  if (loss > policy.severeLossShare) return { level: 'critical', reason: 'loss' };
  if (loss > policy.maxLossShare) return { level: below(level), reason: 'loss' };
  const { warning } = state.forecast;
  return warning !== null && warm ? { level: below(level), reason: `foreseen_${warning}` } : null;
}

function lower(state: Adaptation, level: Level, reason: Reason, nowMs: number): Adaptation {
  // After a step up that has not lasted, the next one waits longer.
  const hasty = state.trying !== null || nowMs - state.raisedAtMs < policy.lastingMs;
  const waitMs = hasty ? longer(state.waitMs, policy.relapseFactor) : policy.firstWaitMs;
  return {
    ...state,
    level: isBelow(level, state.level) ? level : below(state.level),
    trying: null,
    loweredAtMs: nowMs,
    clearSinceMs: null,
    shortSinceMs: null,
    waitMs,
    mayTryAtMs: nowMs + waitMs,
    reason,
  };
}

function longer(waitMs: number, factor: number): number {
  return Math.min(factor * waitMs, policy.lastWaitMs);
}

function mayTry(state: Adaptation, nowMs: number): boolean {
  return (
    state.level !== levels.at(-1) &&
    state.clearSinceMs !== null &&
    nowMs - state.clearSinceMs >= policy.clearMs &&
    nowMs >= state.mayTryAtMs
  );
}

function attempt(level: Level, { availableBps, sentBps }: SendingSample, nowMs: number): Adaptation['trying'] {
  const tight = availableBps !== null && (sentBps ?? 0) > policy.spareShare * availableBps;
  return { level: above(level), sinceMs: nowMs, crouchBps: tight ? policy.crouchShare * availableBps : null };
}

/** What a try has shown. */
function judge(
  state: Adaptation,
  trying: NonNullable<Adaptation['trying']>,
  sample: SendingSample,
  nowMs: number,
): Adaptation {
  const { lossShare, availableBps } = sample;
  const forMs = nowMs - trying.sinceMs;
  if ((lossShare ?? 0) > policy.maxLossShare || (queues(state, sample) && forMs >= policy.minTryMs)) {
    return giveUp({ ...state, clearSinceMs: null, loweredAtMs: nowMs }, policy.harmFactor, nowMs);
  }
  if (trying.crouchBps !== null) {
    return forMs < policy.crouchMs ? state : { ...state, trying: { ...trying, sinceMs: nowMs, crouchBps: null } };
  }
  const there =
    availableBps === null
      ? forMs >= policy.blindTryMs
      : forMs >= policy.minTryMs && availableBps >= table[trying.level].minAvailableBps;
  if (there) {
    // What has just been found may be enough for more.
    const next = above(trying.level);
    const onwards = next === trying.level ? null : { level: next, sinceMs: nowMs, crouchBps: null };
    return { ...state, level: trying.level, raisedAtMs: nowMs, trying: onwards };
  }
  return availableBps === null || forMs < policy.maxTryMs ? state : giveUp(state, policy.vainFactor, nowMs);
}

function giveUp(state: Adaptation, factor: number, nowMs: number): Adaptation {
  const waitMs = longer(state.waitMs, factor);
  return { ...state, trying: null, waitMs, mayTryAtMs: nowMs + waitMs };
}
