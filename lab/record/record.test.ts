import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe, readFilm } from './film';
import { judge, type SourceLog } from './judge';
import { height, numberOf, pictureOf, width } from './picture';
import { soundsOf } from './sound';

const framesPerSecond = 15;
const seconds = 6;
const firstNumber = 40_000;
/** When the page drew its first frame. */
const epochMs = 1_700_000_000_000;
/** The sound comes so much later than the picture. */
const offsetMs = 70;
const missing = [17, 40, 41, 42, 43, 44];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-films-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What a page would have noted: a tone a second, half a second after each full one. */
const log: SourceLog = {
  frames: Array.from({ length: seconds * framesPerSecond }, (_, index) => ({
    number: firstNumber + index,
    atMs: epochMs + (index * 1000) / framesPerSecond,
  })),
  tones: Array.from({ length: seconds }, (_, second) => epochMs + second * 1000 + 500),
  legs: [{ framesSent: seconds * framesPerSecond }],
};

function sound(silentFromMs: number, silentToMs: number): Float32Array {
  return Float32Array.from({ length: seconds * 48_000 }, (_, index) => {
    const ms = index / 48;
    if (ms >= silentFromMs && ms < silentToMs) return 0;
    const sounds = (ms - offsetMs + 500) % 1000 < 100 && ms > offsetMs;
    return 0.05 * Math.sin(2 * Math.PI * 0.3 * ms) + (sounds ? 0.7 * Math.sin(2 * Math.PI * ms) : 0);
  });
}

/** A file with everything but the missing frames. */
async function makeFilm(name: string, codecs: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const pcm = `${path}.pcm`;
  const waves = sound(3_000, 3_120);
  await writeFile(pcm, new Uint8Array(waves.buffer));
  const pictures = ['-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', `${width}x${height}`];
  const rate = ['-framerate', String(framesPerSecond), '-i', '-'];
  const samples = ['-f', 'f32le', '-ar', '48000', '-ac', '1', '-i', pcm];
  const without = `select='not(${missing.map((number) => `eq(n,${number})`).join('+')})',scale=320:180:flags=neighbor`;
  const output = ['-vf', without, '-vsync', 'passthrough', ...codecs, path];
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', ...pictures, ...rate, ...samples, ...output], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (const { number } of log.frames) ffmpeg.stdin.write(pictureOf(number));
  ffmpeg.stdin.end();
  expect(await once(ffmpeg, 'close')).toEqual([0, null]);
  return path;
}

describe('a file', () => {
  it.each([
    { name: 'film.mp4', video: ['h264', 'libx264', '-bf', '0'], container: /mp4/, earlierMs: 0 },
    // Here ffmpeg lets the picture, and not the sound, begin later by what Opus needs to start.
    { name: 'film.webm', video: ['vp8', 'libvpx', '-deadline', 'realtime'], container: /webm/, earlierMs: 6.5 },
  ])('$name is read exactly: its frames, what is missing, and how late the sound is', async (kind) => {
    const [codec = '', ...encoder] = kind.video;
    const path = await makeFilm(kind.name, ['-c:v', ...encoder, '-c:a', 'libopus']);
    const { container, codecs } = await probe(path);
    expect(container).toMatch(kind.container);
    expect(codecs.toSorted()).toEqual(['opus', codec].toSorted());

    const film = await readFilm(path);
    const wanted = log.frames.filter((_, index) => !missing.includes(index));
    expect(film.pictures.map(({ number }) => number)).toEqual(wanted.map(({ number }) => number));

    const verdict = judge(film, log);
    expect(verdict).toMatchObject({ framesInFile: 84, distinctFrames: 84, unreadable: 0, tones: seconds });
    expect(Math.abs((verdict.avOffsetMs ?? 0) - (offsetMs - kind.earlierMs))).toBeLessThan(2);
    expect(verdict.worstMinuteMs).toBe(verdict.avOffsetMs);
    expect(verdict.strayMs).toBeLessThan(3);
    const [picture, silence, ...more] = verdict.holes;
    expect(more).toEqual([]);
    expect(picture).toMatchObject({ kind: 'picture', fromMs: log.frames[39]?.atMs, toMs: log.frames[45]?.atMs });
    expect(silence?.kind).toBe('sound');
    expect(Math.abs((silence?.fromMs ?? 0) - epochMs - 3_000 + offsetMs)).toBeLessThan(20);
    expect((silence?.toMs ?? 0) - (silence?.fromMs ?? 0)).toBeGreaterThan(90);
  });
});

describe('a picture', () => {
  it.each([0, 1, 40_503, 65_535])('says its number: %i', (number) => {
    expect(numberOf(pictureOf(number))).toBe(number);
  });

  it('that is another one, or was damaged, has no number', () => {
    expect(numberOf(new Uint8Array(width * height))).toBeNull();
    const damaged = pictureOf(5);
    const other = pictureOf(6);
    damaged.set(other.subarray(0, other.length / 9));
    damaged.set(other.subarray(other.length / 9, (2 * other.length) / 9), other.length / 9);
    expect(numberOf(damaged)).toBeNull();
  });
});

describe('a sound', () => {
  it('begins where its first loud sample is, and silence is what has not even the hum', () => {
    const { tonesMs, silences } = soundsOf({ fromMs: 100, samples: sound(2_000, 2_500) });
    expect(tonesMs).toHaveLength(seconds);
    for (const [second, ms] of tonesMs.entries())
      expect(Math.abs(ms - 100 - offsetMs - 500 - second * 1000)).toBeLessThan(1);
    expect(silences).toEqual([{ fromMs: 2_100, toMs: 2_600 }]);
  });
});
