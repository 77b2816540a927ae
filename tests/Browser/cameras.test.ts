import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { barriers } from './driver/axe';
import { launch } from './driver/browsers';
import { seesAndHears, until } from './driver/media';
import { choosesOtherCamera, plays, shows } from './driver/mirror';
import { connect, Person, someone, type Window } from './driver/person';
import { backCamera, backRatio, frontCamera, frontRatio, hasCamerasOfTwoSides } from './driver/sided-cameras';
import { refusals, takesWishesForOrders } from './driver/strict-camera';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
const preview = 'video[data-preview]';
const own = 'video[data-local]';

let there: Browser;
let here: Browser;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  [there, here] = await Promise.all([launch('chromium'), launch('chromium', { devices: 3 })]);
  ben = await Person.signUp(there, inject('serverUrl'), someone('Ben'));
});

beforeEach(() => ben.reload());

afterEach(() => ada.leaves());

afterAll(() => Promise.all([there?.close(), here?.close()]));

async function arrives(size: Window = {}): Promise<void> {
  ada = await Person.signUp(here, inject('serverUrl'), someone('Ada'), size);
}

async function calls(): Promise<void> {
  await ada.seesPresence(ben, 'online');
  await connect(ada, ben);
  await seesAndHears(ben);
}

async function hangsUp(): Promise<void> {
  await ada.press('Hang up');
  await ben.hasEnded('ended');
}

describe('more than one camera', () => {
  it('is chosen from in the mirror, and remembered', async () => {
    await arrives();
    await ada.press('Check your devices');
    await plays(ada, preview);
    const other = await choosesOtherCamera(ada, preview);
    await ada.page.reload();
    await ada.atHome();
    await ada.press('Check your devices');
    await shows(ada, preview, other);
  });

  it('is chosen from in a call, and the picture goes on', async () => {
    await arrives();
    await calls();
    // Whom one calls cannot choose between sizes, so there is one.
    const [sizes, ...more] = await sizesSent(ada);
    expect([sizes?.length, more]).toEqual([1, []]);
    expect(sizes?.[0]).toBeLessThanOrEqual(2_500_000);
    await ada.press('More');
    await choosesOtherCamera(ada, own);
    await seesAndHears(ben);
    await ada.page.keyboard.press('Escape');
    await hangsUp();
  });

  it('is changed from front to back on a phone: the others see it in the same connection, and it is remembered', async () => {
    await arrives({ width: 390, height: 844 });
    await hasCamerasOfTwoSides(ada);
    await ada.reload();
    await calls();
    await shows(ada, own, frontCamera);
    await isMirrored(ada, own, true);
    await seesRatio(ben, frontRatio);
    const agreed = await descriptions(ada);

    await turnsCamera();
    await shows(ada, own, backCamera);
    await isMirrored(ada, own, false);
    await plays(ada, own);
    await seesRatio(ben, backRatio);
    await seesAndHears(ben);
    await ada.page.keyboard.press('Escape');
    await picture('back-camera-390');
    expect(await descriptions(ada)).toEqual(agreed);
    await hangsUp();

    await ada.reload();
    await ada.press('Check your devices');
    await shows(ada, preview, backCamera);
    await isMirrored(ada, preview, false);
    await plays(ada, preview);
    await picture('lobby-back-camera-390');
    await ada.press('Switch between front and back');
    await shows(ada, preview, frontCamera);
    await isMirrored(ada, preview, true);
  });
});

describe('a camera that cannot do what is wished', () => {
  it('sends what it can, and the call goes on', async () => {
    await arrives();
    await takesWishesForOrders(ada);
    await ada.reload();
    await calls();
    await ada.seesNo('[data-capture-problem]');
    expect(new Set(await refusals(ada))).toEqual(new Set(['OverconstrainedError: frameRate']));
    expect(await captured()).toMatchObject({ width: 640, height: 360, frameRate: 15 });

    await ada.press('Turn camera off');
    await ben.sees('[data-remote-camera="off"]');
    await ada.press('Turn camera on');
    await seesAndHears(ben);
    expect(await captured()).toMatchObject({ width: 640, height: 360, frameRate: 15 });
    await hangsUp();
  });
});

async function turnsCamera(): Promise<void> {
  await ada.press('More');
  await ada.press('Switch between front and back');
}

async function isMirrored({ page }: Person, video: string, wanted: boolean): Promise<void> {
  const transform = wanted ? 'matrix(-1, 0, 0, 1, 0, 0)' : 'none';
  await page.waitForFunction(
    (selector, expected) => {
      const element = document.querySelector(selector);
      return element !== null && getComputedStyle(element).transform === expected;
    },
    {},
    video,
    transform,
  );
}

/** Waits until what arrives of the other's camera is so much wider than high. */
async function seesRatio(person: Person, wanted: number): Promise<void> {
  await until(
    person,
    () =>
      person.page.$eval(
        'video[data-remote]',
        (video) => (video as HTMLVideoElement).videoWidth / (video as HTMLVideoElement).videoHeight,
      ),
    (ratio) => Math.abs(ratio - wanted) < 0.02,
  );
}

/** What both sides of the only connection have agreed on. */
function descriptions({ page }: Person): Promise<readonly (string | undefined)[]> {
  return page.evaluate(() => {
    const [connection, ...others] = window.probe.connections;
    return [connection?.localDescription?.sdp, connection?.remoteDescription?.sdp, ...others.map(() => 'another')];
  });
}

/** For each connection, the most bits of each size of the picture. */
function sizesSent({ page }: Person): Promise<(number | undefined)[][]> {
  return page.evaluate(() =>
    [...window.probe.connections].map((connection) => {
      const sender = connection.getSenders().find(({ track }) => track?.kind === 'video');
      return sender?.getParameters().encodings.map(({ maxBitrate }) => maxBitrate) ?? [];
    }),
  );
}

/** What the camera does now. */
function captured(): Promise<MediaTrackSettings | undefined> {
  return ada.page.$eval(own, (video) =>
    ((video as HTMLVideoElement).srcObject as MediaStream).getVideoTracks()[0]?.getSettings(),
  );
}

async function picture(name: string): Promise<void> {
  await ada.page.screenshot({ path: `${folder}${name}-light.png` });
  expect(await barriers(ada), name).toEqual([]);
}
