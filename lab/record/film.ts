/** What is to be seen and heard in a file, read with ffmpeg; moments are in the file's own time, ms. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { height, numberOf, width } from './picture';
import { samplesPerMs, soundsOf } from './sound';

/** ffmpeg tells every frame on a line of its own: enough for an hour. */
const maxOutputBytes = 256 * 2 ** 20;

export interface Film {
  /** Of every picture: its number, or `null` where it cannot be read. */
  pictures: { number: number | null; atMs: number }[];
  /** Where a tone begins. */
  tonesMs: number[];
  /** Where there is nothing at all to be heard, from the first sound to the last. */
  silences: Span[];
  /** From the first sound to the last; `null` where there is none. */
  soundMs: Span | null;
}

export interface Span {
  fromMs: number;
  toMs: number;
}

export async function readFilm(path: string): Promise<Film> {
  const pictures = await readPictures(path);
  const sound = await readSound(path);
  const toMs = sound.fromMs + sound.samples.length / samplesPerMs;
  const soundMs = sound.samples.length === 0 ? null : { fromMs: sound.fromMs, toMs };
  return { pictures, soundMs, ...soundsOf(sound) };
}

/** @returns ffprobe's name of the container and of each codec; throws with its words where it finds something wrong. */
export async function probe(path: string): Promise<{ container: string; codecs: string[]; lengthMs: number }> {
  const wanted = ['-show_entries', 'format=format_name,duration:stream=codec_name', '-of', 'json'];
  const { stdout, stderr } = await promisify(execFile)('ffprobe', ['-v', 'error', ...wanted, path]);
  if (stderr !== '') throw new Error(`ffprobe finds fault with ${path}: ${stderr}`);
  const { format, streams } = JSON.parse(stdout);
  const codecs = streams.map(({ codec_name: name }: { codec_name: string }) => name);
  return { container: format.format_name, codecs, lengthMs: Number(format.duration) * 1000 };
}

async function readPictures(path: string): Promise<Film['pictures']> {
  const look = ['-map', '0:v:0', '-vf', `showinfo,scale=${width}:${height}:flags=area,format=gray`];
  const { frames, bytes } = await decode(path, [...look, '-vsync', 'passthrough', '-f', 'rawvideo']);
  const size = width * height;
  return frames.map(({ atMs }, index) => ({
    atMs,
    number: numberOf(bytes.subarray(index * size, (index + 1) * size)),
  }));
}

/** In one piece, each sample where its frame says; what is missing is silent. */
async function readSound(path: string): Promise<{ fromMs: number; samples: Float32Array }> {
  const listen = ['-map', '0:a:0', '-af', 'ashowinfo,aformat=sample_fmts=s16:sample_rates=48000:channel_layouts=mono'];
  const { frames, bytes } = await decode(path, [...listen, '-f', 's16le']);
  const [first, last] = [frames[0], frames.at(-1)];
  if (!first || !last) return { fromMs: 0, samples: new Float32Array() };
  const samples = new Float32Array(Math.ceil((last.atMs - first.atMs) * samplesPerMs) + last.samples);
  let read = 0;
  for (const { atMs, samples: count } of frames) {
    const at = Math.round((atMs - first.atMs) * samplesPerMs);
    for (let index = 0; index < count; index++, read++) samples[at + index] = bytes.readInt16LE(read * 2) / 2 ** 15;
  }
  return { fromMs: first.atMs, samples };
}

interface Decoded {
  frames: { atMs: number; samples: number }[];
  bytes: Buffer;
}

/** @param how What ffmpeg does with the file, with a filter in it that tells the time of every frame. */
async function decode(path: string, how: readonly string[]): Promise<Decoded> {
  const quiet = ['-hide_banner', '-nostats', '-nostdin', '-loglevel', 'info'];
  const ffmpeg = spawn('ffmpeg', [...quiet, '-copyts', '-i', path, ...how, '-'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let length = 0;
  ffmpeg.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxOutputBytes) ffmpeg.kill();
    else chunks.push(chunk);
  });
  const frames: Decoded['frames'] = [];
  const last: string[] = [];
  createInterface(ffmpeg.stderr).on('line', (line) => {
    const told = /showinfo.* n: *\d+ .*pts_time: *(-?[\d.e+-]+)/.exec(line);
    if (told) frames.push({ atMs: Number(told[1]) * 1000, samples: Number(/nb_samples: *(\d+)/.exec(line)?.[1] ?? 0) });
    else if (last.push(line) > 20) last.shift();
  });
  const [code] = await once(ffmpeg, 'close');
  if (code !== 0) throw new Error(`ffmpeg cannot read ${path}:\n${last.join('\n')}`);
  return { frames, bytes: Buffer.concat(chunks) };
}
