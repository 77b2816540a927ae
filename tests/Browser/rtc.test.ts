import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BrowserName, launch, timeoutMs } from './driver/browsers';
import { MediaNode } from './driver/node';

/** Enough to see that media flows, and that a goodbye ends it. */
const wantedPackets = 100;

let site: Server;
let node: MediaNode;

beforeAll(async () => {
  site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  node = await MediaNode.start();
});

afterAll(async () => {
  await node?.stop();
  site?.close();
});

/** Captures, and offers to send it. */
async function offer(page: Page, simulcast: boolean): Promise<string> {
  return page.evaluate(
    async (layers) => {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
      const [sound, picture] = media.getTracks();
      if (sound === undefined || picture === undefined) throw new Error('A device is missing.');
      const connection = new RTCPeerConnection();
      Object.assign(window, { connection });
      connection.addTransceiver(sound, { direction: 'sendonly' });
      connection.addTransceiver(picture, {
        direction: 'sendonly',
        ...(layers.length > 0 && { sendEncodings: layers }),
      });
      await connection.setLocalDescription();
      return connection.localDescription?.sdp ?? '';
    },
    simulcast ? [{ rid: 'h' }, { rid: 'l', scaleResolutionDownBy: 2 }] : [],
  );
}

async function accept(page: Page, sdp: string): Promise<void> {
  await page.evaluate(async (answer) => {
    const { connection } = window as unknown as { connection: RTCPeerConnection };
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
  }, sdp);
}

/** What the browser says of its side: how often it was asked for a key frame. */
async function keyFramesAsked(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { connection } = window as unknown as { connection: RTCPeerConnection };
    let asked = 0;
    for (const entry of (await connection.getStats()).values())
      if (entry.type === 'outbound-rtp' && entry.kind === 'video') asked += entry.pliCount ?? 0;
    return asked;
  });
}

async function close(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { connection: RTCPeerConnection }).connection.close());
}

describe.each<BrowserName>(['chromium', 'firefox'])('A media node and %s', (name) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(name);
  });

  afterAll(async () => {
    await browser?.close();
  });

  test.each([false, true])('sound and picture arrive and are decrypted; simulcast: %s', async (simulcast) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    const { sessionId, answer } = await node.answer(await offer(page, simulcast));
    await accept(page, answer);

    await vi.waitUntil(
      async () => {
        const { audio_packets: audio, video_packets: video, rtcp_packets: rtcp } = await node.count(sessionId);
        return audio >= wantedPackets && video >= wantedPackets && rtcp > 0;
      },
      { timeout: timeoutMs, interval: 100 },
    );
    await vi.waitUntil(async () => (await keyFramesAsked(page)) > 0, { timeout: timeoutMs, interval: 100 });
    expect((await node.count(sessionId)).state).toBe('Connected');

    await close(page);
    await vi.waitUntil(async () => (await node.count(sessionId)).state === 'Ended', {
      timeout: timeoutMs,
      interval: 100,
    });
    expect((await node.count(sessionId)).end).toBe('PeerClosed');
    await page.close();
  });
});
