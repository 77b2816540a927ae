import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type BrowserName, launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { connect, Person, someone } from './driver/person';

const incoming = '[data-call-state="INCOMING"]';

describe('several windows', () => {
  let browsers: Record<BrowserName, Browser>;
  let ada: Person;
  /** One person at two devices. */
  let ben: Record<BrowserName, Person>;

  beforeAll(async () => {
    const [chromium, firefox] = await Promise.all([launch('chromium'), launch('firefox')]);
    browsers = { chromium, firefox };
    ada = await Person.signUp(chromium, inject('serverUrl'), someone('Ada'));
    const first = await Person.signUp(chromium, inject('serverUrl'), someone('Ben'));
    ben = { chromium: first, firefox: await first.onAnotherDevice(firefox) };
  });

  beforeEach(async () => {
    await Promise.all([ada, ben.chromium, ben.firefox].map((device) => device.reload()));
    await ada.seesPresence(ben.chromium, 'online');
  });

  afterAll(() => Promise.all(Object.values(browsers ?? {}).map((browser) => browser.close())));

  describe.each([
    ['firefox', 'chromium'],
    ['chromium', 'firefox'],
  ] as const)('all ring, and %s', (one, other) => {
    beforeEach(async () => {
      await ada.calls(ben[one]);
      await Promise.all([ben[one].isRungBy(ada), ben[other].isRungBy(ada)]);
    });

    it(`answers: ${other} falls silent and says so`, async () => {
      await ben[one].press('Answer with video');
      await Promise.all([ada.isIn('CONNECTED'), ben[one].isIn('CONNECTED')]);
      await ben[other].seesNo(incoming);
      expect(await ben[other].text('[data-notice]')).toMatch(/another device/i);
      await Promise.all([seesAndHears(ada), seesAndHears(ben[one])]);
      await ada.press('Hang up');
      await ben[one].hasEnded('ended');
    });

    it(`declines for all: ${other} falls silent`, async () => {
      await ben[one].press('Decline');
      await ada.hasEnded('declined');
      await ben[other].seesNo(incoming);
    });
  });

  it.each([
    ['chromium', 'reloads', reloads],
    ['chromium', 'is closed', closes],
    ['firefox', 'reloads', reloads],
    ['firefox', 'is closed', closes],
  ] as const)('end the call for the other when the page in %s %s', async (name, _, go) => {
    await connect(ada, ben[name]);
    await go(ben[name]);
    await ada.hasEnded('left');
  });
});

async function reloads({ page }: Person): Promise<void> {
  await page.reload();
}

async function closes({ page }: Person): Promise<void> {
  await page.goto('about:blank');
}
