/**
 * How long from the click on Answer until the callee is connected and sees the first frame, in one topology:
 * the real app with the real server and coturn, and beside it, run by run, a bare page with a bare relay (the floor).
 */
import type { Page } from 'puppeteer-core';
import { percentile, type Timing, timeAnswer } from '../bench/answer';
import { measured } from '../tests/Browser/driver/media';
import { openPage } from '../tests/Browser/driver/page';
import type { Person } from '../tests/Browser/driver/person';
import type { Network } from './network';
import { type Couple, onStage, type Stage } from './stage';

/** The first runs fill caches and warm compilers on both sides; they are not counted. */
const warmUpRuns = 2;

export interface Outcome {
  ok: number;
  runs: number;
  p50_ms: number | null;
  p95_ms: number | null;
  floor_p95_ms: number | null;
  /** Of the app's connected runs, how many go through the TURN server: from 0 to 1. */
  relay_share: number | null;
  first_frame_p95_ms: number | null;
}

interface Run extends Timing {
  relayed: boolean;
}

export function setup(network: Network, couple: Couple, runs: number): Promise<Outcome> {
  return onStage(network, { couple }, (stage) => measure(stage, runs));
}

async function measure({ network, ada, ben, browsers, startFloor }: Stage, runs: number): Promise<Outcome> {
  const floor = await startFloor();
  const urls = { caller: floor.url(network.caller.familyName), callee: floor.url(network.callee.familyName) };
  const [left, right] = browsers;
  const [caller, callee] = await Promise.all([openPage(left), openPage(right)]);

  const kinds = {
    app: { runs: [] as Run[], run: () => appRun(ada, ben) },
    floor: { runs: [] as Run[], run: () => floorRun(urls, caller, callee) },
  };
  for (let run = 1 - warmUpRuns; run <= runs; run++) {
    // Each goes first every other time, so that neither always finds the machine as the other left it.
    for (const name of run % 2 === 0 ? (['app', 'floor'] as const) : (['floor', 'app'] as const)) {
      const result = await kinds[name].run();
      console.error(`${run < 1 ? 'warm-up' : `run ${run}`} ${name}: ${result ? words(result) : 'did not connect'}`);
      if (result && run >= 1) kinds[name].runs.push(result);
    }
  }

  const { app } = kinds;
  const connected = app.runs.map((run) => run.connectedMs);
  const floorConnected = kinds.floor.runs.map((run) => run.connectedMs);
  console.error(
    `${warmUpRuns} warm-up runs of each are not counted; the floor connected ${floorConnected.length} times.`,
  );
  console.error(`The floor's p50 is ${percentile(floorConnected, 50)} ms.`);
  const relayed = app.runs.filter((run) => run.relayed).length;
  return {
    ok: app.runs.length,
    runs,
    p50_ms: percentile(connected, 50),
    p95_ms: percentile(connected, 95),
    floor_p95_ms: percentile(floorConnected, 95),
    relay_share: app.runs.length === 0 ? null : Math.round((1000 * relayed) / app.runs.length) / 1000,
    first_frame_p95_ms: percentile(
      app.runs.map((run) => run.firstFrameMs),
      95,
    ),
  };
}

async function appRun(ada: Person, ben: Person): Promise<Run | null> {
  // Firefox shows no frame in a tab that nobody sees.
  await Promise.all([ada.page.bringToFront(), ben.page.bringToFront()]);
  await Promise.all([ada.reload(), ben.reload()]);
  await ada.seesPresence(ben, 'online');
  await ada.calls(ben);
  await ben.isRungBy(ada);
  const timing = await timeAnswer(ben.page, 'Answer with video');
  if (!timing) return null;
  const relayed = await isRelayed(ada, ben);
  await ada.press('Hang up');
  await ben.hasEnded('ended');
  return { ...timing, relayed };
}

async function floorRun(urls: { caller: string; callee: string }, caller: Page, callee: Page): Promise<Run | null> {
  for (const page of [callee, caller]) {
    await page.bringToFront();
    await page.goto('about:blank');
    await page.goto(page === caller ? `${urls.caller}#caller` : urls.callee);
    await page.waitForSelector('[data-ready]');
  }
  await callee.waitForSelector('[data-described]');
  const timing = await timeAnswer(callee, 'Answer');
  const relayed = timing !== null && (await isRelayed({ page: caller }, { page: callee }));
  await Promise.all([caller.goto('about:blank'), callee.goto('about:blank')]);
  return timing && { ...timing, relayed };
}

/** The one whose relay is used sees it at its own end; the other may not yet know what it talks to. */
async function isRelayed(...sides: { page: Page }[]): Promise<boolean> {
  const pairs = await Promise.all(sides.map((side) => measured(side)));
  return pairs.some(({ pair }) => pair?.local.type === 'relay');
}

function words({ connectedMs, firstFrameMs, relayed }: Run): string {
  const path = relayed ? 'relayed' : 'direct';
  return `${connectedMs.toFixed(1)} ms connected, ${firstFrameMs.toFixed(1)} ms first frame, ${path}`;
}
