import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, type Surroundings, withoutSound } from './driver/browsers';
import { Display } from './driver/display';
import { portrait, portraitPicture } from './driver/film';
import { seesAndHears, until } from './driver/media';
import { personModel } from './driver/model';
import { paintsCamera } from './driver/painted-camera';
import { connect, Person, someone } from './driver/person';
import { Server } from './driver/server';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
const film = join(tmpdir(), `sightline-portrait-${process.pid}.y4m`);

/** Of a picture of 640 × 360: a piece of the wall, and the stripes of the shirt. */
const wall = [20, 20, 120, 200] as const;
const shirt = [240, 280, 160, 70] as const;

let model: Buffer;
/** Where the owner keeps the model; and a picture of somebody, beside it. */
const files = createServer(({ url }, response) => {
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (url === '/portrait.bmp') response.setHeader('Content-Type', 'image/bmp').end(portraitPicture());
  else response.end(model);
});
let filesUrl: string;
let server: Server;
let there: Browser;
let ben: Person;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(film, portrait());
  model = await personModel();
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  filesUrl = `http://localhost:${(files.address() as AddressInfo).port}`;
  server = await Server.start({ 'Media:BlurModelUrl': `${filesUrl}/person.tflite` });
  there = await launch('chromium');
  ben = await Person.signUp(there, server.url, someone('Ben'));
});

afterAll(async () => {
  await there?.close();
  await server?.dispose();
  await new Promise((resolve) => files.close(resolve));
  await rm(film, { force: true });
});

describe.each(['chromium', 'firefox'] as const)('in %s, blur', (name) => {
  let display: Display | undefined;
  let here: Browser;
  let ada: Person;

  beforeAll(async () => {
    let surroundings: Surroundings = { flags: [`--use-file-for-fake-video-capture=${film}`] };
    if (name === 'firefox') {
      // It has WebGL only where it has windows, and on the processor alone only when told.
      display = await Display.start(withoutSound);
      const preferences = { 'webgl.force-enabled': true };
      surroundings = { headless: false, environment: display.environment, preferences };
    }
    here = await launch(name, surroundings);
    ada = await Person.signUp(here, server.url, someone('Ada'));
    // Firefox takes no film for a camera.
    if (name === 'firefox') await paintsCamera(ada, `${filesUrl}/portrait.bmp`);
    await Promise.all([ada.reload(), ben.reload()]);
    await ada.seesPresence(ben, 'online');
    await connect(ada, ben);
    await seesAndHears(ben);
  });

  afterAll(async () => {
    await here?.close();
    await display?.dispose();
  });

  it('softens the room in the middle of a call, and not the person in it', async () => {
    // A painted picture is there a moment after the camera is.
    const clearWall = await until(
      ben,
      () => detail(ben, wall),
      (clear) => clear > 20,
    );
    const clearShirt = await detail(ben, shirt);
    await ada.press('More');
    const toggle = ada.page.locator('[data-effect="blur"] input');
    await toggle.click();
    await ada.sees('[data-effect="blur"][data-effect-state="on"]');
    await until(
      ben,
      () => detail(ben, wall),
      (blurred) => blurred < clearWall / 10,
    );
    await seesAndHears(ben);
    expect(await detail(ben, shirt)).toBeGreaterThan(clearShirt / 2);
    await ben.page.screenshot({ path: `${folder}background-blurred-by-${name}-1280-light.png` });

    await toggle.click();
    await ada.sees('[data-effect="blur"][data-effect-state="off"]');
    await until(
      ben,
      () => detail(ben, wall),
      (clear) => clear > clearWall / 2,
    );
  });
});

it('says so before it is turned on, where the browser has no WebGL for it', async () => {
  // As in virtual machines.
  const here = await launch('firefox', { preferences: { 'webgl.disabled': true } });
  const ada = await Person.signUp(here, server.url, someone('Ada'));
  await ben.reload();
  await ada.seesPresence(ben, 'online');
  await connect(ada, ben);
  await ada.press('More');
  await ada.sees('[data-effect="blur"][data-effect-state="unavailable"]');
  expect(await ada.text('[data-effect="blur"]')).toContain('WebGL');
  await ada.page.$eval('[data-effect="blur"]', (row) => row.scrollIntoView());
  await ada.page.screenshot({ path: `${folder}blur-unavailable-firefox-1280-light.png` });
  await here.close();
});

/** How much neighbouring pixels differ in a piece of the picture that arrives, 0 to 255. */
function detail(person: Person, [x, y, width, height]: readonly [number, number, number, number]): Promise<number> {
  return person.page.evaluate(
    (...area) => {
      const video = document.querySelector<HTMLVideoElement>('video[data-remote]');
      const context = new OffscreenCanvas(640, 360).getContext('2d');
      if (!video || !context) throw new Error('There is no picture.');
      context.drawImage(video, 0, 0, 640, 360);
      const { data } = context.getImageData(...area);
      const green = data.filter((_, index) => index % 4 === 1);
      const sum = green.reduce((before, value, index) => before + Math.abs(value - (green[index + 1] ?? value)), 0);
      return sum / green.length;
    },
    x,
    y,
    width,
    height,
  );
}
