import type { ReportSample } from '@sightline/sdk';

export interface Series {
  readonly name: string;
  readonly of: (row: ReportSample) => number | null;
}

export interface Chart {
  readonly title: string;
  /** One or two; the first is what comes in, the second what goes out. */
  readonly series: readonly Series[];
  /** The axis reaches at least this far. */
  readonly atLeast: number;
  readonly words: (value: number) => string;
}

const megabits = (bps: number) =>
  bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bps / 1_000)} kbit/s`;
const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;

/** What a report draws of a link. */
export const charts: readonly Chart[] = [
  {
    title: 'Score',
    series: [
      { name: 'Sound', of: ({ sound }) => sound },
      { name: 'Picture', of: ({ picture }) => picture },
    ],
    atLeast: 100,
    words: (score) => `${Math.round(score)}`,
  },
  {
    title: 'Bitrate',
    series: [
      { name: 'Received', of: ({ receiveBitrateBps }) => receiveBitrateBps },
      { name: 'Sent', of: ({ sendBitrateBps }) => sendBitrateBps },
    ],
    atLeast: 100_000,
    words: megabits,
  },
  {
    title: 'Packet loss',
    series: [
      { name: 'Received', of: ({ receivedLossShare }) => receivedLossShare },
      { name: 'Sent', of: ({ sentLossShare }) => sentLossShare },
    ],
    atLeast: 0.05,
    words: percent,
  },
  {
    title: 'Delay',
    series: [
      { name: 'Round trip', of: ({ roundTripMs }) => roundTripMs },
      { name: 'Jitter', of: ({ jitterMs }) => jitterMs },
    ],
    atLeast: 100,
    words: (ms) => `${Math.round(ms)} ms`,
  },
  {
    title: 'Frames a second',
    series: [
      { name: 'Received', of: ({ framesPerSecond }) => framesPerSecond },
      { name: 'Sent', of: ({ sentFramesPerSecond }) => sentFramesPerSecond },
    ],
    atLeast: 30,
    words: (frames) => `${Math.round(frames)}`,
  },
  {
    title: 'Picture height',
    series: [
      { name: 'Received', of: ({ frameHeight }) => frameHeight },
      { name: 'Sent', of: ({ sentFrameHeight }) => sentFrameHeight },
    ],
    atLeast: 360,
    words: (lines) => `${Math.round(lines)} lines`,
  },
];

/** Pure: the highest value of a chart's axis. */
export function topOf({ series, atLeast }: Chart, rows: readonly ReportSample[]): number {
  return rows.reduce((top, row) => Math.max(top, ...series.map(({ of }) => of(row) ?? 0)), atLeast);
}

/** A pause between two rows that a line does not bridge. */
const gapMs = 16_000;

/**
 * Pure: an SVG path in a box of 1 by 1, with 0 below. It is interrupted where nothing was measured; a row alone is a dash
 * as long as the time that it stands for.
 */
export function pathOf({ of }: Series, rows: readonly ReportSample[], from: number, to: number, top: number): string {
  const length = Math.max(1, to - from);
  const x = (atMs: number) => Math.min(1, Math.max(0, (atMs - from) / length)).toFixed(4);
  let path = '';
  let before: number | null = null;
  for (const row of rows) {
    const value = of(row);
    if (value === null) {
      before = null;
      continue;
    }
    const y = (1 - Math.min(1, value / top)).toFixed(4);
    path +=
      before !== null && row.atMs - before <= gapMs
        ? `L${x(row.atMs)} ${y}`
        : `M${x(row.atMs - 5_000)} ${y}L${x(row.atMs)} ${y}`;
    before = row.atMs;
  }
  return path;
}

/** What a line says to somebody who does not see it; `null` where there is none. */
export function lineWords({ words }: Chart, { name, of }: Series, rows: readonly ReportSample[]): string | null {
  const values = rows.map(of).filter((value) => value !== null);
  if (values.length === 0) return null;
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return `${name}: ${words(mean)} on average, from ${words(Math.min(...values))} to ${words(Math.max(...values))}`;
}
