/** What is sent at which level, and every number by which levels change. docs/adaptation.md says why. */

/** From what is given up last to what is given up first. At `paused`, sound has everything. */
export const levels = ['paused', 'critical', 'poor', 'good', 'excellent'] as const;
export type Level = (typeof levels)[number];

export interface Row {
  /** For all pictures of one link together, in bits per second. */
  readonly picturesBps: number;
  /** With less available bandwidth than this, the level cannot be kept. */
  readonly minAvailableBps: number;
  /** A moving picture is sent at this fraction of its width and height, */
  readonly shrinkBy: number;
  /** and with at most so many frames a second. */
  readonly framesPerSecond: number;
  /** A screen with text keeps its size and gives up frames. */
  readonly textFramesPerSecond: number;
  /** `null`: as the browser does. */
  readonly audioBps: number | null;
}

export const table: Readonly<Record<Level, Row>> = {
  excellent: row(2_500_000, 1_500_000, { shrinkBy: 1, framesPerSecond: 30, textFramesPerSecond: 15 }),
  good: row(1_000_000, 800_000, { shrinkBy: 1, framesPerSecond: 30, textFramesPerSecond: 10 }),
  poor: row(500_000, 450_000, { shrinkBy: 2, framesPerSecond: 30, textFramesPerSecond: 5 }),
  critical: row(250_000, 50_000, { shrinkBy: 3, framesPerSecond: 20, textFramesPerSecond: 3 }),
  paused: { ...row(0, 0, { shrinkBy: 3, framesPerSecond: 20, textFramesPerSecond: 3 }), audioBps: 24_000 },
};

export const policy = {
  sampleMs: 250,
  /** How often statistics are searched for new entries. */
  searchMs: 1_000,
  /** Loss is looked at over so many samples: one packet of few says little. */
  lossSamples: 4,
  /** A receiver's report counts so long. */
  freshMs: 1_500,
  maxLossShare: 0.05,
  clearLossShare: 0.01,
  /** Beyond this nothing but the lowest picture gets through. */
  severeLossShare: 0.25,
  /** At first the browser's estimate climbs; it is not held against a level so long. */
  warmUpMs: 5_000,
  /** What is measured after a step down is about the time before it, so long. */
  settleMs: 2_000,
  /** Too little for the level counts when it lasts this long, or at once when packets are lost or queue. */
  shortMs: 500,
  /** An estimate below this share of its recent peak is still on its way down. */
  fallingShare: 0.65,
  /** With this share of packets asked for again, it is a collapse. */
  collapseShare: 0.1,
  peakHalfLifeMs: 3_000,
  /** Too little even for the lowest picture, for this long: it pauses. */
  pauseAfterMs: 5_000,
  /** A step up is tried when nothing has spoken against it for this long. */
  clearMs: 2_000,
  /** How much longer the round trip may be than at rest. */
  maxQueueMs: 150,
  /** The shortest round trip of this time counts as rest. */
  restMs: 30_000,
  /** A try is over when the bandwidth is seen to be there, but not before, */
  minTryMs: 200,
  /** or not seen to be there by now; */
  maxTryMs: 2_000,
  /** where the browser tells no bandwidth, when it has done no harm so long. */
  blindTryMs: 3_000,
  /** A try that sends more than this share of what there is crouches first: sends this share, for this long. */
  spareShare: 0.6,
  crouchShare: 0.25,
  crouchMs: 1_000,
  /** The wait until the next try; grows when a level did not last, less when a try did harm, and least when it was in vain. */
  firstWaitMs: 3_000,
  lastWaitMs: 30_000,
  relapseFactor: 2,
  harmFactor: 1.5,
  vainFactor: 1.25,
  /** A step up has lasted after this. */
  lastingMs: 15_000,
  /** Of what is for pictures, the part of a camera beside a screen. */
  cameraShare: 0.25,
} as const;

function row(
  picturesBps: number,
  minAvailableBps: number,
  picture: Pick<Row, 'shrinkBy' | 'framesPerSecond' | 'textFramesPerSecond'>,
): Row {
  return { picturesBps, minAvailableBps, ...picture, audioBps: null };
}

export function below(level: Level): Level {
  return levels[Math.max(0, levels.indexOf(level) - 1)] ?? level;
}

export function above(level: Level): Level {
  return levels[levels.indexOf(level) + 1] ?? level;
}

export function isBelow(one: Level, other: Level): boolean {
  return levels.indexOf(one) < levels.indexOf(other);
}

/** The best level that this bandwidth can carry; a picture pauses only after a while, so not `paused`. */
export function levelFor(availableBps: number): Level {
  return (
    [...levels].reverse().find((level) => availableBps >= table[level].minAvailableBps && level !== 'paused') ??
    'critical'
  );
}

/** The forecast. Weights and limits were chosen on half of the recorded traces and are judged on the other half. */
export const forecasting = {
  everyMs: 1_000,
  /** A longer silence counts as no more than this. */
  maxStepMs: 3_000,
  /** How much of what was not expected goes into the value, its trend and its variance. */
  valueShare: 0.4,
  trendShare: 0.15,
  varianceShare: 0.2,
  /** A trend needs so many samples. */
  minSamples: 5,
  aheadSeconds: 5,
  /** How many standard deviations are granted to chance. */
  strays: 2,
  /** Round trip and jitter in ms, loss as a share, bandwidth as the logarithm of its inverse in bit/s. */
  limits: { delay: 350, jitter: 150, loss: 0.1, bandwidth: -Math.log(60_000) },
} as const;
