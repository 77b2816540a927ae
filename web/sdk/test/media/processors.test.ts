import { describe, expect, it } from 'vitest';
import type { TrackProcessor } from '../../src/api.js';
import { settle } from '../support/clock.js';
import { local } from '../support/local.js';
import { camera, FakeDevices, FakeTrack } from '../support/media.js';

/** Makes tracks that a test can name; ready when it says so. */
class Effect implements TrackProcessor {
  readonly made: FakeTrack[] = [];
  disposed = 0;
  ready: Promise<void> = Promise.resolve();

  async process(track: MediaStreamTrack) {
    await this.ready;
    const made = new FakeTrack(track.kind);
    this.made.push(made);
    return { track: made as unknown as MediaStreamTrack, dispose: () => (this.disposed += 1) };
  }
}

const broken: TrackProcessor = { process: () => Promise.reject(new Error('no such model')) };

async function call() {
  const devices = new FakeDevices();
  devices.plugged = [camera('desk'), camera('door')];
  const there = local({ devices });
  await there.media.start();
  await settle();
  return there;
}

describe('a processor', () => {
  it('makes what is sent and seen', async () => {
    const { media } = await call();
    const effect = new Effect();
    expect(await media.setProcessor('video', effect)).toBe(true);
    expect(media.track('video')).toBe(effect.made[0]);
    expect(media.stream.getTracks()).toContain(effect.made[0]);
  });

  it('that cannot be had leaves what was sent before', async () => {
    const { media, devices } = await call();
    const raw = devices.live[0];
    expect(await media.setProcessor('video', broken)).toBe(false);
    expect(media.track('video')).toBe(raw);
    const throws: TrackProcessor = {
      process: () => {
        throw new Error('at once');
      },
    };
    expect(await media.setProcessor('video', throws)).toBe(false);
    const effect = new Effect();
    await media.setProcessor('video', effect);
    expect(await media.setProcessor('video', broken)).toBe(false);
    expect([media.track('video'), effect.disposed]).toEqual([effect.made[0], 0]);
  });

  it('is disposed of when it is taken away, or another takes its place', async () => {
    const { media, devices } = await call();
    const [first, second] = [new Effect(), new Effect()];
    await media.setProcessor('video', first);
    await media.setProcessor('video', second);
    expect([first.disposed, first.made[0]?.readyState, media.track('video')]).toEqual([1, 'ended', second.made[0]]);
    expect(await media.setProcessor('video', null)).toBe(true);
    expect([second.disposed, media.track('video')]).toEqual([1, devices.live[0]]);
  });

  it('that is ready only after it was taken away is not used', async () => {
    const { media, devices } = await call();
    const effect = new Effect();
    let ready = () => {};
    effect.ready = new Promise((resolve) => {
      ready = resolve;
    });
    const setting = media.setProcessor('video', effect);
    await media.setProcessor('video', null);
    ready();
    await setting;
    expect([effect.disposed, effect.made[0]?.readyState, media.track('video')]).toEqual([1, 'ended', devices.live[0]]);
  });

  it('is used again for another device, and no unprocessed picture is seen meanwhile', async () => {
    const { media, list, sentTracks } = await call();
    const effect = new Effect();
    await media.setProcessor('video', effect);
    const before = sentTracks.length;
    list.choose('camera', 'door');
    await settle();
    expect([media.track('video'), effect.made.length, effect.disposed]).toEqual([effect.made[1], 2, 1]);
    expect(sentTracks.slice(before)).toEqual([
      ['video', null],
      ['video', effect.made[1]],
    ]);
  });

  it('is used when the camera is turned on later', async () => {
    const { media } = await call();
    media.setCamera(false);
    const effect = new Effect();
    expect(await media.setProcessor('video', effect)).toBe(true);
    media.setCamera(true);
    await settle();
    expect(media.track('video')).toBe(effect.made[0]);
  });

  it('that breaks down later leaves the captured track', async () => {
    const { media, devices } = await call();
    const effect = new Effect();
    await media.setProcessor('video', effect);
    effect.made[0]?.unplug();
    expect([media.track('video'), effect.disposed]).toEqual([devices.live[0], 1]);
  });

  it('is muted with its microphone', async () => {
    const { media, devices } = local();
    await media.start();
    const effect = new Effect();
    await media.setProcessor('audio', effect);
    media.setMicrophone(false);
    expect([devices.captured[0]?.enabled, effect.made[0]?.enabled]).toEqual([false, false]);
  });

  it('is disposed of with the call', async () => {
    const { media, callScope, devices } = await call();
    const effect = new Effect();
    await media.setProcessor('video', effect);
    callScope.dispose();
    expect([effect.disposed, effect.made[0]?.readyState, devices.live]).toEqual([1, 'ended', []]);
  });
});
