import type { Page } from 'puppeteer-core';
import type { IceTest } from '../web/sdk/src/api';

/** Servers that do not answer are asked for ten seconds, and each relay takes some more. */
const timeoutMs = 120_000;

/** Tests the network from a page that somebody has signed in with. The last line of the words is the test as JSON. */
export async function iceTestOf(page: Page, url: string): Promise<{ words: string; test: IceTest }> {
  await page.goto(new URL('#network', url).href);
  const over = '[data-ice-verdict]:not([data-ice-verdict="testing"])';
  await (await page.waitForSelector(over, { timeout: timeoutMs }))?.dispose();
  const words = await page.$eval('[data-ice-report]', (element) => element.textContent ?? '');
  return { words, test: JSON.parse(words.split('\n').at(-1) ?? '') };
}
