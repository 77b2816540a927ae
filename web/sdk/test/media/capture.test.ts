import { describe, expect, it } from 'vitest';
import { captureBoth, captureOne, type InputKind, ladder, type Wish } from '../../src/media/capture.js';
import type { Runtime } from '../../src/runtime.js';
import { camera, FakeDevices, mediaRuntime, microphone } from '../support/media.js';

const anything: Wish = { deviceId: null, facing: null };

function runtime(devices: FakeDevices | undefined): Runtime {
  return mediaRuntime(devices) as Partial<Runtime> as Runtime;
}

function broken(problems: FakeDevices['problems']): FakeDevices {
  return Object.assign(new FakeDevices(), { problems });
}

const steps = (kind: InputKind, wish: Wish) => ladder(kind, wish).map((rung) => rung.step);

describe('what is asked for', () => {
  it('is lowered step by step, down to anything at all', () => {
    expect(steps('video', { deviceId: 'back', facing: null })).toEqual(['exact', 'preferred', 'lower', 'any']);
    expect(steps('video', anything)).toEqual(['preferred', 'lower', 'any']);
    expect(steps('audio', { deviceId: 'headset', facing: null })).toEqual(['exact', 'preferred', 'any']);
    expect(steps('audio', anything)).toEqual(['preferred', 'any']);
  });

  it('is the chosen device before another one, and the best picture before a smaller one', () => {
    const wish = { deviceId: 'desk', facing: null };
    expect(ladder('video', wish).map(({ constraints }) => constraints)).toEqual([
      { ...size(1280, 720, 30), deviceId: { exact: 'desk' } },
      { ...size(1280, 720, 30), deviceId: { ideal: 'desk' } },
      { ...size(640, 360, 15), deviceId: { ideal: 'desk' } },
      true,
    ]);
  });

  it('is a camera by the side it looks to, where that was chosen', () => {
    expect(ladder('video', { deviceId: null, facing: 'environment' })[0].constraints).toEqual({
      ...size(1280, 720, 30),
      facingMode: { exact: 'environment' },
    });
  });

  it('has no echo, no noise and an even loudness', () => {
    expect(ladder('audio', anything)[0].constraints).toEqual({
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    });
  });
});

describe('one device', () => {
  it('is the chosen one', async () => {
    const devices = new FakeDevices();
    devices.plugged = [microphone('built-in'), microphone('headset')];
    const captured = await captureOne(runtime(devices), 'audio', { deviceId: 'headset', facing: null });
    expect(captured.ok && captured.track.getSettings().deviceId).toBe('headset');
  });

  it('is another one when the chosen one is gone', async () => {
    const devices = new FakeDevices();
    devices.plugged = [microphone('built-in')];
    const captured = await captureOne(runtime(devices), 'audio', { deviceId: 'headset', facing: null });
    expect(captured.ok && captured.track.getSettings().deviceId).toBe('built-in');
    expect(devices.requests).toHaveLength(2);
  });

  it('is whatever there is when nothing that was asked for can be met', async () => {
    const devices = broken({ video: 'OverconstrainedError' });
    expect((await captureOne(runtime(devices), 'video', anything)).ok).toBe(true);
    expect(devices.requests.at(-1)).toEqual({ video: true });
  });

  it.each([
    ['NotAllowedError', 'not_allowed'],
    ['SecurityError', 'not_allowed'],
    ['NotFoundError', 'not_found'],
    ['NotReadableError', 'in_use'],
    ['AbortError', 'in_use'],
    ['TypeError', 'failed'],
    ['InvalidStateError', 'failed'],
  ] as const)('cannot be had after %s, because it is %s, and is not asked for again', async (name, reason) => {
    const devices = broken({ audio: name });
    expect(await captureOne(runtime(devices), 'audio', anything)).toEqual({ ok: false, reason });
    expect(devices.requests).toHaveLength(1);
  });

  it('cannot be had when even anything is too much', async () => {
    const devices = new FakeDevices();
    devices.getUserMedia = () => Promise.reject(new DOMException('', 'OverconstrainedError'));
    expect(await captureOne(runtime(devices), 'video', anything)).toEqual({ ok: false, reason: 'failed' });
  });

  it('cannot be had on a page without TLS', async () => {
    expect(await captureOne(runtime(undefined), 'video', anything)).toEqual({ ok: false, reason: 'insecure_page' });
  });
});

describe('both devices', () => {
  const wishes = { audio: anything, video: anything };

  it('are asked for by one prompt', async () => {
    const devices = new FakeDevices();
    const { audio, video } = await captureBoth(runtime(devices), wishes);
    expect([audio.ok && audio.track.kind, video.ok && video.track.kind]).toEqual(['audio', 'video']);
    expect(devices.requests).toHaveLength(1);
  });

  it.each<[FakeDevices['problems'], string, string]>([
    [{ video: 'NotFoundError' }, 'had', 'not_found'],
    [{ audio: 'NotFoundError' }, 'not_found', 'had'],
    [{ video: 'NotAllowedError' }, 'had', 'not_allowed'],
    [{ audio: 'NotAllowedError', video: 'NotReadableError' }, 'not_allowed', 'in_use'],
    [{ video: 'OverconstrainedError' }, 'had', 'had'],
  ])('fail each on its own: %j', async (problems, ...outcomes) => {
    const { audio, video } = await captureBoth(runtime(broken(problems)), wishes);
    expect([audio, video].map((one) => (one.ok ? 'had' : one.reason))).toEqual(outcomes);
  });

  it('are let go and asked for each on its own when one breaks down as it is opened', async () => {
    const devices = new FakeDevices();
    const capture = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await capture(constraints);
      for (const track of stream.getVideoTracks()) track.stop();
      return stream;
    };
    const { audio, video } = await captureBoth(runtime(devices), wishes);
    expect([audio.ok, video]).toEqual([true, { ok: false, reason: 'failed' }]);
    expect(devices.live).toEqual([audio.ok && audio.track]);
  });

  it('are the chosen ones', async () => {
    const devices = new FakeDevices();
    devices.plugged = [microphone('a'), microphone('b'), camera('c'), camera('d')];
    const { audio, video } = await captureBoth(runtime(devices), {
      audio: { deviceId: 'b', facing: null },
      video: { deviceId: 'd', facing: null },
    });
    expect([audio, video].map((one) => one.ok && one.track.getSettings().deviceId)).toEqual(['b', 'd']);
  });
});

function size(width: number, height: number, frameRate: number): MediaTrackConstraints {
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
}
