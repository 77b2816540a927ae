import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { barriers } from './driver/axe';
import { type BrowserName, launch, type Surroundings } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { meterShows, plays } from './driver/mirror';
import { named } from './driver/names';
import { openPage } from './driver/page';
import { paintsCamera, whileNothingIsPainted } from './driver/painted-camera';
import { Person, someone } from './driver/person';
import { partOf, whileFrozen } from './driver/processes';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));

type Device = 'camera' | 'microphone';

interface Trouble {
  readonly browser: BrowserName;
  readonly surroundings: Surroundings;
  readonly denied?: readonly Device[];
  /** As the app names it. */
  readonly problem: string;
}

/** Chromium asks nobody; Firefox has its answer in the preferences. */
const asks = { allowsCapture: false } as const;
const withoutCamera = { devices: 0, flags: ['--use-fake-device-for-media-stream=device-count=0'] } as const;
const refuses = {
  'media.navigator.permission.disabled': false,
  'permissions.default.camera': 2,
  'permissions.default.microphone': 2,
};
const bare = { 'media.navigator.streams.fake': false, 'media.cubeb.force_mock_context': false };

/** A page that has a name of its own, as in life. */
const distrusted = {
  flags: ['--host-resolver-rules=MAP calls.example 127.0.0.1'],
  preferences: {
    'network.dns.localDomains': 'calls.example',
    'media.devices.insecure.enabled': false,
    'media.getusermedia.insecure.enabled': false,
  },
} as const;

const both = ['camera', 'microphone'] as const;

const troubles: readonly Trouble[] = [
  { browser: 'chromium', problem: 'camera+microphone:not_allowed', surroundings: asks, denied: both },
  { browser: 'chromium', problem: 'camera:not_allowed', surroundings: asks, denied: ['camera'] },
  { browser: 'chromium', problem: 'microphone:not_allowed', surroundings: asks, denied: ['microphone'] },
  { browser: 'chromium', problem: 'camera+microphone:not_found', surroundings: { devices: 0 } },
  { browser: 'chromium', problem: 'camera:not_found', surroundings: withoutCamera },
  { browser: 'firefox', problem: 'camera+microphone:not_allowed', surroundings: { preferences: refuses } },
  { browser: 'firefox', problem: 'camera+microphone:not_found', surroundings: { preferences: bare } },
];

let there: Browser;
/** Started once for all that need the same; who comes has a window with cookies and settings of its own. */
const browsers = new Map<string, Browser>();
let here: Person | undefined;
let ben: Person;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  there = await launch('chromium');
  ben = await Person.signUp(there, inject('serverUrl'), someone('Ben'));
});

beforeEach(() => ben.reload());

afterEach(async () => {
  await here?.leaves();
  here = undefined;
});

afterAll(() => Promise.all([there, ...browsers.values()].map((browser) => browser?.close())));

async function ada(name: BrowserName, surroundings: Surroundings = {}, url = inject('serverUrl')): Promise<Person> {
  const key = JSON.stringify([name, surroundings]);
  const browser = browsers.get(key) ?? (await launch(name, surroundings));
  browsers.set(key, browser);
  here = await Person.signUp(browser, url, someone('Ada'));
  await here.seesPresence(ben, 'online');
  return here;
}

const card = (problem: string) => `[data-capture-problem="${problem}"]`;

async function picture(person: Person, name: string): Promise<void> {
  await person.page.screenshot({ path: `${folder}${name}-1280-light.png` });
  expect(await barriers(person), name).toEqual([]);
}

async function looksIntoTheMirror(person: Person): Promise<void> {
  await person.press(`Call ${ben.name} with video`);
  await person.sees('main[data-screen="lobby"]');
}

async function startsAndIsAnswered(person: Person): Promise<void> {
  await person.press('Start call');
  await ben.isRungBy(person);
  await ben.press('Answer with video');
  await Promise.all([person.isIn('CONNECTED'), ben.isIn('CONNECTED')]);
}

async function hangsUp(person: Person): Promise<void> {
  await person.press('Hang up');
  await ben.hasEnded('ended');
}

/** By the person's own hand in the browser's settings, while the page is open. */
async function decide(person: Person, state: 'granted' | 'denied', devices: readonly Device[]): Promise<void> {
  const permissions = devices.map((name) => ({ permission: { name }, state }));
  await person.page.browserContext().setPermission(new URL(person.url).origin, ...permissions);
}

