import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrowserName, launch } from './driver/browsers';

const recordingTests = fileURLToPath(
  new URL('../../artifacts/dotnet/bin/Sightline.Recording.Tests/release/Sightline.Recording.Tests', import.meta.url),
);

/** What the muxers' own tests leave: pictures and seconds in it, and the width of the last picture. */
const films = [
  { name: 'vp9.mp4', frames: 100, seconds: 4, width: 320 },
  { name: 'av1.mp4', frames: 100, seconds: 4, width: 320 },
  { name: 'h264.mp4', frames: 100, seconds: 4, width: 320 },
  { name: 'vp8.webm', frames: 100, seconds: 4, width: 320 },
  { name: 'sizes.mp4', frames: 200, seconds: 8, width: 160 },
];

/** Firefox leaves pictures out of its count when the computer is too slow for them; Chromium counts them. */
const countsAll: Record<BrowserName, boolean> = { chromium: true, firefox: false };

const types: Record<string, string> = { '.html': 'text/html', '.mp4': 'video/mp4', '.webm': 'video/webm' };

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-films-'));
  const made = ['*A_recording_becomes_a_file*', '*changes_its_size_gets*'].flatMap((method) => ['-method', method]);
  await promisify(execFile)(recordingTests, made, { env: { ...process.env, FILMS_FOLDER: folder } });
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  server = createServer(async (request, response) => {
    const path = join(folder, basename(request.url ?? ''));
    const { size } = await stat(path).catch(() => ({ size: -1 }));
    if (size < 0) {
      response.writeHead(404).end();
      return;
    }
    // Browsers read the index first and then what they need.
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(request.headers.range ? 206 : 200, {
      'Content-Type': types[extname(path)],
      'Content-Length': size - start,
      'Content-Range': `bytes ${start}-${size - 1}/${size}`,
      'Accept-Ranges': 'bytes',
    });
    createReadStream(path, { start }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true });
});

it.each<BrowserName>(['chromium', 'firefox'])('recordings play to their end in %s', async (name) => {
  let browser: Browser | undefined;
  try {
    browser = await launch(name);
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
    const played = await page.evaluate(playAll, films);
    expect(played).toEqual(
      films.map(({ name: file, frames, seconds, width }) => ({
        name: file,
        problem: null,
        frames: countsAll[name] ? frames : expect.toSatisfy((count: number) => count > 0),
        seconds: expect.closeTo(seconds, 1),
        width,
      })),
    );
  } finally {
    await browser?.close();
  }
});

/** Runs in the page: plays them all at once, each to its end or to what is wrong with it. */
function playAll(wanted: typeof films) {
  return Promise.all(
    wanted.map(async ({ name }) => {
      const video = document.createElement('video');
      video.muted = true;
      video.src = name;
      document.body.append(video);
      const problem = await new Promise<string | null>((resolve) => {
        video.onended = () => resolve(null);
        video.onerror = () => resolve(video.error?.message ?? 'error');
        video.play().catch((error) => resolve(String(error)));
      });
      const frames = video.getVideoPlaybackQuality().totalVideoFrames;
      return { name, problem, frames, seconds: video.duration, width: video.videoWidth };
    }),
  );
}
