/**
 * One person's uplink drops to less than a fifth and comes back: how long until what is sent fits, whether the other side's
 * picture stands still, and how long until it is as good as before. The real app, and beside it, run by run, a bare page
 * with nothing but the browser's own control.
 */
import type { Page } from 'puppeteer-core';
import { percentile } from '../bench/answer';
import type { Person } from '../tests/Browser/driver/person';
import { readSending, type SendingCounters } from '../web/sdk/src/adapt/sending';
import { type BarePair, openBarePair } from './bare';
import { filmCamera } from './camera';
import type { Line } from './conditions';
import type { Network } from './network';
import { pause } from './pause';
import { onStage, type Stage } from './stage';
import { type Watched, watch } from './watch';

const highBps = 3_000_000;
const lowBps = 400_000;
const delayMs = 20;
const phasesMs = { before: 15_000, low: 20_000, after: 30_000 } as const;
/** Rates are means over this long. */
const windowMs = 500;
/** What is sent fits when it stays within this much of the line for this long. */
const fits = { share: 1.1, forMs: 1_000 } as const;
/** As good as before is this share of it. */
const recovered = { share: 0.8, overMs: 5_000 } as const;

export interface Outcome {
  freezes_over_500ms: number;
  /** Medians over the runs; a run that never got there counts with the whole phase. */
  down_ms: number | null;
  up_ms: number | null;
  bare_freezes_over_500ms: number;
  bare_down_ms: number | null;
  bare_up_ms: number | null;
  longest_freeze_ms: number;
  bare_longest_freeze_ms: number;
  before_kbps: number | null;
  bare_before_kbps: number | null;
  runs: number;
}

interface Run {
  freezesMs: number[];
  downMs: number;
  upMs: number;
  beforeBps: number;
  /** Of the moments, the share in which the processor and not the line set the limit: from 0 to 1. */
  cpuLimitedShare: number;
}

export async function adapt(network: Network, runs: number, seed: number): Promise<Outcome> {
  const flags = [await filmCamera(seed)];
  return onStage(network, { couple: ['chromium', 'chromium'], flags }, (stage) => measure(stage, runs));
}

async function measure({ network, ada, ben, browsers, startFloor }: Stage, runs: number): Promise<Outcome> {
  const { line } = network.caller;
  await network.setAll({ delayMs });
  const pair = await openBarePair(network, await startFloor(), browsers);
  const kinds = {
    app: { runs: [] as Run[], run: () => appRun(line, ada, ben) },
    bare: { runs: [] as Run[], run: () => bareRun(line, pair) },
  };
  for (let run = 1; run <= runs; run++) {
    // Each goes first every other time, so that neither always finds the machine as the other left it.
    for (const name of run % 2 === 0 ? (['app', 'bare'] as const) : (['bare', 'app'] as const)) {
      const result = await kinds[name].run();
      console.error(`run ${run} ${name}: ${words(result)}`);
      kinds[name].runs.push(result);
    }
  }

  const median = (values: number[]) => percentile(values, 50);
  const [app, bare] = [kinds.app.runs, kinds.bare.runs];
  const freezes = (of: Run[]) => of.flatMap(({ freezesMs }) => freezesMs);
  return {
    freezes_over_500ms: freezes(app).length,
    down_ms: median(app.map(({ downMs }) => downMs)),
    up_ms: median(app.map(({ upMs }) => upMs)),
    bare_freezes_over_500ms: freezes(bare).length,
    bare_down_ms: median(bare.map(({ downMs }) => downMs)),
    bare_up_ms: median(bare.map(({ upMs }) => upMs)),
    longest_freeze_ms: Math.round(Math.max(0, ...freezes(app))),
    bare_longest_freeze_ms: Math.round(Math.max(0, ...freezes(bare))),
    before_kbps: median(app.map(({ beforeBps }) => Math.round(beforeBps / 1000))),
    bare_before_kbps: median(bare.map(({ beforeBps }) => Math.round(beforeBps / 1000))),
    runs,
  };
}

