import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './driver/axe';
import { launch } from './driver/browsers';
import { seesAndHears, seesAndHearsEach } from './driver/media';
import { plays } from './driver/mirror';
import { connect, Person } from './driver/person';
import { processId, whileFrozen } from './driver/processes';
import { Server } from './driver/server';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
const looks = [
  { name: 'chromium', width: 390, height: 844, theme: 'light' },
  { name: 'chromium', width: 1280, height: 800, theme: 'dark' },
  { name: 'firefox', width: 390, height: 844, theme: 'dark' },
] as const;

/** Real states of real calls: where one is short, the server or the other side is made to stand still. */
describe.each(looks)('in $name, at $width px, $theme, every screen is drawn and without barriers', (look) => {
  const { name: browser, width, height, theme } = look;
  let server: Server;
  let here: Browser;
  let there: Browser;
  let ada: Person;
  let ben: Person;
  let cyd: Person;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    server = await Server.start();
    // Firefox takes its wishes from its settings alone.
    const preferences = { 'ui.systemUsesDarkTheme': theme === 'dark' ? 1 : 0, 'ui.prefersReducedMotion': 1 };
    [here, there] = await Promise.all([launch(browser, { preferences }), launch('chromium')]);
    ben = await Person.signUp(there, server.url, 'Ben');
    cyd = await Person.signUp(there, server.url, 'Cyd');
    ada = await Person.arrive(here, server.url, 'Ada', { width, height });
    if (browser === 'chromium') {
      await ada.page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: theme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
    }
  });

  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await server?.dispose();
  });

  async function picture(name: string): Promise<void> {
    const file = `${name}${browser === 'firefox' ? '-firefox' : ''}-${width}-${theme}.png`;
    await ada.page.screenshot({ path: `${folder}${file}` });
    expect(await barriers(ada), name).toEqual([]);
    expect(await ada.page.evaluate(restless), name).toEqual([]);
  }

  it('signing in, signing up, home', async () => {
    await ada.sees('[data-screen="sign-in"]');
    await picture('sign-in');
    await ada.press('Create an account', 'link');
    await ada.sees('[data-screen="sign-up"]');
    await picture('sign-up');
    await ada.press('Sign in', 'link');
    await ada.signUp();
    await ada.seesPresence(ben, 'online');
    await picture('home');
    await ada.press('Settings');
    await picture('settings');
    await ada.press('Close');
    await ada.press('Check your devices');
    await plays(ada, 'video[data-preview]');
    await picture('lobby');
    await ada.press('Check your network');
    await ada.sees('[data-ice-verdict]:not([data-ice-verdict="testing"])');
    await picture('network');
    await ada.press('Back');
    await ada.press('Group call');
    await ada.sees('[data-choice]');
    await picture('group-choice');
    await ada.press('Close');
  });

  it('an outgoing call, from the first click to the end', async () => {
    await ben.page.evaluate(() => window.probe.hold());
    await whileFrozen(server.processId, async () => {
      await ada.calls(ben);
      await ada.isIn('INITIATING');
      await picture('initiating');
    });
    await ben.isRungBy(ada);
    await ada.isIn('RINGING');
    await picture('ringing');

    await ben.press('Answer with video');
    await ada.isIn('CONNECTING');
    await picture('connecting');

    await ben.page.evaluate(() => window.probe.release());
    await Promise.all([ada.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
    await seesAndHears(ada);
    await ada.sees('[data-quality]:not([data-quality="unknown"])');
    await picture('connected');

    await whileFrozen(processId(there), async () => {
      await ada.isIn('RECONNECTING');
      await picture('reconnecting');
    });
    await ada.isIn('CONNECTED');

    await whileFrozen(server.processId, async () => {
      await ada.press('Hang up');
      await ada.isIn('ENDING');
      await picture('ending');
    });
    await ada.isIn('ENDED');
    await picture('ended');
  });

  it('the report of a call', async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
    await seesAndHears(ada);
    await ada.sees('[data-quality]:not([data-quality="unknown"])');
    // The report begins two seconds after the first media.
    await ada.page.waitForFunction(() =>
      /0:(0[89]|[1-5])/.test(document.querySelector('[data-duration]')?.textContent ?? ''),
    );
    await ada.press('Hang up');
    await ben.hasEnded('ended');
    await ada.press('Return');
    if (width < 800) await ada.press('Recent');
    await ada.press('Report of the call with Ben');
    await ada.sees('[data-verdict]:not([data-verdict="unknown"]) ~ * [data-chart="Bitrate"] [role="img"]');
    await picture('report');
    await ada.press('Back');
    if (width < 800) await ada.press('People');
  });

  it('a call that is recorded, and what is left of it', async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
    await seesAndHears(ada);
    await ada.press('More');
    await ada.press('Record this call');
    await ada.sees('.recording-choice');
    await picture('recording-question');
    await ada.press('Start recording');
    await Promise.all([ada, ben].map((person) => person.sees('[data-recording="sending"]')));
    await picture('recording-call');
    await ada.page.waitForFunction(() =>
      /0:(0[89]|[1-5])/.test(document.querySelector('[data-duration]')?.textContent ?? ''),
    );
    await ben.press('Hang up');
    await ada.hasEnded('ended');
    await ada.press('Return');
    if (width < 800) await ada.press('Recent');
    await ada.press('Recordings');
    await ada.sees('[data-recording-status="ready"]');
    await picture('recordings');
    await ada.page.locator('.recording-row').click();
    await ada.sees('[data-recording-state="ready"] [data-player="combined"]');
    await ada.page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
    await picture('recording');
    await ada.press('Back');
    await ada.press('Back');
    if (width < 800) await ada.press('People');
  });

  it('an incoming call', async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ben.seesPresence(ada, 'online');
    await ben.calls(ada);
    await ada.isRungBy(ben);
    await picture('incoming');
    await ada.press('Decline');
    await ben.hasEnded('declined');
  });

  it('a missed call and a voice call', async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ben.seesPresence(ada, 'online');
    await ben.calls(ada, 'voice');
    await ada.isRungBy(ben);
    await ben.press('Cancel');
    await ada.sees('[data-notice]');
    await picture('home-missed');

    await ben.press('Return');
    await ben.calls(ada, 'voice');
    await ada.press('Answer with voice');
    await ada.isIn('CONNECTED');
    await seesAndHears(ada, 'voice');
    await picture('connected-voice');
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it('a second call while the first goes on', async () => {
    await Promise.all([ada, ben, cyd].map((person) => person.reload()));
    await ada.seesPresence(ben, 'online');
    await cyd.seesPresence(ada, 'online');
    await connect(ada, ben);
    await cyd.calls(ada);
    await ada.isRungBy(cyd);
    await picture('call-waiting');
    await ada.press('Hold and answer');
    await cyd.isIn('CONNECTED');
    await ada.sees('[data-held-call]');
    await seesAndHears(ada);
    await picture('one-on-hold');
    await ada.press('End the call with Ben');
    await ada.press('Hang up');
    await cyd.hasEnded('ended');
  });

  it('a group that talks, writes and shares', async () => {
    await Promise.all([ada, ben, cyd].map((person) => person.reload()));
    for (const other of [ben, cyd]) await ada.seesPresence(other, 'online');
    await ada.callsTogether([ben, cyd]);
    await ben.press('Answer with video');
    await ada.isIn('CONNECTED');
    await seesAndHears(ada);
    await picture('group-while-one-rings');
    await cyd.press('Answer with video');
    await ada.isWith(ben, cyd);
    await seesAndHearsEach(ada, 2);
    await cyd.press('Raise hand');
    await ben.press('Turn camera off');
    await ada.sees('[data-remote-camera="off"]');
    await picture('group');

    await ada.press('Add people');
    await ada.sees('[data-panel="people"]');
    await picture('people');
    await ada.press('Close people');
    await ben.press('Chat');
    await ben.fill('Message', 'The numbers are on the next page.');
    await ben.press('Send');
    await ada.page.keyboard.press('c');
    await ada.sees('[data-message="theirs"]');
    await picture('chat');
    await ada.press('Close chat');

    await cyd.press('Share screen');
    await cyd.page.locator('.menu-item::-p-text(Text and slides)').click();
    await plays(ada, 'video[data-remote-screen]');
    await picture('shared-screen');
    await ada.press('More');
    await ada.sees('[data-effect="noise"]');
    await picture('more');
    await ada.page.keyboard.press('Escape');
    await ada.press('Hang up');
    await ada.hasEnded('left');
    await picture('left');
    await ben.press('Hang up');
  });
});

/** Runs in the page: what moves on and on, of which people asked for less. What turns slowly while they wait may. */
function restless(): string[] {
  const endless = document
    .getAnimations()
    .filter((one) => one.effect?.getTiming().iterations === Number.POSITIVE_INFINITY);
  return endless.map((one) => (one as CSSAnimation).animationName).filter((name) => name !== 'spin');
}
