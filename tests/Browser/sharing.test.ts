import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { launch, withoutSound } from './driver/browsers';
import { Display } from './driver/display';
import { holdFromOffer, letGo, offerIsHeld } from './driver/held';
import { seesAndHears } from './driver/media';
import { plays } from './driver/mirror';
import { connect, Person, someone } from './driver/person';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
const slides = 'Slides that are shared';

describe('a screen that is shared, and small and large windows', () => {
  let browser: Browser;
  let fox: Browser;
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    // A real tab is shared, chosen by its title; the usual fake permission would share a drawn screen instead.
    browser = await launch('chromium', {
      allowsCapture: false,
      flags: [`--auto-select-tab-capture-source-by-title=${slides}`],
    });
    fox = await launch('firefox');
    ada = await Person.signUp(browser, inject('serverUrl'), someone('Ada'));
    await ada.page.browserContext().overridePermissions(ada.url, ['camera', 'microphone']);
    ben = await Person.signUp(fox, inject('serverUrl'), someone('Ben'));
  });

  beforeEach(async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), fox?.close()]);
  });

  /** In a tab that nobody looks at. */
  async function opensSlides(): Promise<Page> {
    const page = await browser.newPage();
    await page.setContent(`<title>${slides}</title><h1>Page one</h1><script>
      setInterval(() => { document.querySelector('h1').textContent = 'Page ' + Date.now(); }, 500)</script>`);
    await ada.page.bringToFront();
    return page;
  }

  it('goes beside the camera, from Chromium to Firefox, as often as one likes', async () => {
    const page = await opensSlides();
    // Letters stay sharp; a film gives up pixels first where a processor is slow.
    for (const [content, width] of [
      ['Text and slides', 600],
      ['Film and motion', 1],
    ] as const) {
      await shares(ada, content);
      await seesScreen(ben, width);
      await seesAndHears(ben);
      await ben.sees('video[data-remote]');
      await ada.press('Stop');
      await Promise.all([ada.seesNo('[data-sharing]'), ben.seesNo('video[data-remote-screen]')]);
    }

    // Whoever turned the camera off shares all the same, and it stays off.
    await ada.press('Turn camera off');
    await shares(ada, 'Text and slides');
    await seesScreen(ben, 600);
    await ben.sees('[data-remote-camera="off"]');

    // What is shared goes away: the page learns of it as of the browser's own button, by a track that ends.
    await page.close();
    await Promise.all([ada.seesNo('[data-sharing]'), ben.seesNo('video[data-remote-screen]')]);
    await ada.press('Turn camera on');
    await seesAndHears(ben);
    await ben.sees('video[data-remote]');

    const again = await opensSlides();
    await shares(ada, 'Text and slides');
    await seesScreen(ben, 600);
    await again.close();
    await Promise.all([ada.seesNo('[data-sharing]'), ben.seesNo('video[data-remote-screen]')]);
    await seesAndHears(ben);
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it('says so when nothing can be shared', async () => {
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await ada.press('Share screen');
    await ada.page.locator('.menu-item::-p-text(Text and slides)').click();
    await ada.sees('::-p-text(Your screen is not shared)');
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it('puts the call into a small window and takes it back, in both browsers', async () => {
    for (const person of [ada, ben]) {
      await person.press('More');
      await person.press('Picture in picture');
      await person.page.waitForFunction(
        () => (window.documentPictureInPicture?.window?.document.querySelector('video')?.videoWidth ?? 0) > 0,
      );
      await person.page.evaluate(() => {
        const buttons = window.documentPictureInPicture?.window?.document.querySelectorAll('button') ?? [];
        [...buttons].find((button) => button.ariaLabel === 'Turn microphone off')?.click();
      });
    }
    await Promise.all([ada, ben].map((person) => person.sees('[data-remote-microphone="off"]')));
    for (const person of [ada, ben]) {
      await person.press('More');
      await person.press('Close the small window');
      await person.page.waitForFunction(() => window.documentPictureInPicture?.window === null);
    }
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it('fills the whole screen and comes back by the same key, in both browsers', async () => {
    for (const { page } of [ada, ben]) {
      await page.bringToFront();
      await page.keyboard.press('f');
      await page.waitForFunction(() => document.fullscreenElement !== null);
      await page.screenshot({ path: `${folder}full-screen${page === ben.page ? '-firefox' : ''}-1280-light.png` });
      await page.keyboard.press('f');
      await page.waitForFunction(() => document.fullscreenElement === null);
    }
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });
});

describe('a screen that is shared from Firefox', () => {
  let display: Display;
  let fox: Browser;
  let browser: Browser;
  let ada: Person;
  let ben: Person;
  let cyd: Person;

  beforeAll(async () => {
    // Firefox finds screens only where it has windows.
    display = await Display.start(withoutSound);
    fox = await launch('firefox', { headless: false, environment: display.environment });
    browser = await launch('chromium');
    ada = await Person.signUp(fox, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(browser, inject('serverUrl'), someone('Ben'));
    cyd = await Person.signUp(browser, inject('serverUrl'), someone('Cyd'));
  });

  beforeEach(async () => {
    await Promise.all([ada, ben, cyd].map((person) => person.reload()));
    await ada.seesPresence(ben, 'online');
    await cyd.seesPresence(ben, 'online');
  });

  afterAll(async () => {
    await Promise.all([fox?.close(), browser?.close()]);
    await display?.dispose();
  });

  it('is the whole of it, and goes beside the camera until it is stopped', async () => {
    await connect(ada, ben);
    await shares(ada, 'Text and slides');
    await seesScreen(ben, 1_000);
    await seesAndHears(ben);
    await ben.sees('video[data-remote]');
    await ada.press('Stop');
    await Promise.all([ada.seesNo('[data-sharing]'), ben.seesNo('video[data-remote-screen]')]);
    await seesAndHears(ben);
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  // Whoever signed up first gives way: here Firefox to Chromium, and Chromium to Chromium.
  it.each(['Firefox', 'Chromium'])('from %s too while another is offered from Chromium: both arrive', async (from) => {
    const both = [from === 'Firefox' ? ada : cyd, ben] as const;
    await connect(...both);
    await Promise.all(both.map((person) => seesAndHears(person)));
    const before = await Promise.all(both.map(connections));

    await Promise.all(both.map(holdFromOffer));
    await Promise.all(both.map((person) => shares(person, 'Text and slides')));
    await Promise.all(both.map(offerIsHeld));
    await Promise.all(both.map(letGo));

    await Promise.all(both.map((person) => plays(person, 'video[data-remote-screen]')));
    await Promise.all(both.map((person) => seesAndHears(person)));
    // Without a restart or another connection, which would have been help.
    expect(await Promise.all(both.map(connections))).toEqual(before);
    await ben.press('Hang up');
    await both[0].hasEnded('ended');
  });
});

/** Each of the page's connections, by the names that it has for itself and for the paths that it looks for. */
function connections({ page }: Person): Promise<string[][]> {
  return page.evaluate(() =>
    [...window.probe.connections].map((one) => {
      const names = one.localDescription?.sdp.match(/^o=\S+ \S+|^a=ice-ufrag:\S+/gm) ?? [];
      return [...new Set(names), one.connectionState, one.signalingState];
    }),
  );
}

async function shares(person: Person, content: 'Text and slides' | 'Film and motion'): Promise<void> {
  await person.press('Share screen');
  await person.page.locator(`.menu-item::-p-text(${content})`).click();
  await person.sees('[data-sharing]');
}

/** Waits until the shared screen is drawn, at least so many pixels wide. */
async function seesScreen(person: Person, width: number): Promise<void> {
  await person.sees('video[data-remote-screen]');
  await person.page.waitForFunction(
    (wanted) => (document.querySelector<HTMLVideoElement>('video[data-remote-screen]')?.videoWidth ?? 0) >= wanted,
    {},
    width,
  );
}
