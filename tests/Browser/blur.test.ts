import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { portrait } from './driver/film';
import { seesAndHears, until } from './driver/media';
import { personModel } from './driver/model';
import { connect, Person, someone } from './driver/person';
import { Server } from './driver/server';

const folder = fileURLToPath(new URL('../../artifacts/screens/', import.meta.url));
const film = join(tmpdir(), `sightline-portrait-${process.pid}.y4m`);

/** Of a picture of 640 × 360: a piece of the wall, and the stripes of the shirt. */
const wall = [20, 20, 120, 200] as const;
const shirt = [240, 280, 160, 70] as const;

let model: Buffer;
/** Where the owner keeps the model. */
const files = createServer((_, response) => {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.end(model);
});
let server: Server;
let browser: Browser;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(film, portrait());
  model = await personModel();
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  const { port } = files.address() as AddressInfo;
  server = await Server.start({ 'Media:BlurModelUrl': `http://localhost:${port}/person.tflite` });
  browser = await launch('chromium', { flags: [`--use-file-for-fake-video-capture=${film}`] });
  ada = await Person.signUp(browser, server.url, someone('Ada'));
  ben = await Person.signUp(browser, server.url, someone('Ben'));
  await ada.seesPresence(ben, 'online');
  await connect(ada, ben);
  await seesAndHears(ben);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  await new Promise((resolve) => files.close(resolve));
  await rm(film, { force: true });
});

it('blurs the room in the middle of a call, and not the person in it', async () => {
  const [clearWall, clearShirt] = [await detail(ben, wall), await detail(ben, shirt)];
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
  await ben.page.screenshot({ path: `${folder}background-blurred-1280-light.png` });

  await toggle.click();
  await ada.sees('[data-effect="blur"][data-effect-state="off"]');
  await until(
    ben,
    () => detail(ben, wall),
    (clear) => clear > clearWall / 2,
  );
});

it('says so where the browser lacks what the model needs', async () => {
  // As in virtual machines.
  const fox = await launch('firefox', { preferences: { 'webgl.disabled': true } });
  const cyd = await Person.signUp(fox, server.url, someone('Cyd'));
  await Promise.all([ada.reload(), ben.reload()]);
  await cyd.seesPresence(ben, 'online');
  await connect(cyd, ben);
  await cyd.press('More');
  await cyd.sees('[data-effect="blur"][data-effect-state="unavailable"]');
  expect(await cyd.text('[data-effect="blur"]')).toContain('WebGL');
  await cyd.page.screenshot({ path: `${folder}blur-unavailable-firefox-1280-light.png` });
  await fox.close();
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
