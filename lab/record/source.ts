import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import type { SourceLog } from './judge';

const script = readFileSync(new URL('./source.page.js', import.meta.url), 'utf8');

declare global {
  interface Window {
    source: { log: SourceLog; pause(): void };
  }
}

/** From the next page on, what this window captures carries numbers and tones. */
export async function numberMedia(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(script);
}

export function logOf(page: Page): Promise<SourceLog> {
  return page.evaluate(() => window.source.log);
}

/** What the encoders of all connections to a recording have handed out, by the browser's own count. */
export async function framesSent(page: Page): Promise<number> {
  return (await logOf(page)).legs.reduce((sum, leg) => sum + leg.framesSent, 0);
}

/** No new picture from now on, so that all that has been sent can arrive. */
export async function pauseSource(page: Page): Promise<void> {
  await page.evaluate(() => window.source.pause());
}
