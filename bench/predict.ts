/**
 * Replays recorded traces of lines that get worse, and asks of each second whether a still picture was foreseen: by the
 * forecast, and by the plain thresholds of adaptation. Nothing is sent; the same traces give the same figures.
 */
import { adaptation, decide } from '../web/sdk/src/adapt/decide';
import { type Forecast, forecast, noForecast } from '../web/sdk/src/adapt/forecast';
import { levels, policy } from '../web/sdk/src/adapt/levels';
import type { SendingSample } from '../web/sdk/src/adapt/sending';
import { columns, readAll, type Second, type Trace } from './trace';

/** An alarm is right when a picture stands still within this time; one that goes on counts anew after it. */
const aheadSeconds = 10;
/** Two still pictures with less between them are one. */
const apartSeconds = 2;
/** Every call needs some seconds to find its rate. */
const quietSeconds = 5;

interface Score {
  stalls: number;
  hits: number;
  misses: number;
  falseAlarms: number;
  leadsSeconds: number[];
}

type Detector = (trace: Trace) => boolean[];

const byForecast: Detector = (trace) => {
  let state: Forecast = noForecast;
  return samplesOf(trace).map((sample, second) => {
    state = forecast(state, sample, 1000 * second);
    return state.warning !== null;
  });
};

const byThresholds: Detector = (trace) => {
  let state = adaptation(0);
  return samplesOf(trace).map((sample, second) => {
    const before = state;
    // What was foreseen is not their doing.
    state = { ...decide({ ...before, forecast: noForecast }, sample, 1000 * second), forecast: noForecast };
    return levels.indexOf(state.level) < levels.indexOf(before.level) || (sample.lossShare ?? 0) > policy.maxLossShare;
  });
};

/** As adaptation does it: whichever comes first. */
const byBoth: Detector = (trace) => {
  const foreseen = byForecast(trace);
  return byThresholds(trace).map((alarm, second) => alarm || foreseen[second] === true);
};

export const detectors = { thresholds: byThresholds, forecast: byForecast, both: byBoth } as const;

function samplesOf({ seconds }: Trace): SendingSample[] {
  return seconds.map((second) => {
    const of = (name: (typeof columns)[number]) => second[columns.indexOf(name)] ?? null;
    const bits = (name: (typeof columns)[number]) => {
      const value = of(name);
      return value === null ? null : 1000 * value;
    };
    return {
      heard: true,
      lossShare: of('loss_share'),
      resentShare: null,
      availableBps: bits('available_kbps'),
      roundTripMs: of('round_trip_ms'),
      jitterMs: of('jitter_ms'),
      sentBps: bits('sent_kbps'),
    };
  });
}

/** The seconds in which a picture begins to stand still, and in which it moves again. */
export function stallsOf(seconds: readonly Second[]): { from: number; to: number }[] {
  const stalls: { from: number; to: number }[] = [];
  for (const [second, values] of seconds.entries()) {
    if (!values[columns.indexOf('frozen_ms')]) continue;
    const last = stalls.at(-1);
    if (last && second - last.to <= apartSeconds) last.to = second;
    else stalls.push({ from: second, to: second });
  }
  return stalls.filter(({ from }) => from >= quietSeconds);
}

export function scoreOf(traces: readonly Trace[], detector: Detector): Score {
  const score: Score = { stalls: 0, hits: 0, misses: 0, falseAlarms: 0, leadsSeconds: [] };
  for (const trace of traces) {
    const alarms = detector(trace);
    const stalls = stallsOf(trace.seconds);
    score.stalls += stalls.length;
    for (const [index, { from }] of stalls.entries()) {
      // What came while the one before still stood was about that one.
      const since = Math.max(quietSeconds, from - aheadSeconds, (stalls[index - 1]?.to ?? -1) + 1);
      const first = alarms.findIndex((alarm, second) => alarm && second >= since && second < from);
      if (first === -1) score.misses++;
      else {
        score.hits++;
        score.leadsSeconds.push(from - first);
      }
    }
    for (let second = quietSeconds; second < alarms.length; second++) {
      if (!alarms[second]) continue;
      const meant = stalls.some(({ from, to }) => from <= second + aheadSeconds && to >= second);
      if (!meant) score.falseAlarms++;
      second += aheadSeconds - 1;
    }
  }
  return score;
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}

const { traces, bytes } = readAll(new URL('./traces/', import.meta.url));
const seeds = traces.map(({ seed }) => seed).sort((a, b) => a - b);
const lastTuned = seeds[Math.ceil(seeds.length / 2) - 1] ?? 0;
const sets = {
  'tuned on': traces.filter(({ seed }) => seed <= lastTuned),
  'held out': traces.filter(({ seed }) => seed > lastTuned),
};
console.log(`${traces.length} traces, ${bytes} bytes; the forecast was tuned on seeds up to ${lastTuned}.`);
const rows = Object.entries(sets).flatMap(([set, of]) =>
  Object.entries(detectors).map(([by, detector]) => ({ set, by, ...scoreOf(of, detector) })),
);
console.log('set       by          stalls  hits  misses  false  lead s');
for (const { set, by, stalls, hits, misses, falseAlarms, leadsSeconds } of rows) {
  const figures = [stalls, hits, misses, falseAlarms, median(leadsSeconds) ?? '–'].map((one) =>
    String(one).padStart(6),
  );
  console.log(`${set.padEnd(9)} ${by.padEnd(10)}${figures.join('  ')}`);
}

const [thresholds, predicted, both] = rows.filter(({ set }) => set === 'held out');
if (!thresholds || !predicted || !both) throw new Error('There are no traces to replay.');
const lead = (row: Score) => median(row.leadsSeconds) ?? 0;
const gains = {
  hits: predicted.hits - thresholds.hits,
  'fewer false alarms': thresholds.falseAlarms - predicted.falseAlarms,
  'seconds of lead': lead(predicted) - lead(thresholds),
};
const signed = Object.entries(gains).map(([what, by]) => `${by > 0 ? '+' : ''}${by} ${what}`);
// Better: nothing worse, and something better.
const isBetter = Object.values(gains).every((by) => by >= 0) && Object.values(gains).some((by) => by > 0);
const verdict = isBetter ? 'better than the plain thresholds' : 'not better than the plain thresholds in everything';
console.log(`On the held-out traces the forecast is ${verdict}: ${signed.join(', ')}.`);
const figures = ({ hits, misses, falseAlarms, leadsSeconds }: Score) => ({
  hits,
  misses,
  false_alarms: falseAlarms,
  lead_s: median(leadsSeconds),
});
console.log(
  JSON.stringify({
    traces: sets['held out'].length,
    stalls: predicted.stalls,
    forecast: figures(predicted),
    thresholds: figures(thresholds),
    both: figures(both),
    better: isBetter,
  }),
);
