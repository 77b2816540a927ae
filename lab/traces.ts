/** Records what a sender's statistics say while its line gets worse, and when the other side's picture stood still. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { columns, type Second, type Trace, write } from '../bench/trace';
import { readSending, type SendingCounters } from '../web/sdk/src/adapt/sending';
import { type BarePair, openBarePair } from './bare';
import { filmCamera } from './camera';
import type { Line } from './conditions';
import type { Network } from './network';
import { pause } from './pause';
import { lengthMs, shapeNames, turnsOf } from './shapes';
import { onStage } from './stage';
import { type Watched, watch } from './watch';

const folder = new URL('../bench/traces/', import.meta.url);

/** Seeds from `first` on, one trace each; the shapes take turns. Those that are there already stay as they are. */
export async function traces(network: Network, first: number, count: number): Promise<{ recorded: number }> {
  mkdirSync(folder, { recursive: true });
  const flags = [await filmCamera(first)];
  return onStage(network, { couple: ['chromium', 'chromium'], flags }, async ({ browsers, startFloor }) => {
    await network.setAll({ delayMs: 20 });
    const pair = await openBarePair(network, await startFloor(), browsers);
    let recorded = 0;
    for (let seed = first; seed < first + count; seed++) {
      const shape = shapeNames[seed % shapeNames.length] ?? '';
      const file = new URL(`${String(seed).padStart(3, '0')}.json`, folder);
      if (existsSync(file)) continue;
      const trace = await record(network.caller.line, pair, shape, seed);
      writeFileSync(file, write(trace));
      const frozen = trace.seconds.filter((second) => second[columns.indexOf('frozen_ms')]).length;
      console.error(`${shape}, seed ${seed}: ${trace.seconds.length} s, a still picture in ${frozen} of them`);
      recorded++;
    }
    return { recorded };
  });
}

async function record(line: Line, pair: BarePair, shape: string, seed: number): Promise<Trace> {
  const turns = turnsOf(shape, seed);
  const [{ conditions: good } = { conditions: {} }] = turns;
  await line.set({ fromPerson: good });
  await pair.connect();
  const end = await watch(pair.sender, pair.viewer);
  const startedAtMs = Date.now();
  for (const { atMs, conditions } of turns) {
    await pause(startedAtMs + atMs - Date.now());
    await line.set({ fromPerson: conditions });
  }
  await pause(startedAtMs + lengthMs - Date.now());
  const watched = await end();
  await line.set({ fromPerson: good });
  await pair.leave();
  return { shape, seed, seconds: secondsOf(watched, startedAtMs) };
}

function secondsOf({ sent, gaps }: Watched, startedAtMs: number): Second[] {
  const seconds: Second[] = [];
  let counters: readonly SendingCounters[] = [];
  for (const { atMs, reports } of sent) {
    const { sample, counters: next } = readSending(reports, counters, atMs);
    counters = next;
    const number = Math.floor((atMs - startedAtMs) / 1000);
    if (number < 0 || number >= lengthMs / 1000) continue;
    const [from, to] = [startedAtMs + 1000 * number, startedAtMs + 1000 * (number + 1)];
    const frozenMs = gaps.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(to, gap.atMs + gap.forMs) - Math.max(from, gap.atMs)),
      0,
    );
    // The last look of each second.
    seconds[number] = [
      round(sample.roundTripMs, 1),
      round(sample.jitterMs, 1),
      round(sample.lossShare, 0.001),
      round(sample.availableBps, 1000, 1000),
      round(sample.sentBps, 1000, 1000),
      Math.round(frozenMs),
    ];
  }
  // A page that was too busy to look.
  for (let number = 0; number < seconds.length; number++) seconds[number] ??= [null, null, null, null, null, 0];
  return seconds;
}

function round(value: number | null, step: number, unit = 1): number | null {
  return value === null ? null : Math.round((Math.round(value / step) * step * 1000) / unit) / 1000;
}
