import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch } from './driver/browsers';
import { seesAndHears, until } from './driver/media';
import { connect, Person, someone } from './driver/person';
import { Server } from './driver/server';

describe('video codecs', () => {
  let server: Server;
  let browser: Browser;
  let fox: Browser;
  let ada: Person;
  let ben: Person;
  let cyd: Person;

  beforeAll(async () => {
    server = await Server.start({ 'Media:VideoCodecs:0': 'H264', 'Media:VideoCodecs:1': 'VP9' });
    [browser, fox] = await Promise.all([launch('chromium'), launch('firefox')]);
    ada = await Person.signUp(browser, server.url, someone('Ada'));
    ben = await Person.signUp(browser, server.url, someone('Ben'));
    cyd = await Person.signUp(fox, server.url, someone('Cyd'));
  });

  beforeEach(async () => {
    await Promise.all([ada, ben, cyd].map((person) => person.reload()));
    for (const other of [ben, cyd]) await ada.seesPresence(other, 'online');
  });

  afterAll(async () => {
    await Promise.all([browser?.close(), fox?.close()]);
    await server?.dispose();
  });

  it('are those that the owner prefers', async () => {
    await connect(ada, ben);
    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);
    for (const person of [ada, ben]) await sends(person, 'video/H264');
    await ada.press('Hang up');
    await ben.hasEnded('ended');
  });

  it.each([
    ['Chromium calls Firefox', () => [ada, cyd] as const],
    ['Firefox calls Chromium', () => [cyd, ada] as const],
  ])('are the next best where a browser lacks the first: %s', async (_, pair) => {
    const [caller, callee] = pair();
    await caller.seesPresence(callee, 'online');
    await connect(caller, callee);
    // This Firefox has no H.264.
    await Promise.all([seesAndHears(caller), seesAndHears(callee)]);
    for (const person of [caller, callee]) await sends(person, 'video/VP9');
    await caller.press('Hang up');
    await callee.hasEnded('ended');
  });

  it.each([
    ['Chromium calls', () => [ada, cyd] as const],
    ['Firefox calls', () => [cyd, ada] as const],
  ])('that two browsers do not share leave the sound, and a hint on both sides: %s', async (_, pair) => {
    await ada.page.evaluate(takesOnlyH264);
    const [caller, callee] = pair();
    await caller.seesPresence(callee, 'online');
    await connect(caller, callee);
    await Promise.all([seesAndHears(caller, 'voice'), seesAndHears(callee, 'voice')]);
    await Promise.all([ada, cyd].map((person) => person.sees('[data-video-problem="no_common_codec"]')));
    await caller.press('Hang up');
    await callee.hasEnded('ended');
  });
});

/** Waits until this person's pictures leave in this codec. */
async function sends({ page }: { page: Page }, mimeType: string): Promise<void> {
  const sent = await until(
    { page },
    () =>
      page.evaluate(async () => {
        const types: string[] = [];
        for (const connection of window.probe.connections) {
          const report = await connection.getStats();
          for (const entry of report.values()) {
            if (entry.type === 'outbound-rtp' && entry.kind === 'video')
              types.push(report.get(entry.codecId)?.mimeType);
          }
        }
        return types;
      }),
    (types) => types.length > 0 && types.every((type) => type !== undefined),
  );
  expect(sent).toEqual([mimeType]);
}

/** Runs in the page: makes it a browser that has no other video codec. */
function takesOnlyH264(): void {
  const { setCodecPreferences } = RTCRtpTransceiver.prototype;
  const restrict = (transceiver: RTCRtpTransceiver) => {
    if (transceiver.receiver.track.kind !== 'video') return;
    const known = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    setCodecPreferences.call(
      transceiver,
      known.filter((codec) => codec.mimeType === 'video/H264'),
    );
  };
  RTCRtpTransceiver.prototype.setCodecPreferences = function () {
    restrict(this);
  };
  const { addTransceiver, setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (...args) {
    const transceiver = addTransceiver.apply(this, args);
    restrict(transceiver);
    return transceiver;
  };
  Reflect.set(
    RTCPeerConnection.prototype,
    'setRemoteDescription',
    async function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
      await Reflect.apply(setRemoteDescription, this, [description]);
      for (const transceiver of this.getTransceivers()) restrict(transceiver);
    },
  );
}
