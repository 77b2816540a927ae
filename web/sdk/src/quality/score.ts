import type { Quality, StatsSample } from '../api.js';

/** How well one second of one link was, each from 0 to 100; `null` where nothing of it was measured. */
export interface Scores {
  readonly sound: number | null;
  readonly picture: number | null;
  /** The sound, or the mean of both where the picture is worse. */
  readonly overall: number | null;
}

export type Scored = Pick<
  StatsSample,
  | 'roundTripMs'
  | 'jitterMs'
  | 'jitterBufferMs'
  | 'lossShare'
  | 'soundLossShare'
  | 'sentLossShare'
  | 'pictureBitrateBps'
  | 'framesPerSecond'
  | 'frameWidth'
  | 'frameHeight'
  | 'frozenShare'
>;

/** The lowest score of each step; docs/quality.md says why. */
const floors: readonly (readonly [Quality, number])[] = [
  ['excellent', 80],
  ['good', 70],
  ['poor', 50],
];

const soundPolicy = {
  /** R without any impairment, with G.107's default values. */
  best: 93.2,
  /** A packet of 20 ms and the 6.5 ms that Opus looks ahead. */
  codecMs: 26.5,
  /** Where delay begins to disturb the turns of a conversation. */
  lateMs: 177.3,
  /** Robustness of Opus with forward error correction: a loss of so many percent costs half of what is left. */
  robustnessPct: 15,
} as const;

const picturePolicy = {
  fullHeight: 720,
  /** For each halving of the height. */
  heightCost: 22,
  fullFrames: 24,
  /** For each frame a second that is missing. */
  frameCost: 2,
  /** Fewer bits for a pixel than this are seen in moving pictures. */
  fullBitsPerPixel: 0.02,
  /** For each halving of the bits, and at most. */
  bitsCost: 10,
  maxBitsCost: 25,
  frozenCost: 70,
} as const;

/** Pure: the formula of docs/quality.md. More delay, jitter, loss or standing still, or fewer bits, never make a score better. */
export function scoresOf(sample: Scored): Scores {
  const sound = soundOf(sample);
  const picture = pictureOf(sample);
  if (sound === null || picture === null) return { sound, picture, overall: sound ?? picture };
  return { sound, picture, overall: Math.min(sound, (sound + picture) / 2) };
}

/** Pure: the step of a score. */
export function stepOf(score: number): Quality {
  return floors.find(([, floor]) => score >= floor)?.[0] ?? 'critical';
}

/** ITU-T G.107, simplified: R = 93.2 − Id − Ie,eff. */
function soundOf(sample: Scored): number | null {
  const { roundTripMs, jitterMs, jitterBufferMs, sentLossShare } = sample;
  const received = sample.soundLossShare ?? sample.lossShare;
  if (roundTripMs === null && received === null && sentLossShare === null) return null;
  const { best, codecMs, lateMs, robustnessPct } = soundPolicy;
  // Browsers hold back sound for about twice its jitter where they do not say for how long.
  const delayMs = (roundTripMs ?? 0) / 2 + (jitterBufferMs ?? 2 * (jitterMs ?? 0)) + codecMs;
  const delayCost = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - lateMs);
  const lossPct = 100 * Math.max(received ?? 0, sentLossShare ?? 0);
  const lossCost = 95 * (lossPct / (lossPct + robustnessPct));
  return clamp(best - delayCost - lossCost);
}

function pictureOf(sample: Scored): number | null {
  const { frozenShare, framesPerSecond, frameWidth, frameHeight, pictureBitrateBps } = sample;
  if (frozenShare === null) return null;
  const policy = picturePolicy;
  let cost = policy.frozenCost * frozenShare;
  const height = Math.min(frameHeight ?? 0, frameWidth ?? 0);
  if (height > 0) cost += policy.heightCost * Math.max(0, Math.log2(policy.fullHeight / height));
  if (framesPerSecond !== null) cost += policy.frameCost * Math.max(0, policy.fullFrames - framesPerSecond);
  if (frameWidth && frameHeight && pictureBitrateBps) {
    const bitsPerPixel = pictureBitrateBps / (frameWidth * frameHeight * policy.fullFrames);
    const halvings = Math.max(0, Math.log2(policy.fullBitsPerPixel / bitsPerPixel));
    cost += Math.min(policy.maxBitsCost, policy.bitsCost * halvings);
  }
  return clamp(100 - cost);
}

function clamp(score: number): number {
  return Math.min(100, Math.max(0, score));
}
