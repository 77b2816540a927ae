import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { connect, Person, someone } from './driver/person';

describe('several windows', () => {
  let browser: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    browser = await launch('chromium');
    ada = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(browser, inject('serverUrl'), someone('Ben'));
  });

  beforeEach(async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
  });

  afterAll(() => browser.close());

  it('all ring, and fall silent when one has answered', async () => {
    const laptop = await ben.onAnotherDevice(browser);
    await ada.calls(ben);
    await Promise.all([ben.isRungBy(ada), laptop.isRungBy(ada)]);
    await laptop.press('Answer with video');
    await Promise.all([ada.isIn('CONNECTED'), laptop.isIn('CONNECTED')]);
    await ben.seesNo('[data-call-state="INCOMING"]');
    expect(await ben.text('[data-notice]')).toMatch(/another device/i);
    await Promise.all([seesAndHears(ada), seesAndHears(laptop)]);
    await ada.press('Hang up');
    await laptop.hasEnded('ended');
    await laptop.leaves();
  });

  it.each([
    ['reloads', async (person: Person) => void (await person.page.reload())],
    ['is closed', async (person: Person) => void (await person.page.goto('about:blank'))],
  ])('end the call for the other when the page %s', async (_, go) => {
    await connect(ada, ben);
    await go(ben);
    await ada.hasEnded('left');
  });
});
