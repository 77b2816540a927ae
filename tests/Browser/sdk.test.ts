import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { openPage } from './driver/page';
import { Server } from './driver/server';

const page = fileURLToPath(new URL('./alone/', import.meta.url));
const sdk = fileURLToPath(new URL('../../web/sdk/dist/', import.meta.url));

let folder: string;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-alone-'));
  await cp(page, folder, { recursive: true });
  // Its parts lie beside it, and are loaded when they are needed.
  await cp(sdk, join(folder, 'sdk'), { recursive: true });
  server = await Server.start({ 'WebApp:Folder': folder });
  browser = await launch('chromium');
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  await rm(folder, { recursive: true });
});

it('makes a call from a page that has nothing but the SDK', async () => {
  const [caller, callee] = await Promise.all([open('Ada', 'Ben'), open('Ben', 'Ada')]);

  await caller.click('button');
  await expect.poll(() => statesOf(caller, callee), { timeout: 60_000 }).toEqual(['CONNECTED', 'CONNECTED']);
  await Promise.all([seesAndHears({ page: caller }), seesAndHears({ page: callee })]);

  await callee.click('button');
  await expect.poll(() => statesOf(caller, callee), { timeout: 30_000 }).toEqual(['ENDED', 'ENDED']);
  for (const page of [caller, callee]) {
    expect(await page.evaluate(() => window.probe.open())).toMatchObject({ connections: 0, tracks: 0 });
  }
});

function statesOf(...pages: Page[]): Promise<(string | undefined)[]> {
  return Promise.all(pages.map((page) => page.evaluate(() => document.body.dataset.callState)));
}

async function open(name: string, friend: string): Promise<Page> {
  const page = await openPage(browser);
  await page.goto(
    `${server.url}/#${[name, `${name.toLowerCase()}@example.org`, friend].map(encodeURIComponent).join()}`,
  );
  await page.waitForSelector('[data-service="online"]');
  return page;
}
