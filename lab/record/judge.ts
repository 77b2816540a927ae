/** What a file is worth, beside what the page that was recorded has noted. */

import type { Film, Span } from './film';

/** What `source.page.js` notes: times in epoch ms. */
export interface SourceLog {
  frames: { number: number; atMs: number }[];
  tones: number[];
  /** The connections to the recording's node, in the order in which they were made. */
  legs: { framesSent: number }[];
}

export interface Verdict {
  /** Whose number can be read; a frame that the browser sent twice counts twice. */
  framesInFile: number;
  distinctFrames: number;
  /** Pictures that show no number. */
  unreadable: number;
  /** How much later the sound comes than the picture, the median over all tones; `null` without tones. */
  avOffsetMs: number | null;
  /** The same of each minute; of them, the one that is farthest from 0. */
  worstMinuteMs: number | null;
  /** The tone that is farthest from 0. */
  worstAvOffsetMs: number | null;
  tones: number;
  /** Where pictures or sound are missing although the page made them, in its own time. */
  holes: Hole[];
  /** How far the file's clock strays from the page's, from its least to its greatest. */
  strayMs: number;
  /** What to add to a moment of the page to have one of the file. */
  delayMs: number;
}

export interface Hole extends Span {
  kind: 'picture' | 'sound';
}

/** A browser leaves a frame out now and then when it is busy: nothing is missing in the file. */
const shortestHoleMs = 200;
/** A tone a second: the right one is nearer than any other. */
const nearMs = 400;
const tonesPerMinute = 60;
/** Pictures around a tone that say how late pictures are there. */
const aroundMs = 1_000;

export function judge(film: Film, log: SourceLog): Verdict {
  const drawn = new Map(log.frames.map(({ number, atMs }) => [number, atMs]));
  const seen = film.pictures.flatMap(({ number, atMs }) => {
    const drawnAtMs = number === null ? undefined : drawn.get(number);
    return drawnAtMs === undefined ? [] : [{ number, atMs, drawnAtMs, delayMs: atMs - drawnAtMs }];
  });
  const delays = seen.map(({ delayMs }) => delayMs);
  const delayMs = median(delays) ?? 0;
  const offsets = log.tones.flatMap((tone) => {
    const around = seen.filter(({ drawnAtMs }) => Math.abs(drawnAtMs - tone) < aroundMs);
    const here = median(around.map((one) => one.delayMs));
    if (here === null) return [];
    const heard = film.tonesMs.map((at) => at - tone - here).filter((offset) => Math.abs(offset) < nearMs);
    return heard.length === 0 ? [] : [heard.reduce((a, b) => (Math.abs(a) <= Math.abs(b) ? a : b))];
  });
  const avOffsetMs = median(offsets);
  const minutes = Array.from({ length: Math.ceil(offsets.length / tonesPerMinute) }, (_, minute) =>
    median(offsets.slice(minute * tonesPerMinute, (minute + 1) * tonesPerMinute)),
  );
  const endMs = log.frames.at(-1)?.atMs ?? 0;
  return {
    framesInFile: seen.length,
    distinctFrames: new Set(seen.map(({ number }) => number)).size,
    unreadable: film.pictures.length - seen.length,
    avOffsetMs,
    worstMinuteMs: farthest(minutes.filter((minute) => minute !== null)),
    worstAvOffsetMs: farthest(offsets),
    tones: offsets.length,
    holes: [...pictureHoles(seen, endMs), ...soundHoles(film, delayMs + (avOffsetMs ?? 0), endMs)],
    strayMs: delays.length === 0 ? 0 : Math.max(...smooth(delays)) - Math.min(...smooth(delays)),
    delayMs,
  };
}

/** @param endMs When the page drew its last picture. */
function pictureHoles(seen: readonly { drawnAtMs: number }[], endMs: number): Hole[] {
  const moments = [...seen.map(({ drawnAtMs }) => drawnAtMs), endMs];
  return moments
    .slice(1)
    .map((toMs, index): Hole => ({ kind: 'picture', fromMs: moments[index] ?? toMs, toMs }))
    .filter(({ fromMs, toMs }) => toMs - fromMs >= shortestHoleMs);
}

/** The sound goes on when the last picture has been drawn, so it has to be there until then. */
function soundHoles({ silences, soundMs }: Film, delayMs: number, endMs: number): Hole[] {
  const holes = silences.map(
    ({ fromMs, toMs }): Hole => ({ kind: 'sound', fromMs: fromMs - delayMs, toMs: toMs - delayMs }),
  );
  if (soundMs && endMs - (soundMs.toMs - delayMs) >= shortestHoleMs)
    holes.push({ kind: 'sound', fromMs: soundMs.toMs - delayMs, toMs: endMs });
  return holes;
}

/** The median of each few neighbours: one late frame is no stray clock. */
function smooth(values: readonly number[]): number[] {
  return values.map((_, index) => median(values.slice(Math.max(0, index - 4), index + 5)) ?? 0);
}

/** From 0; `null` where there is none. */
function farthest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => (Math.abs(a) > Math.abs(b) ? a : b));
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
