import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type BrowserName, launch } from './driver/browsers';
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
  let there: Browser;
  let here: Browser;
  let fox: Browser;
  /** In Chromium and in Firefox; both wait at the same time. */
  let calls: readonly Pair[];

  beforeAll(async () => {
    there = await launch('chromium');
    here = await launch('chromium', { slowsHiddenPages: true });
    fox = await launch('firefox');
    calls = [await pair('chromium', here), await pair('firefox', fox)];
  });

  async function pair(name: BrowserName, browser: Browser): Promise<Pair> {
    const person = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
    return { name, person, other: await Person.signUp(there, inject('serverUrl'), someone('Ben')) };
  }

  beforeEach(async () => {
    for (const { person, other } of calls) {
      await Promise.all([person.reload(), other.reload()]);
      await person.seesPresence(other, 'online');
    }
  });

  afterEach(async () => {
    for (const { person } of calls) {
      for (const page of await person.page.browserContext().pages()) if (page !== person.page) await page.close();
      await person.page.bringToFront();
    }
  });

  afterAll(() => Promise.all([here, fox, there].map((browser) => browser?.close())));

  it('keeps its sockets alive, measures and recovers on time', { timeout: 300_000 }, async () => {
    for (const { person, other } of calls) {
      await connect(person, other);
      // A page that is heard is not slowed down.
      await other.press('Turn microphone off');
      await person.sees('[data-remote-microphone="off"]');
      await person.page.evaluate(countTicks);
      await looksElsewhere(person);
    }
    const begun = await Promise.all(calls.map(({ person }) => person.page.evaluate(startCounting)));
    await new Promise((resolve) => setTimeout(resolve, hiddenMs));

    for (const [index, { name, person }] of calls.entries()) {
      const ticks = await person.page.evaluate(() => Reflect.get(window, 'ticks') as Ticks);
      const [fromMs, toMs] = [begun[index] ?? 0, await person.page.evaluate(() => performance.now())];
      const overMs = toMs - fromMs;
      const gaps = Object.values(ticks.signs).map((times) => longestGap([fromMs, ...times, toMs]));
      console.log(
        `In ${Math.round(overMs / 1000)} s out of sight in ${name}, a timer of 100 ms fired ${ticks.timer} times; ` +
          `the SDK looked at the microphone ${ticks.looks} times and measured ${ticks.stats.length} times, longest pause ${Math.round(longestGap(ticks.stats))} ms; ` +
          `longest pauses between signs of life ${gaps.map(Math.round).join(' and ')} ms.`,
      );
      // Otherwise this shows nothing. Firefox slows no page that has a connection.
      expect(await visibility(person)).toBe('hidden');
      if (name === 'chromium') expect(ticks.timer).toBeLessThan(overMs / 1000 + 5);

      expect(ticks.looks, name).toBeGreaterThan(overMs / watchMs / 2);
      expect(gaps, name).toHaveLength(2);
      for (const gap of gaps) expect(gap, name).toBeLessThan(heartbeatMs + slackMs);
      expect(ticks.stats.length, name).toBeGreaterThan((overMs / statsMs) * 0.9);
      expect(longestGap(ticks.stats), name).toBeLessThan(statsMs + slackMs);
    }

    const state = (person: Person, wanted: string) => async () =>
      (await person.page.$(`main[data-call-state="${wanted}"]`)) !== null;
    const each = (wanted: string) =>
      Promise.all(
        calls.map(async ({ name, person }) => {
          const fromMs = performance.now();
          await soon(state(person, wanted));
          return { name, afterMs: performance.now() - fromMs };
        }),
      );
    const noticed = await whileFrozen(processId(there), () => each('RECONNECTING'));
    const recovered = await each('CONNECTED');
    for (const [index, { name, afterMs }] of noticed.entries()) {
      const recoveredMs = recovered[index]?.afterMs ?? Number.NaN;
      console.log(
        `${name} noticed a cut after ${Math.round(afterMs)} ms, recovered ${Math.round(recoveredMs)} ms after it.`,
      );
      expect(afterMs, name).toBeLessThan(10_000);
      expect(recoveredMs, name).toBeLessThan(15_000);
    }

    for (const { person, other } of calls) {
      expect(await visibility(person)).toBe('hidden');
      await looksBack(person);
      await seesAndHears(other);
      await person.press('Hang up');
      await other.hasEnded('ended');
    }
  });

  it.each(['chromium', 'firefox'] as const)(
    'pauses its picture in %s where the person wants that, goes on talking, and shows it again on return',
    async (name) => {
      const { person: ada, other: ben } = calls.find((one) => one.name === name) as Pair;
      await ada.press('Settings');
      await ada.page.locator(named('field', 'Pause my video while the page is hidden')).click();
      await ada.page.keyboard.press('Escape');
      await connect(ada, ben);
      await seesAndHears(ben);

      await looksElsewhere(ada);
      await ben.sees('[data-remote-camera="off"]');
      const { framesSent } = await measured(ada);
      await seesAndHears(ben, 'voice');
      await seesAndHears(ben, 'voice');
      expect((await measured(ada)).framesSent).toBe(framesSent);

      await looksBack(ada);
      await ben.seesNo('[data-remote-camera="off"]');
      await seesAndHears(ben);
      await until(
        ada,
        () => measured(ada),
        (now) => now.framesSent > framesSent,
      );
      await ada.press('Hang up');
      await ben.hasEnded('ended');
    },
  );
});

