import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodingsFor } from '../../web/sdk/src/peer/encodings';
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

/** As the SDK sends to whoever chooses between sizes: 2.5 Mbit/s, 1 Mbit/s at half size, 300 kbit/s at a quarter. */
const layers = encodingsFor({ choosesLayers: true, people: 5 });

/** Captures, and offers to send it. */
async function offer(page: Page, simulcast: boolean): Promise<string> {
  return page.evaluate(
    async (sendEncodings) => {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
      const [sound, picture] = media.getTracks();
      if (sound === undefined || picture === undefined) throw new Error('A device is missing.');
      const connection = new RTCPeerConnection();
      Object.assign(window, { connection });
      connection.addTransceiver(sound, { direction: 'sendonly' });
      connection.addTransceiver(picture, {
        direction: 'sendonly',
        ...(sendEncodings.length > 0 && { sendEncodings }),
      });
      await connection.setLocalDescription();
      return connection.localDescription?.sdp ?? '';
    },
    simulcast ? layers : [],
  );
}

async function accept(page: Page, sdp: string): Promise<void> {
  await page.evaluate(async (answer) => {
    const { connection } = window as unknown as { connection: RTCPeerConnection };
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
  }, sdp);
}

/** By what the browser goes as it sends its picture. */
async function encodings(page: Page): Promise<readonly RTCRtpEncodingParameters[]> {
  return page.evaluate(() => {
    const { connection } = window as unknown as { connection: RTCPeerConnection };
    return (
      connection
        .getSenders()
        .find(({ track }) => track?.kind === 'video')
        ?.getParameters().encodings ?? []
    );
  });
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
    // Besides what else a browser says of them.
    if (simulcast) expect(await encodings(page)).toMatchObject(layers);

    await close(page);
    await vi.waitUntil(async () => (await node.count(sessionId)).state === 'Ended', {
      timeout: timeoutMs,
      interval: 100,
    });
    expect((await node.count(sessionId)).end).toBe('PeerClosed');
    await page.close();
  });
});
