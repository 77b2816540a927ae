/**
 * How long from the click on Answer until the callee is connected, and until it shows the first frame:
 * the real app with the real server, and beside it, run by run, a bare page with a bare relay (the floor).
 * The click and the clock are in the callee's page: the driver adds nothing.
 */
import { parseArgs } from 'node:util';
import type { Page } from 'puppeteer-core';
import { launch } from '../tests/Browser/driver/browsers';
import { openPage } from '../tests/Browser/driver/page';
import { Person } from '../tests/Browser/driver/person';
import { Server } from '../tests/Browser/driver/server';
import { ownTempFolder } from '../tests/Browser/driver/temp';
import { percentile, type Timing, timeAnswer } from './answer';
import { startFloor } from './floor';

/** The first runs fill caches and warm compilers on both sides; they are not counted. */
const warmUpRuns = 3;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '20' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1 || runs > 1000) throw new Error('--runs takes a number from 1 to 1000.');

const removeTempFolder = await ownTempFolder();
const server = await Server.start();
const floor = await startFloor();
const browser = await launch('chromium');
try {
  const ada = await Person.signUp(browser, server.url, 'Ada');
  const ben = await Person.signUp(browser, server.url, 'Ben');
  const [caller, callee] = await Promise.all([openPage(browser), openPage(browser)]);

  const kinds = {
    app: { timings: [] as Timing[], run: () => appRun(ada, ben) },
    floor: { timings: [] as Timing[], run: () => floorRun(caller, callee) },
  };
  for (let run = 1 - warmUpRuns; run <= runs; run++) {
    // Each goes first every other time, so that neither always finds the machine as the other left it.
    for (const name of run % 2 === 0 ? (['app', 'floor'] as const) : (['floor', 'app'] as const)) {
      const timing = await kinds[name].run();
      const label = run < 1 ? 'warm-up' : `run ${run}`;
      console.error(
        `${label} ${name}: ${timing ? `${timing.connectedMs.toFixed(1)} ms connected, ${timing.firstFrameMs.toFixed(1)} ms first frame` : 'did not connect'}`,
      );
      if (timing && run >= 1) kinds[name].timings.push(timing);
    }
  }

  const connected = kinds.app.timings.map((timing) => timing.connectedMs);
  const floorConnected = kinds.floor.timings.map((timing) => timing.connectedMs);
  const frames = kinds.app.timings.map((timing) => timing.firstFrameMs);
  const floorFrames = kinds.floor.timings.map((timing) => timing.firstFrameMs);
  console.error(`${warmUpRuns} warm-up runs of each are not counted.`);
  console.error(
    `First frame: p50 ${percentile(frames, 50)} ms; floor p50 ${percentile(floorFrames, 50)} ms, p95 ${percentile(floorFrames, 95)} ms.`,
  );
  console.log(
    JSON.stringify({
      p50_ms: percentile(connected, 50),
      p95_ms: percentile(connected, 95),
      floor_p50_ms: percentile(floorConnected, 50),
      floor_p95_ms: percentile(floorConnected, 95),
      first_frame_p95_ms: percentile(frames, 95),
      ok: kinds.app.timings.length,
      runs,
    }),
  );
  if (kinds.app.timings.length < runs) process.exitCode = 1;
} finally {
  await browser.close();
  await floor.stop();
  await server.dispose();
  await removeTempFolder();
}

async function appRun(ada: Person, ben: Person): Promise<Timing | null> {
  await Promise.all([ada.reload(), ben.reload()]);
  await ada.seesPresence(ben, 'online');
  await ada.calls(ben);
  await ben.isRungBy(ada);
  const timing = await timeAnswer(ben.page, 'Answer with video');
  if (timing) {
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  }
  return timing;
}

async function floorRun(caller: Page, callee: Page): Promise<Timing | null> {
  for (const page of [callee, caller]) {
    await page.goto('about:blank');
    await page.goto(`${floor.url}${page === caller ? '#caller' : ''}`);
    await page.waitForSelector('[data-ready]');
  }
  await callee.waitForSelector('[data-described]');
  const timing = await timeAnswer(callee, 'Answer');
  await Promise.all([caller.goto('about:blank'), callee.goto('about:blank')]);
  return timing;
}
