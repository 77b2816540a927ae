import { readdirSync, readFileSync } from 'node:fs';

/** What a second of a trace holds, in this order: what the sender's browser said, and how long the other's picture stood still. */
export const columns = [
  'round_trip_ms',
  'jitter_ms',
  'loss_share',
  'available_kbps',
  'sent_kbps',
  'frozen_ms',
] as const;
export type Second = (number | null)[];

export interface Trace {
  /** How the line got worse: `lab/shapes.ts`. */
  shape: string;
  seed: number;
  seconds: Second[];
}

/** A line a second, so that differences can be read. */
export function write({ shape, seed, seconds }: Trace): string {
  const lines = seconds.map((second) => JSON.stringify(second)).join(',\n');
  return `{"shape":${JSON.stringify(shape)},"seed":${seed},"columns":${JSON.stringify(columns)},"seconds":[\n${lines}\n]}\n`;
}

export function readAll(folder: URL): { traces: Trace[]; bytes: number } {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  return {
    traces: texts.map((text) => JSON.parse(text)),
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  };
}