async function appRun(line: Line, ada: Person, ben: Person): Promise<Run> {
  await Promise.all([ada.reload(), ben.reload()]);
  await ada.seesPresence(ben, 'online');
  await line.set({ fromPerson: { rateBps: highBps, delayMs } });
  await ada.calls(ben);
  await ben.isRungBy(ada);
  // With voice, so that only one picture is sent, and the line is what limits it.
  await ben.press('Answer with voice');
  await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
  await ben.sees('video[data-remote]');
  const run = await throughTheDrop(line, ada.page, ben.page);
  await ada.press('Hang up');
  await ben.hasEnded('ended');
  return run;
}

async function bareRun(line: Line, pair: BarePair): Promise<Run> {
  await line.set({ fromPerson: { rateBps: highBps, delayMs } });
  await pair.connect();
  const run = await throughTheDrop(line, pair.sender, pair.viewer);
  await pair.leave();
  return run;
}

async function throughTheDrop(line: Line, sender: Page, viewer: Page): Promise<Run> {
  const end = await watch(sender, viewer);
  await pause(phasesMs.before);
  const droppedAtMs = Date.now();
  await line.set({ fromPerson: { rateBps: lowBps, delayMs } });
  await pause(phasesMs.low);
  const raisedAtMs = Date.now();
  await line.set({ fromPerson: { rateBps: highBps, delayMs } });
  await pause(phasesMs.after);
  return judge(await end(), droppedAtMs, raisedAtMs);
}

interface Rate {
  atMs: number;
  bps: number;
}

function judge({ sent, gaps }: Watched, droppedAtMs: number, raisedAtMs: number): Run {
  const rates = ratesOf(sent);
  const before = rates.filter(({ atMs }) => atMs > droppedAtMs - recovered.overMs && atMs <= droppedAtMs);
  const beforeBps = before.reduce((sum, { bps }) => sum + bps, 0) / Math.max(1, before.length);
  const low = rates.filter(({ atMs }) => atMs > droppedAtMs && atMs <= raisedAtMs);
  const settled = low.find(({ atMs }) =>
    low.every((rate) => rate.atMs < atMs || rate.atMs > atMs + fits.forMs || rate.bps <= fits.share * lowBps),
  );
  const back = rates.find(({ atMs, bps }) => atMs > raisedAtMs && bps >= recovered.share * beforeBps);
  const limits = sent.flatMap(({ reports }) => reports.map((report) => report.qualityLimitationReason));
  const known = limits.filter((reason) => reason !== undefined);
  return {
    freezesMs: gaps.filter(({ atMs }) => atMs > droppedAtMs - windowMs).map(({ forMs }) => forMs),
    downMs: settled ? settled.atMs - droppedAtMs : phasesMs.low,
    upMs: back ? back.atMs - raisedAtMs : phasesMs.after,
    beforeBps,
    cpuLimitedShare: known.filter((reason) => reason === 'cpu').length / Math.max(1, known.length),
  };
}

/** What was sent, again what was lost included, as means over the window before each moment. */
function ratesOf(sent: Watched['sent']): Rate[] {
  let counters: readonly SendingCounters[] = [];
  const totals = sent.map(({ atMs, reports }) => {
    const read = readSending(reports, counters, atMs);
    counters = read.counters;
    return { atMs, bytes: read.counters.at(-1)?.bytesSent ?? 0 };
  });
  return totals.flatMap(({ atMs, bytes }) => {
    const from = totals.find((total) => total.atMs >= atMs - windowMs - 50);
    return from && from.atMs < atMs ? [{ atMs, bps: ((bytes - from.bytes) * 8000) / (atMs - from.atMs) }] : [];
  });
}

function words({ freezesMs, downMs, upMs, beforeBps, cpuLimitedShare }: Run): string {
  const freezes = freezesMs.map((ms) => Math.round(ms)).join(', ') || 'none';
  const cpu =
    cpuLimitedShare > 0 ? `, limited by the processor ${Math.round(100 * cpuLimitedShare)} % of the time` : '';
  return `down ${downMs} ms, up ${upMs} ms, freezes (ms) ${freezes}, ${Math.round(beforeBps / 1000)} kbit/s before${cpu}`;
}
