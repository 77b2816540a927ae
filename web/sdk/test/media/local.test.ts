import { describe, expect, it } from 'vitest';
import { Scope } from '../../src/lifetime.js';
import { type Kind, LocalMedia } from '../../src/media/local.js';
import { capture as policy } from '../../src/policy.js';
import type { Runtime } from '../../src/runtime.js';
import { Clock, settle } from '../support/clock.js';
import { FakeDevices, FakeStream, type FakeTrack } from '../support/media.js';

function local(cameraOn = true) {
  const clock = new Clock();
  const devices = new FakeDevices();
  const runtime = {
    now: () => clock.nowMs,
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
    mediaStream: () => new FakeStream() as unknown as MediaStream,
    mediaDevices: devices,
  } as Partial<Runtime> as Runtime;
  const scope = new Scope(runtime);
  const sent: [Kind, boolean][] = [];
  const media = new LocalMedia(
    scope,
    runtime,
    { cameraOn },
    { changed: () => {}, track: (kind, track) => sent.push([kind, track !== null]) },
  );
  return {
    media,
    devices,
    sent,
    scope,
    clock,
    live: () => devices.captured.filter((one) => one.readyState === 'live'),
  };
}

const kinds = (tracks: readonly FakeTrack[]) => tracks.map((track) => track.kind);

describe('local media', () => {
  it('captures what the person wants', async () => {
    const { media, live, sent } = local();
    expect(await media.start()).toBeNull();
    expect(kinds(live())).toEqual(['audio', 'video']);
    expect(sent).toEqual([
      ['audio', true],
      ['video', true],
    ]);
  });

  it('mutes without letting the microphone go', async () => {
    const { media, live } = local();
    await media.start();
    media.setMicrophone(false);
    expect(live().map((track) => track.enabled)).toEqual([false, true]);
    media.setMicrophone(true);
    expect(live().map((track) => track.enabled)).toEqual([true, true]);
  });

  it('lets the camera go when it is turned off, so that its light goes out, and has it back when it is turned on', async () => {
    const { media, live, sent } = local();
    await media.start();
    media.setCamera(false);
    expect(kinds(live())).toEqual(['audio']);
    expect(media.stream.getTracks().map((track) => track.kind)).toEqual(['audio']);
    media.setCamera(true);
    await settle();
    expect(kinds(live())).toEqual(['audio', 'video']);
    expect(sent.slice(2)).toEqual([
      ['video', false],
      ['video', true],
    ]);
  });

  it('honours what was turned off while capture was under way', async () => {
    const { media, live } = local();
    const start = media.start();
    media.setMicrophone(false);
    media.setCamera(false);
    await start;
    expect(live().map((track) => [track.kind, track.enabled])).toEqual([['audio', false]]);
  });

  it('ends with the last wish, however often the camera is turned on and off', async () => {
    for (const wishes of [
      [false, true, false],
      [false, true, false, true],
    ]) {
      const { media, live } = local();
      await media.start();
      for (const on of wishes) media.setCamera(on);
      await settle();
      const on = wishes.at(-1) === true;
      expect(kinds(live())).toEqual(on ? ['audio', 'video'] : ['audio']);
      expect(media.cameraOn).toBe(on);
    }
  });

  it('says why a camera cannot be turned on, and forgets it when it can', async () => {
    const { media, devices } = local(false);
    await media.start();
    devices.problems.video = 'NotReadableError';
    media.setCamera(true);
    await settle();
    expect([media.cameraOn, media.hint]).toEqual([false, 'camera_in_use']);
    delete devices.problems.video;
    media.setCamera(true);
    await settle();
    expect([media.cameraOn, media.hint]).toEqual([true, null]);
  });

  it('asks again for a device that was unplugged, still muted if it was muted', async () => {
    const { media, devices, live, clock } = local();
    await media.start();
    media.setMicrophone(false);
    devices.captured[0]?.unplug();
    expect(kinds(live())).toEqual(['video']);
    await clock.advance(policy.recaptureDelayMs);
    expect(live().map((track) => [track.kind, track.enabled])).toEqual([
      ['video', true],
      ['audio', false],
    ]);
  });

  it('stops what is captured for a call that is over, and captures no more', async () => {
    const { media, devices, live, scope } = local();
    const start = media.start();
    scope.dispose();
    await start;
    await settle();
    expect(live()).toEqual([]);
    expect(devices.requests).toHaveLength(1);
  });
});
