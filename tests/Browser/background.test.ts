import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { measured, seesAndHears, until } from './driver/media';
import { named } from './driver/names';
import { connect, Person, someone } from './driver/person';
import { processId, whileFrozen } from './driver/processes';

const hiddenMs = 90_000;
/** Of the SDK's policy: a ping on each socket, and a measurement of each connection. */
const heartbeatMs = 15_000;
const statsMs = 1_000;
/** How often it looks at microphone and camera: faster than a slowed page ever is. */
const watchMs = 200;
/** What a busy machine may add. */
const slackMs = 1_500;

describe('a page that nobody looks at', () => {
  let here: Browser;
  let there: Browser;
  let ada: Person;
  let ben: Person;
  let other: Page | undefined;

  beforeAll(async () => {
    here = await launch('chromium', { slowsHiddenPages: true });
    there = await launch('chromium');
    ada = await Person.signUp(here, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(there, inject('serverUrl'), someone('Ben'));
  });

  beforeEach(async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
  });

  afterEach(async () => {
    await other?.close();
    other = undefined;
    await ada.page.bringToFront();
  });

  afterAll(() => Promise.all([here?.close(), there?.close()]));

  /** Another tab of the same window comes to the front. */
  async function looksElsewhere(): Promise<void> {
    other = await ada.page.browserContext().newPage();
    await other.bringToFront();
    await soon(async () => (await ada.page.evaluate(() => document.visibilityState)) === 'hidden');
  }

  async function looksBack(): Promise<void> {
    await ada.page.bringToFront();
    await soon(async () => (await ada.page.evaluate(() => document.visibilityState)) === 'visible');
  }

  it('keeps its sockets alive, measures and recovers on time', { timeout: 240_000 }, async () => {
    await connect(ada, ben);
    // A page that is heard is not slowed down.
    await ben.press('Turn microphone off');
    await ada.sees('[data-remote-microphone="off"]');
    const pings = await pingsOf(ada.page);
    await ada.page.evaluate(countTicks);
    await looksElsewhere();
    await ada.page.evaluate(() => Reflect.set(window, 'ticks', { timer: 0, looks: 0, stats: [] }));
    const hiddenAtMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, hiddenMs));

    const ticks = await ada.page.evaluate(() => Reflect.get(window, 'ticks') as Ticks);
    const overMs = performance.now() - hiddenAtMs;
    const gaps = longestGaps(pings, hiddenAtMs, hiddenAtMs + overMs);
    console.log(
      `In ${Math.round(overMs / 1000)} s out of sight, a timer of 100 ms fired ${ticks.timer} times; ` +
        `the SDK looked at the microphone ${ticks.looks} times and measured ${ticks.stats.length} times, longest pause ${Math.round(longestGap(ticks.stats))} ms; ` +
        `longest pauses between pings ${gaps.map(Math.round).join(' and ')} ms.`,
    );
    // Otherwise this shows nothing.
    expect(await ada.page.evaluate(() => document.visibilityState)).toBe('hidden');
    expect(ticks.timer).toBeLessThan(overMs / 1000 + 5);

    expect(ticks.looks).toBeGreaterThan(overMs / watchMs / 2);
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) expect(gap).toBeLessThan(heartbeatMs + slackMs);
    expect(ticks.stats.length).toBeGreaterThan((overMs / statsMs) * 0.9);
    expect(longestGap(ticks.stats)).toBeLessThan(statsMs + slackMs);

    const state = (wanted: string) => async () => (await ada.page.$(`main[data-call-state="${wanted}"]`)) !== null;
    const frozenAtMs = performance.now();
    await whileFrozen(processId(there), () => soon(state('RECONNECTING')));
    const noticedMs = performance.now() - frozenAtMs;
    const thawedAtMs = performance.now();
    await soon(state('CONNECTED'));
    const recoveredMs = performance.now() - thawedAtMs;
    console.log(`Noticed a cut after ${Math.round(noticedMs)} ms, recovered ${Math.round(recoveredMs)} ms after it.`);
    expect(noticedMs).toBeLessThan(10_000);
    expect(recoveredMs).toBeLessThan(15_000);
    expect(await ada.page.evaluate(() => document.visibilityState)).toBe('hidden');

    await looksBack();
    await seesAndHears(ben);
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it('pauses its picture where the person wants that, goes on talking, and shows it again on return', async () => {
    await ada.press('Settings');
    await ada.page.locator(named('field', 'Pause my video while the page is hidden')).click();
    await ada.page.keyboard.press('Escape');
    await connect(ada, ben);
    await seesAndHears(ben);

    await looksElsewhere();
    await ben.sees('[data-remote-camera="off"]');
    const { framesSent } = await measured(ada);
    await seesAndHears(ben, 'voice');
    await seesAndHears(ben, 'voice');
    expect((await measured(ada)).framesSent).toBe(framesSent);

    await looksBack();
    await ben.seesNo('[data-remote-camera="off"]');
    await seesAndHears(ben);
    await until(
      ada,
      () => measured(ada),
      (now) => now.framesSent > framesSent,
    );
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });
});

interface Ticks {
  timer: number;
  looks: number;
  /** When each measurement began, by the page's clock. */
  stats: number[];
}

/** Runs in the page: a timer of its own, and an account of what the SDK does by its timers. */
function countTicks(): void {
  const ticks = (): Ticks => Reflect.get(window, 'ticks');
  Reflect.set(window, 'ticks', { timer: 0, looks: 0, stats: [] });
  setInterval(() => {
    ticks().timer += 1;
  }, 100);
  const look = AnalyserNode.prototype.getFloatTimeDomainData;
  AnalyserNode.prototype.getFloatTimeDomainData = function (samples) {
    ticks().looks += 1;
    look.call(this, samples);
  };
  for (const connection of window.probe.connections) {
    const getStats = connection.getStats.bind(connection);
    connection.getStats = (...selector) => {
      ticks().stats.push(performance.now());
      return getStats(...selector);
    };
  }
}

/** The pings on each socket of a page from now on, by this process's clock. */
async function pingsOf(page: Page): Promise<Map<string, number[]>> {
  const pings = new Map<string, number[]>();
  const devtools = await page.createCDPSession();
  await devtools.send('Network.enable');
  devtools.on('Network.webSocketFrameSent', ({ requestId, response }) => {
    if (!response.payloadData.includes('"type":"ping"')) return;
    pings.set(requestId, [...(pings.get(requestId) ?? []), performance.now()]);
  });
  return pings;
}

function longestGaps(pings: Map<string, number[]>, fromMs: number, toMs: number): number[] {
  return [...pings.values()].map((times) => longestGap([fromMs, ...times.filter((time) => time >= fromMs), toMs]));
}

function longestGap(times: readonly number[]): number {
  return Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

/** Asks again until it is so, by this process's clock: the page's own is slow. */
async function soon(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}
