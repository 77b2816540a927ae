import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type BrowserName, launch } from './driver/browsers';
import { measured, seesAndHears, until } from './driver/media';
import { plays } from './driver/mirror';
import { connect, Person, someone } from './driver/person';

const pairs: readonly [BrowserName, BrowserName][] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

describe.each(pairs)('a call from %s to %s', (from, to) => {
  let browsers: Browser[];
  let ada: Person;
  let ben: Person;

  beforeAll(async () => {
    const first = await launch(from);
    const second = from === to ? first : await launch(to);
    browsers = [first, second];
    ada = await Person.signUp(first, inject('serverUrl'), someone('Ada'));
    ben = await Person.signUp(second, inject('serverUrl'), someone('Ben'));
  });

  beforeEach(async () => {
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
  });

  afterAll(async () => {
    await Promise.all([...new Set(browsers)].map((browser) => browser.close()));
  });

  async function bothEnded(reason: string): Promise<void> {
    await Promise.all([ada.hasEnded(reason), ben.hasEnded(reason)]);
    await Promise.all([ada, ben].map(holdsNoMedia));
  }

  it('brings picture and sound both ways, directly, until the caller hangs up', async () => {
    await connect(ada, ben);
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
    await Promise.all([isDirect(ada), isDirect(ben)]);
    await ada.sees('[data-duration]');
    await ada.press('Hang up');
    await bothEnded('ended');
  });

  it('ends for both when the callee hangs up', async () => {
    await connect(ada, ben);
    await ben.press('Hang up');
    await bothEnded('ended');
  });

  it('rings until it is declined', async () => {
    await ada.calls(ben);
    await ben.isRungBy(ada);
    await ada.isIn('RINGING');
    await ben.press('Decline');
    await ada.hasEnded('declined');
    await ben.seesNo('[data-call-state="INCOMING"]');
    await Promise.all([ada, ben].map(holdsNoMedia));
  });

  it('rings until it is cancelled', async () => {
    await ada.calls(ben);
    await ben.isRungBy(ada);
    await ada.press('Cancel');
    await ada.hasEnded('cancelled');
    await ben.seesNo('[data-call-state="INCOMING"]');
    await ben.sees('[data-notice]');
    await Promise.all([ada, ben].map(holdsNoMedia));
  });

  it('can be cancelled while it connects, in sight of oneself', async () => {
    // Ben answers, and his browser gets no further. A call that finds no path ends after 15 s: nothing else is done then.
    await ben.page.evaluate(() => window.probe.hold());
    await ada.calls(ben);
    await ben.isRungBy(ada);
    await plays(ada, 'video[data-local]');
    await ben.press('Answer with video');
    await ada.isIn('CONNECTING');
    const shown = await ada.page.$eval('main[data-call-state="CONNECTING"]', (main) => ({
      words: main.textContent?.includes('Connecting…'),
      preview: main.querySelector<HTMLVideoElement>('video[data-local]')?.paused === false,
    }));
    await ada.press('Cancel');
    expect(shown).toEqual({ words: true, preview: true });
    await bothEnded('cancelled');
    // What was under way in his browser finds nothing to go on with.
    await ben.page.evaluate(() => window.probe.release());
    await bothEnded('cancelled');
    expect(await outcomeOfLastCall(ada)).toBe('cancelled');
  });

  it('brings sound alone when it is a voice call', async () => {
    await connect(ada, ben, 'voice');
    await Promise.all([seesAndHears(ada, 'voice'), seesAndHears(ben, 'voice')]);
    expect((await measured(ben)).framesDecoded).toBe(0);
    await ben.press('Hang up');
    await bothEnded('ended');
  });

  it('shows when the other turns microphone and camera off and on', async () => {
    await connect(ada, ben);
    await seesAndHears(ben);
    await ada.press('Turn microphone off');
    await ben.sees('[data-remote-microphone="off"]');
    await ada.press('Turn camera off');
    await ben.sees('[data-remote-camera="off"]');
    await ben.press('Turn camera off');
    await ada.sees('[data-remote-camera="off"]');
    await ada.press('Turn microphone on');
    await ada.press('Turn camera on');
    await ben.seesNo('[data-remote-microphone="off"]');
    await ben.seesNo('[data-remote-camera="off"]');
    await seesAndHears(ben);
    await ada.press('Hang up');
    await bothEnded('ended');
  });
});

/** Neither side goes through a relay, and the server is not one of the two ends. */
async function isDirect(person: Person): Promise<void> {
  const { pair } = await until(
    person,
    () => measured(person),
    ({ pair }) => pair !== null,
  );
  const serverPort = Number(new URL(person.url).port);
  for (const candidate of [pair?.local, pair?.remote]) {
    expect(candidate?.type).toMatch(/^(host|prflx|srflx)$/);
    expect(candidate?.port).not.toBe(serverPort);
  }
}

/** As the server keeps it. */
function outcomeOfLastCall({ page }: Person): Promise<string | undefined> {
  return page.evaluate(async () => {
    const { calls } = (await (await fetch('/calls?limit=1')).json()) as { calls: { outcome: string }[] };
    return calls[0]?.outcome;
  });
}

async function holdsNoMedia(person: Person): Promise<void> {
  await until(
    person,
    () => person.holdsOpen(),
    (open) => open.connections === 0 && open.tracks === 0,
  );
}
