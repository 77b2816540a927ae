import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import type { Report } from '../web/sdk/src/stats/sample';

const script = readFileSync(new URL('./watch.js', import.meta.url), 'utf8');

/** The sender's statistics at one moment, epoch milliseconds. */
export interface Moment {
  atMs: number;
  reports: Report[];
}

/** A picture that stayed for more than half a second, and since when. */
export interface Gap {
  atMs: number;
  forMs: number;
}

export interface Watched {
  sent: Moment[];
  gaps: Gap[];
}

/** Watches a call from one person to the other, until the returned function is called. */
export async function watch(sender: Page, viewer: Page): Promise<() => Promise<Watched>> {
  for (const page of [sender, viewer]) await page.evaluate(script);
  await sender.evaluate('watch.sending()');
  await viewer.evaluate('watch.pictures()');
  return async () => {
    const [{ sent }, { gaps }] = (await Promise.all([sender, viewer].map((page) => page.evaluate('watch.end()')))) as [
      Watched,
      Watched,
    ];
    return { sent, gaps };
  };
}
