import { readdirSync, readFileSync } from 'node:fs';
import type { StatsSample } from '../../src/api.js';
import { readSample } from '../../src/stats/sample.js';

/** A second of which nothing was measured, but for what is given. */
export function sampleOf(known: Partial<StatsSample>): StatsSample {
  return { ...readSample([], null, 0).sample, ...known };
}

interface Trace {
  readonly shape: string;
  readonly seed: number;
  readonly columns: readonly string[];
  readonly seconds: readonly (readonly (number | null)[])[];
}

const folder = new URL('../../../../bench/traces/', import.meta.url);

/** Lines that got worse in the lab, as whoever received would have seen them: a sample a second. */
export const traces = readdirSync(folder).map((name) => {
  const { shape, seed, columns, seconds }: Trace = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const samples = seconds.map((second) => {
    const of = (column: string) => second[columns.indexOf(column)] ?? null;
    const lossShare = of('loss_share');
    return sampleOf({
      roundTripMs: of('round_trip_ms'),
      jitterMs: of('jitter_ms'),
      lossShare,
      soundLossShare: lossShare,
      pictureBitrateBps: (of('sent_kbps') ?? 0) * 1_000 * (1 - (lossShare ?? 0)),
      frameWidth: 1_280,
      frameHeight: 720,
      framesPerSecond: 30,
      frozenShare: Math.min(1, (of('frozen_ms') ?? 0) / 1_000),
    });
  });
  return { name: `${shape}, seed ${seed}`, shape, samples };
});