interface Ticks {
  timer: number;
  looks: number;
  /** When each measurement began, by the page's clock. */
  stats: number[];
  /** When each socket sent a ping or heard of the server, by the page's clock. Whatever is heard makes a ping wait. */
  signs: Record<number, number[]>;
}

interface Pair {
  readonly name: BrowserName;
  readonly person: Person;
  readonly other: Person;
}

const visibility = (person: Person) => person.page.evaluate(() => document.visibilityState);

/** Another tab of the same window comes to the front. */
async function looksElsewhere(person: Person): Promise<void> {
  const other = await person.page.browserContext().newPage();
  await other.bringToFront();
  await soon(async () => (await visibility(person)) === 'hidden');
}

async function looksBack(person: Person): Promise<void> {
  await person.page.bringToFront();
  await soon(async () => (await visibility(person)) === 'visible');
}

/** Runs in the page: from now on. */
function startCounting(): number {
  Reflect.set(window, 'ticks', { timer: 0, looks: 0, stats: [], signs: {} });
  return performance.now();
}

/** Runs in the page: a timer of its own, and an account of what the SDK does by its timers. */
function countTicks(): void {
  const ticks = (): Ticks => Reflect.get(window, 'ticks');
  Reflect.set(window, 'ticks', { timer: 0, looks: 0, stats: [], signs: {} });
  setInterval(() => {
    ticks().timer += 1;
  }, 100);
  const look = AnalyserNode.prototype.getFloatTimeDomainData;
  AnalyserNode.prototype.getFloatTimeDomainData = function (samples) {
    ticks().looks += 1;
    look.call(this, samples);
  };
  for (const [index, socket] of [...window.probe.sockets].entries()) {
    const sign = () => {
      const { signs } = ticks();
      signs[index] = [...(signs[index] ?? []), performance.now()];
    };
    socket.addEventListener('message', sign);
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      if (String(data).includes('"type":"ping"')) sign();
      send(data);
    };
  }
  for (const connection of window.probe.connections) {
    const getStats = connection.getStats.bind(connection);
    connection.getStats = (...selector) => {
      ticks().stats.push(performance.now());
      return getStats(...selector);
    };
  }
}

function longestGap(times: readonly number[]): number {
  return Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

/** Asks again until it is so, by this process's clock: the page's own is slow. */
async function soon(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}
