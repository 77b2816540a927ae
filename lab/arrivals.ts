import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';

const script = readFileSync(new URL('./arrivals.page.js', import.meta.url), 'utf8');

/** Media that was back and is gone again for so long was not back. */
const relapseMs = 1_000;

export type Kind = 'audio' | 'video';

/** A time in which nothing of a kind arrived, epoch ms. */
export interface Gap {
  fromMs: number;
  toMs: number;
}

export interface Arrivals {
  lastMs: number;
  /** Of half a second and more, oldest first; not the one that still lasts. */
  gaps: Gap[];
}

/** What a page has seen since it was followed. */
export interface Seen {
  audio: Arrivals;
  video: Arrivals;
  /** When something could be heard last: a microphone that is off sends silence. */
  soundAtMs: number;
  /** What was new about the call, the browser, its sockets and its connections. */
  changes: { atMs: number; what: string; value: string }[];
}

declare global {
  interface Window {
    /** Gone with the page: whoever finds none has met another page. */
    arrivals?: { seen: Seen };
  }
}

/** From now on, until the page goes. */
export async function follow(page: Page): Promise<void> {
  await page.evaluate(script);
}

/** `null` where the page is another. */
export function seenBy(page: Page): Promise<Seen | null> {
  return page.evaluate(() => window.arrivals?.seen ?? null);
}

/**
 * The gaps that something at `struckAtMs` is to blame for: the first that lasts after it, and later ones that are long. A
 * machine that is busy makes short ones by itself.
 */
export function interruptions(gaps: readonly Gap[], struckAtMs: number): Gap[] {
  return gaps
    .filter(({ toMs }) => toMs > struckAtMs)
    .filter(({ fromMs, toMs }, index) => index === 0 || toMs - fromMs >= relapseMs);
}

/** The changes, a line each, with seconds since `zeroMs`. */
export function timeline(name: string, seen: Seen | null, zeroMs: number): string[] {
  if (!seen) return [`${name}: the page is another`];
  const at = (ms: number) => `${((ms - zeroMs) / 1000).toFixed(1).padStart(6)} s  ${name}`;
  const lines = seen.changes.map(({ atMs, what, value }) => ({ atMs, text: `${what}: ${value}` }));
  for (const kind of ['audio', 'video'] as const) {
    for (const { fromMs, toMs } of seen[kind].gaps) {
      lines.push({ atMs: fromMs, text: `${kind} stops` }, { atMs: toMs, text: `${kind} is back` });
    }
    lines.push({ atMs: seen[kind].lastMs, text: `${kind} arrived last` });
  }
  return lines.sort((a, b) => a.atMs - b.atMs).map(({ atMs, text }) => `${at(atMs)} ${text}`);
}