describe('a call without all that it wants', () => {
  it.each(troubles)('goes on in $browser with $problem', async ({ browser, problem, ...trouble }) => {
    const { surroundings, denied = [] } = trouble;
    const person = await ada(browser, surroundings);
    if (surroundings === asks) {
      await decide(person, 'granted', both);
      await decide(person, 'denied', denied);
    }
    const name = `${problem.replace(/[+:]/g, '-')}${browser === 'firefox' ? '-firefox' : ''}`;
    await looksIntoTheMirror(person);
    await person.sees(`[data-screen="lobby"] ${card(problem)}`);
    await picture(person, `lobby-${name}`);

    await startsAndIsAnswered(person);
    await person.sees(`[data-screen="call"] ${card(problem)}`);
    await picture(person, `call-${name}`);
    await seesAndHears(person);
    if (!problem.includes('microphone')) await seesAndHears(ben, 'voice');
    await person.press('Go on without');
    await person.seesNo(card(problem));
    await person.press(`${problem.startsWith('camera') ? 'Camera' : 'Microphone'}: what is wrong`);
    await person.sees(card(problem));

    if (denied.length > 0) {
      await decide(person, 'granted', denied);
      await person.seesNo('[data-capture-problem]');
      await seesAndHears(ben);
    }
    await hangsUp(person);
  });

  it('asks again when told to, and keeps its words and the focus until it knows more', async () => {
    const person = await ada('chromium', { devices: 0 });
    await looksIntoTheMirror(person);
    await startsAndIsAnswered(person);
    await person.sees(card('camera+microphone:not_found'));
    await person.press('Try again');
    await person.page.waitForFunction(() =>
      document.querySelector('.capture-card [role="status"]')?.textContent?.startsWith('Asked again'),
    );
    await person.sees(card('camera+microphone:not_found'));
    expect(await person.page.evaluate(() => document.activeElement?.textContent)).toBe('Try again');
    await hangsUp(person);
  });

  it('has the microphone when others have let it go', async () => {
    const person = await ada('chromium');
    const others = await occupyMicrophone(person);
    await looksIntoTheMirror(person);
    await person.sees(`[data-screen="lobby"] ${card('microphone:in_use')}`);
    await picture(person, 'lobby-microphone-in_use');
    await startsAndIsAnswered(person);
    await person.sees(card('microphone:in_use'));
    await picture(person, 'call-microphone-in_use');
    await seesAndHears(person);

    await others.release();
    await person.press('Try again');
    await person.seesNo('[data-capture-problem]');
    await seesAndHears(ben);
    await hangsUp(person);
  });

  it.each(['chromium', 'firefox'] as const)('takes other devices in %s when the chosen ones are gone', async (name) => {
    const person = await ada(name);
    await person.page.evaluate(() =>
      localStorage.setItem('sightline.devices', JSON.stringify({ camera: 'sold', microphone: 'lost' })),
    );
    await person.reload();
    const error = await person.page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ video: { deviceId: { exact: 'sold' } } }).then(
        () => null,
        (refusal: Error) => refusal.name,
      ),
    );
    expect(error).toBe('OverconstrainedError');
    await looksIntoTheMirror(person);
    await startsAndIsAnswered(person);
    await Promise.all([seesAndHears(person), seesAndHears(ben)]);
    await person.seesNo('[data-capture-problem]');
    await hangsUp(person);
  });

  it.each(['chromium', 'firefox'] as const)(
    'takes another camera in %s when none looks to the wanted side',
    async (name) => {
      const person = await ada(name);
      await person.page.evaluate(() => localStorage.setItem('sightline.devices', '{"facing":"environment"}'));
      await person.reload();
      const refused = await person.page.evaluate(() =>
        navigator.mediaDevices.getUserMedia({ video: { facingMode: { exact: 'environment' } } }).then(
          () => null,
          (refusal: OverconstrainedError) => `${refusal.name}: ${refusal.constraint}`,
        ),
      );
      expect(refused).toBe('OverconstrainedError: facingMode');
      await looksIntoTheMirror(person);
      await plays(person, 'video[data-preview]');
      await startsAndIsAnswered(person);
      await Promise.all([seesAndHears(person), seesAndHears(ben)]);
      await person.seesNo('[data-capture-problem]');
      await hangsUp(person);
    },
  );

  it('has the camera when it works again', async () => {
    const file = join(tmpdir(), `sightline-camera-${process.pid}.y4m`);
    await writeFile(file, film.subarray(0, film.length / 2));
    const person = await ada('chromium', { flags: [`--use-file-for-fake-video-capture=${file}`] });
    await looksIntoTheMirror(person);
    // Chromium says now that it cannot be opened, now that it stopped at once.
    const isBroken = `:is(${card('camera:failed')}, ${card('camera:in_use')})`;
    await person.sees(`[data-screen="lobby"] ${isBroken}`);
    await picture(person, 'lobby-camera-failed');
    await startsAndIsAnswered(person);
    await person.sees(`[data-screen="call"] ${isBroken}`);
    await picture(person, 'call-camera-failed');
    await seesAndHears(ben, 'voice');

    await writeFile(file, film);
    await person.press('Try again');
    await person.seesNo('[data-capture-problem]');
    await seesAndHears(ben);
    await hangsUp(person);
    await rm(file);
  });

  it.each(['chromium', 'firefox'] as const)(
    'listens in %s where the page is not encrypted, and names the way out',
    async (name) => {
      // The same server by a name that browsers do not trust without TLS.
      const url = inject('serverUrl').replace('localhost', 'calls.example');
      const person = await ada(name, distrusted, url);
      const suffix = name === 'firefox' ? '-firefox' : '';
      expect(await person.page.evaluate(() => isSecureContext)).toBe(false);
      await looksIntoTheMirror(person);
      await person.sees(`[data-screen="lobby"] ${card('camera+microphone:insecure_page')}`);
      await picture(person, `lobby-insecure_page${suffix}`);
      expect(await person.text(card('camera+microphone:insecure_page'))).toContain('https://');
      await startsAndIsAnswered(person);
      await person.sees(card('camera+microphone:insecure_page'));
      await person.seesNo(named('button', 'Try again'));
      await picture(person, `call-insecure_page${suffix}`);
      await seesAndHears(person);
      await hangsUp(person);
    },
  );
});

