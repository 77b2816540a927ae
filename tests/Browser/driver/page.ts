import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer-core';
import { timeoutMs } from './browsers';

const probe = readFileSync(new URL('./probe.js', import.meta.url), 'utf8');

/** A window with cookies of its own, and with the probe in every page that it shows. */
export async function openPage(browser: Browser, width = 1280, height = 800): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  page.setDefaultTimeout(timeoutMs);
  page.on('pageerror', (error) => console.error(`In the page: ${error instanceof Error ? error.stack : error}`));
  await page.setViewport({ width, height });
  await page.evaluateOnNewDocument(probe);
  return page;
}
