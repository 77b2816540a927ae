import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { connect, Person, someone } from './driver/person';

const warmUpCalls = 5;
const calls = 50;
/** What fifty calls may add to the heap: less than one forgotten call would. */
const maxHeapGrowthBytes = 1_000_000;

let browser: Browser;

beforeAll(async () => {
  browser = await launch('chromium');
});

afterAll(() => browser.close());

it(`leaves nothing behind after ${calls} calls in one page`, { timeout: 600_000 }, async () => {
  const ada = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
  const ben = await Person.signUp(browser, inject('serverUrl'), someone('Ben'));
  await ada.reload();
  await ada.seesPresence(ben, 'online');

  const people = [ada, ben];
  for (let call = 0; call < warmUpCalls; call++) await oneCall(ada, ben);
  const before = await Promise.all(people.map(holdings));
  for (let call = warmUpCalls; call < calls; call++) await oneCall(ada, ben);
  const after = await Promise.all(people.map(holdings));

  for (const [index, { open, heapBytes, listeners }] of after.entries()) {
    const first = before[index];
    console.log(`${people[index]?.name}: heap ${first?.heapBytes} → ${heapBytes} bytes, ${JSON.stringify(open)}`);
    expect(open).toMatchObject({ connections: 0, tracks: 0 });
    expect(open).toEqual(first?.open);
    expect(listeners).toBe(first?.listeners);
    expect(heapBytes - (first?.heapBytes ?? 0)).toBeLessThan(maxHeapGrowthBytes);
  }
});

async function oneCall(caller: Person, callee: Person): Promise<void> {
  await connect(caller, callee);
  await caller.press('Hang up');
  await Promise.all([caller, callee].map((person) => person.press('Return')));
  await Promise.all([caller, callee].map((person) => person.atHome()));
  await caller.seesPresence(callee, 'online');
}

/** What the page holds, after everything that can be collected has been. */
async function holdings({ page }: Person) {
  const devtools = await page.createCDPSession();
  await devtools.send('Performance.enable');
  for (let pass = 0; pass < 3; pass++) await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((entry) => entry.name === name)?.value ?? 0;
  await devtools.detach();
  const open = await page.evaluate(() => window.probe.open());
  return { open, listeners: metric('JSEventListeners'), heapBytes: metric('JSHeapUsedSize') };
}
