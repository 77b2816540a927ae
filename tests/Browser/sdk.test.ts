import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch, probe, timeoutMs } from './driver/browsers';
import { seesAndHears } from './driver/media';
import { someone } from './driver/person';

const files: Record<string, [path: string, type: string]> = {
  '/alone.html': ['./alone.html', 'text/html'],
  '/sdk/index.js': ['../../web/sdk/dist/index.js', 'text/javascript'],
};

let browser: Browser;

beforeAll(async () => {
  browser = await launch('chromium');
});

afterAll(() => browser.close());

it('makes a call from a page that has nothing but the SDK', async () => {
  const ada = someone('Ada');
  const ben = someone('Ben');
  const [caller, callee] = await Promise.all([open(ada, ben), open(ben, ada)]);

  await caller.click('button');
  await Promise.all([caller, callee].map((page) => page.waitForSelector('[data-call-state="CONNECTED"]')));
  await Promise.all([seesAndHears({ page: caller }), seesAndHears({ page: callee })]);

  await callee.click('button');
  await Promise.all([caller, callee].map((page) => page.waitForSelector('[data-call-state="ENDED"]')));
  for (const page of [caller, callee]) {
    expect(await page.evaluate(() => window.probe.open())).toMatchObject({ connections: 0, tracks: 0 });
  }
});

/** A page of the server's own origin, with files that the server does not have. */
async function open(name: string, friend: string): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  page.setDefaultTimeout(timeoutMs);
  await page.evaluateOnNewDocument(probe);
  await page.setRequestInterception(true);
  page.on('request', async (request) => {
    const file = files[new URL(request.url()).pathname];
    if (!file) return request.continue();
    const [path, contentType] = file;
    return request.respond({ contentType, body: await readFile(new URL(path, import.meta.url)) });
  });
  const email = `${name.replace(' ', '-').toLowerCase()}@example.org`;
  await page.goto(`${inject('serverUrl')}/alone.html#${[name, email, friend].map(encodeURIComponent).join()}`);
  await page.waitForSelector('[data-service="online"]');
  return page;
}
