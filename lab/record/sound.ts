/** What the page's microphone says: a quiet hum without end, and a loud tone each second. */

export const samplesPerMs = 48;

/** Of an amplitude of 1: the tone is well above it, the hum well below. */
const loud = 0.25;
/** The hum is well above it. */
const audible = 0.01;
/** A tone is over when it has been quiet for so long; a tone's own waves are shorter. */
const quietMs = 20;
/** Of the hum, a few waves. */
const windowMs = 10;
/** Shorter ones are where one packet ends and another begins. */
const shortestSilenceMs = 20;

export interface Sounds {
  tonesMs: number[];
  silences: { fromMs: number; toMs: number }[];
}

/** @param sound At 48,000 samples a second, each from -1 to 1. */
export function soundsOf({ fromMs, samples }: { fromMs: number; samples: Float32Array }): Sounds {
  return { tonesMs: tonesIn(samples).map((ms) => fromMs + ms), silences: silencesIn(samples, fromMs) };
}

function tonesIn(samples: Float32Array): number[] {
  const tones: number[] = [];
  let lastLoudMs = Number.NEGATIVE_INFINITY;
  for (const [index, sample] of samples.entries()) {
    if (Math.abs(sample) < loud) continue;
    const ms = index / samplesPerMs;
    if (ms - lastLoudMs > quietMs) tones.push(ms);
    lastLoudMs = ms;
  }
  return tones;
}

function silencesIn(samples: Float32Array, fromMs: number): Sounds['silences'] {
  const silences: Sounds['silences'] = [];
  const size = windowMs * samplesPerMs;
  let silentFrom: number | null = null;
  const end = (at: number) => {
    if (silentFrom !== null && at - silentFrom >= shortestSilenceMs * samplesPerMs)
      silences.push({ fromMs: fromMs + silentFrom / samplesPerMs, toMs: fromMs + at / samplesPerMs });
    silentFrom = null;
  };
  for (let at = 0; at + size <= samples.length; at += size) {
    if (samples.subarray(at, at + size).every((sample) => Math.abs(sample) < audible)) silentFrom ??= at;
    else end(at);
  }
  end(samples.length);
  return silences;
}