describe.each(['chromium', 'firefox'] as const)('in %s, the mirror before a call', (name) => {
  it('shows camera and microphone at work, and takes what was turned off into the call', async () => {
    const person = await ada(name);
    await looksIntoTheMirror(person);
    await plays(person, 'video[data-preview]');
    await meterShows(person, true);
    await person.page.locator(named('field', 'Microphone on')).click();
    await meterShows(person, false);
    await person.page.locator(named('field', 'Microphone on')).click();
    await meterShows(person, true);
    await picture(person, `lobby${name === 'firefox' ? '-firefox' : ''}`);
    await person.page.locator(named('field', 'Camera on')).click();
    await person.sees('[data-mirror="off"]');
    await startsAndIsAnswered(person);
    await person.sees(named('button', 'Turn camera on'));
    await ben.sees('[data-remote-camera="off"]');
    await seesAndHears(ben, 'voice');
    await hangsUp(person);
  });

  it('tells those who talk while they are muted', async () => {
    const person = await ada(name);
    await looksIntoTheMirror(person);
    await startsAndIsAnswered(person);
    await person.press('Turn microphone off');
    await person.sees('[data-warning="speaking_while_muted"]');
    await picture(person, `muted-and-talking${name === 'firefox' ? '-firefox' : ''}`);
    await person.press('Turn microphone on');
    await person.seesNo('[data-warning]');
    await seesAndHears(ben);
    await hangsUp(person);
  });
});

it.each(['chromium', 'firefox'] as const)(
  'says in %s that the camera’s picture stands still, until it moves',
  async (name) => {
    const person = await ada(name);
    // Firefox has its camera in the same process as everything else, so there a painted one stands still.
    if (name === 'firefox') {
      await paintsCamera(person);
      await person.reload();
    }
    await looksIntoTheMirror(person);
    await startsAndIsAnswered(person);
    await seesAndHears(ben);
    await whileCameraStands(person, name, async () => {
      await person.sees('[data-warning="camera_frozen"]');
      await picture(person, `camera-frozen${name === 'firefox' ? '-firefox' : ''}`);
      await seesAndHears(ben, 'voice');
    });
    await person.seesNo('[data-warning]');
    await seesAndHears(ben);
    await hangsUp(person);
  },
);

it('keeps what was turned off through the reload of another', async () => {
  const person = await ada('chromium');
  const cyd = await Person.signUp(there, inject('serverUrl'), someone('Cyd'));
  await person.seesPresence(cyd, 'online');
  await person.callsTogether([ben, cyd]);
  for (const other of [ben, cyd]) await other.press('Answer with video');
  await person.isWith(ben, cyd);
  await person.press('Turn microphone off');
  await person.press('Turn camera off');
  await ben.reload();
  await person.isWith(cyd);
  await ben.press(`Rejoin the call with ${person.name} and ${cyd.name}`);
  await person.isWith(ben, cyd);
  for (const mark of ['microphone', 'camera']) {
    await ben.sees(`[data-peer][aria-label="${person.name}"] [data-remote-${mark}="off"]`);
    await person.sees(named('button', `Turn ${mark} on`));
  }
  for (const other of [person, ben]) await other.press('Hang up');
  await cyd.hasEnded('ended');
  await cyd.leaves();
});

/** A grey picture, the whole film: what Chromium takes for a camera. Half of it is a camera that stops as it starts. */
const film = Buffer.concat([
  Buffer.from('YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420jpeg\nFRAME\n'),
  Buffer.alloc((320 * 240 * 3) / 2, 128),
]);

/** Chromium reads cameras in a process of their own: it hangs, as with a driver that does. */
function whileCameraStands(person: Person, name: BrowserName, work: () => Promise<void>): Promise<void> {
  if (name === 'firefox') return whileNothingIsPainted(person, work);
  return whileFrozen(partOf(person.page.browser(), 'video_capture'), work);
}

/** As many pages as the browser opens one microphone for have it, so that it cannot be opened once more. */
async function occupyMicrophone(person: Person): Promise<{ release(): Promise<void> }> {
  const page = await openPage(person.page.browser());
  await page.goto(person.url);
  await page.evaluate(async () => {
    for (let refused = false; !refused; ) {
      const frame = document.createElement('iframe');
      frame.src = 'about:blank';
      document.body.append(frame);
      const { mediaDevices } = (frame.contentWindow as Window).navigator;
      refused = await mediaDevices.getUserMedia({ audio: true }).then(
        () => false,
        () => true,
      );
    }
  });
  return { release: () => page.browserContext().close() };
}
