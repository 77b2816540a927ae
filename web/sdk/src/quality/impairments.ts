import type { Impairment, ReportSample } from '../api.js';
import { type Scored, scoresOf } from './score.js';

/** A second in which nothing was wrong. */
const flawless: Scored = {
  roundTripMs: 0,
  jitterMs: 0,
  jitterBufferMs: 0,
  lossShare: 0,
  soundLossShare: null,
  sentLossShare: 0,
  pictureBitrateBps: null,
  framesPerSecond: null,
  frameWidth: null,
  frameHeight: null,
  frozenShare: 0,
};
const rowMs = 5_000;

type Row = Pick<
  ReportSample,
  | 'sound'
  | 'picture'
  | 'roundTripMs'
  | 'jitterBufferMs'
  | 'receivedLossShare'
  | 'sentLossShare'
  | 'frozenMs'
  | 'framesPerSecond'
  | 'frameHeight'
>;

/**
 * Pure: how many points each kind of trouble took from the mean score of these rows. What rows do not hold is what the rest
 * does not explain: how unevenly a trouble came within the five seconds, and the bits of the picture alone.
 */
export function impairmentsOf(rows: readonly Row[]): Readonly<Record<Impairment, number>> {
  const total = { delay: 0, loss: 0, jitter: 0, freezes: 0, resolution: 0, frame_rate: 0, bitrate: 0 };
  const scored = rows.filter(({ sound, picture }) => sound !== null || picture !== null);
  for (const row of scored) {
    const { sound, picture } = row;
    // As `scoresOf` weighs them: a picture counts where it is worse than the sound.
    const both = sound !== null && picture !== null;
    const [soundWeight, pictureWeight] = both ? (picture < sound ? [0.5, 0.5] : [1, 0]) : [1, 1];
    const add = (costs: Partial<Record<Impairment, number>>, weight: number) => {
      for (const [kind, cost] of Object.entries(costs)) total[kind as Impairment] += (weight * cost) / scored.length;
    };
    if (sound !== null) add(soundCosts(row, sound), soundWeight);
    if (picture !== null) add(pictureCosts(row, picture), pictureWeight);
  }
  return total;
}

function soundCosts({ roundTripMs, jitterBufferMs, receivedLossShare, sentLossShare }: Row, sound: number) {
  const best = scoresOf(flawless).sound ?? 0;
  const without = (change: Partial<Scored>) => best - (scoresOf({ ...flawless, ...change }).sound ?? best);
  const lossCost = without({ lossShare: receivedLossShare ?? 0, sentLossShare: sentLossShare ?? 0 });
  const wayMs = (roundTripMs ?? 0) / 2;
  const lateMs = wayMs + (jitterBufferMs ?? 0);
  // Both make sound late, and late sound costs more by the millisecond: they share what they cost together.
  const lateCost = without({ roundTripMs: roundTripMs ?? 0, jitterBufferMs: jitterBufferMs ?? 0 });
  const delayCost = lateMs === 0 ? 0 : (lateCost * wayMs) / lateMs;
  if (jitterBufferMs === null)
    return split(best - sound, 'jitter', [
      ['delay', delayCost],
      ['loss', lossCost],
    ]);
  // Sound and picture lose packets in one number here, and sound may have lost more of them.
  return split(best - sound, lossCost > 0 ? 'loss' : 'jitter', [
    ['delay', delayCost],
    ['jitter', lateCost - delayCost],
  ]);
}

function pictureCosts({ frozenMs, framesPerSecond, frameHeight }: Row, picture: number) {
  const best = scoresOf(flawless).picture ?? 0;
  const without = (change: Partial<Scored>) => best - (scoresOf({ ...flawless, ...change }).picture ?? best);
  return split(best - picture, 'bitrate', [
    ['freezes', without({ frozenShare: Math.min(1, (frozenMs ?? 0) / rowMs) })],
    ['resolution', without({ frameHeight, frameWidth: frameHeight })],
    ['frame_rate', without({ framesPerSecond })],
  ]);
}

/** What is missing, shared out in this order; what then remains is of the kind `rest`. */
function split(missing: number, rest: Impairment, known: readonly (readonly [Impairment, number])[]) {
  let left = Math.max(0, missing);
  const costs: Partial<Record<Impairment, number>> = {};
  for (const [kind, cost] of known) {
    costs[kind] = Math.min(left, cost);
    left -= Math.min(left, cost);
  }
  costs[rest] = (costs[rest] ?? 0) + left;
  return costs;
}
