import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adaptation, decide } from '../../src/adapt/decide.js';
import { type Level, policy, table } from '../../src/adapt/levels.js';
import type { SendingSample } from '../../src/adapt/sending.js';

interface Trace {
  readonly shape: string;
  readonly seed: number;
  readonly columns: readonly string[];
  readonly seconds: readonly (readonly (number | null)[])[];
}

/** Lines that got worse in the lab, a sample a second. */
const folder = new URL('../../../../bench/traces/', import.meta.url);
const traces = readdirSync(folder).map((name): Trace => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));

function samplesOf({ columns, seconds }: Trace): SendingSample[] {
  return seconds.map((second) => {
    const of = (name: string, unit = 1) => {
      const value = second[columns.indexOf(name)] ?? null;
      return value === null ? null : unit * value;
    };
    return {
      heard: true,
      lossShare: of('loss_share'),
      resentShare: null,
      availableBps: of('available_kbps', 1_000),
      roundTripMs: of('round_trip_ms'),
      jitterMs: of('jitter_ms'),
      sentBps: of('sent_kbps', 1_000),
    };
  });
}

function levelsOf(trace: Trace): Level[] {
  let state = adaptation(0);
  return samplesOf(trace).map((sample, second) => {
    state = decide(state, sample, 1_000 * second);
    return state.level;
  });
}

describe('on recorded lines', () => {
  it('there are at least thirty, of every shape', () => {
    expect(traces.length).toBeGreaterThanOrEqual(30);
    expect(new Set(traces.map(({ shape }) => shape)).size).toBe(8);
  });

  it.each(traces.map((trace) => [`${trace.shape}, seed ${trace.seed}`, trace] as const))(
    '%s: a level is never kept for two seconds on less than it needs',
    (_, trace) => {
      const chosen = levelsOf(trace);
      const short = samplesOf(trace).map(
        ({ availableBps }, second) =>
          second * 1_000 > policy.warmUpMs &&
          availableBps !== null &&
          availableBps < table[chosen[second] as Level].minAvailableBps,
      );
      const kept = short.filter(
        (isShort, second) => isShort && short[second - 1] && short[second - 2] && chosen[second] !== 'critical',
      );
      expect(kept).toEqual([]);
    },
  );

  it('no line makes it change more often than every four seconds on average', () => {
    for (const trace of traces) {
      const chosen = levelsOf(trace);
      const changes = chosen.filter((level, second) => second > 0 && level !== chosen[second - 1]).length;
      expect(changes, `${trace.shape}, seed ${trace.seed}`).toBeLessThanOrEqual(trace.seconds.length / 4);
    }
  });
});
