import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { type Memory, memory } from './driver/memory';
import { connect, Person, someone } from './driver/person';

const warmUpCalls = 5;
const calls = 50;
/**
 * What the calls after the warm-up may add to the heap: a row of the list of recent calls is some 20 kB. A call that is
 * forgotten adds 100 kB more.
 */
const maxHeapGrowthBytes = 1_500_000;

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
  const idle = await Promise.all(people.map((person) => person.holdsOpen()));
  for (let call = 0; call < warmUpCalls; call++) await oneCall(ada, ben);
  const before = await Promise.all(people.map(apartFromRows));
  for (let call = warmUpCalls; call < calls; call++) await oneCall(ada, ben);

  for (const [index, person] of people.entries()) {
    // A timer of the page around the call may be under way; what a call left behind stays for good.
    await expect.poll(async () => surplus(await person.holdsOpen(), idle[index]), { timeout: 30_000 }).toEqual({});
    const { heapBytes, listeners } = await apartFromRows(person);
    const first = before[index];
    console.log(
      `${person.name}: heap ${first?.heapBytes} → ${heapBytes} bytes, listeners ${first?.listeners} → ${listeners}`,
    );
    expect(listeners).toBeLessThanOrEqual(first?.listeners ?? 0);
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

/** What is open beyond what was open before the first call. */
function surplus(open: Record<string, number>, idle: Record<string, number> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(open).filter(([name, count]) => count > (idle[name] ?? 0)));
}

/** The list of recent calls grows as it should, a listener a button. */
async function apartFromRows(person: Person): Promise<Memory> {
  const buttons = await person.page.$$eval('[data-call-id] button', (found) => found.length);
  const held = await memory(person);
  return { ...held, listeners: held.listeners - buttons };
}
