import { readdirSync } from 'node:fs';
import type { Browser, JSHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { openPage } from './driver/page';
import { Server } from './driver/server';

const assets = new URL('../../web/app/dist/assets/', import.meta.url);

interface Effect {
  process?(track: MediaStreamTrack): Promise<{ track: MediaStreamTrack }>;
}

type Part = Record<string, Effect>;

/** The part of the built app that is fetched when an effect is wanted, by the name of its source file. */
function chunk(name: string): string {
  const file = readdirSync(assets).find((one) => one.startsWith(`${name}-`) && one.endsWith('.js'));
  if (file === undefined) throw new Error(`The built app has no part called ${name}.`);
  return `/assets/${file}`;
}

describe('noise suppression', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await Server.start();
    browser = await launch('chromium');
    page = await openPage(browser);
    await page.goto(server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
  });

  it('takes steady noise away, within the content policy of the server', async () => {
    // As text, so that nothing rewrites the import before the page sees it.
    const part = (await page.evaluateHandle(`import('${chunk('noise')}')`)) as JSHandle<Part>;
    const { before, after } = await page.evaluate(noiseThrough, part);
    expect(before).toBeGreaterThan(0.03);
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(before / 4);
  });
});

/** Sends a hiss through the effect, and waits until what comes out is much quieter; both as root mean squares. */
async function noiseThrough(part: Part): Promise<{ before: number; after: number }> {
  const effect = Object.values(part).find((one) => one.process);
  const context = new AudioContext({ sampleRate: 48_000 });
  const buffer = context.createBuffer(1, 48_000, 48_000);
  const samples = buffer.getChannelData(0);
  for (let index = 0; index < samples.length; index++) samples[index] = (Math.random() * 2 - 1) * 0.1;
  const hiss = new AudioBufferSourceNode(context, { buffer, loop: true });
  const sent = context.createMediaStreamDestination();
  hiss.connect(sent);
  hiss.start();
  const [track] = sent.stream.getAudioTracks();
  if (!track || !effect?.process) throw new Error('There is nothing to measure.');
  const received = (await effect.process(track)).track;

  const listen = (heard: MediaStreamTrack) => {
    const analyser = new AnalyserNode(context, { fftSize: 8192 });
    context.createMediaStreamSource(new MediaStream([heard])).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    return () => {
      analyser.getFloatTimeDomainData(wave);
      return Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
    };
  };
  const levels = { before: listen(track), after: listen(received) };
  for (let tries = 0; ; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = levels.before();
    const after = levels.after();
    // Silence would also be what an effect sends that does not run.
    if ((before > 0.03 && after > 0 && after < before / 4) || tries > 100) return { before, after };
  }
}
