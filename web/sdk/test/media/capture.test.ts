import { describe, expect, it } from 'vitest';
import { captureForCall } from '../../src/media/capture.js';
import type { Runtime } from '../../src/runtime.js';
import { FakeDevices } from '../support/media.js';

function capture(problems: FakeDevices['problems'], wantsVideo: boolean, devices = new FakeDevices()) {
  Object.assign(devices.problems, problems);
  return captureForCall({ mediaDevices: devices } as Partial<Runtime> as Runtime, wantsVideo);
}

describe('capture for a call', () => {
  it.each([
    ['both', {}, ['audio', 'video'], null],
    ['sound only when there is no camera', { video: 'NotFoundError' }, ['audio'], 'camera_not_found'],
    ['sound only when the camera is in use', { video: 'NotReadableError' }, ['audio'], 'camera_in_use'],
    ['sound only when the camera is not allowed', { video: 'NotAllowedError' }, ['audio'], 'camera_not_allowed'],
    ['the picture only when there is no microphone', { audio: 'NotFoundError' }, ['video'], 'microphone_not_found'],
    ['both without wishes when they cannot be met', { video: 'OverconstrainedError' }, ['audio', 'video'], null],
  ] as const)('yields %s', async (_, problems, kinds, hint) => {
    const captured = await capture(problems, true);
    if (!captured.ok) throw new Error(captured.reason);
    expect(captured.tracks.map((track) => track.kind)).toEqual(kinds);
    expect(captured.hint).toBe(hint);
  });

  it.each([
    ['capture_not_allowed', { audio: 'NotAllowedError', video: 'NotAllowedError' }],
    ['capture_not_allowed', { audio: 'SecurityError' }],
    ['capture_not_found', { audio: 'NotFoundError', video: 'NotFoundError' }],
    ['capture_in_use', { audio: 'NotReadableError' }],
    ['capture_failed', { audio: 'TypeError' }],
  ] as const)('fails with %s', async (reason, problems) => {
    expect(await capture(problems, true)).toEqual({ ok: false, reason });
  });

  it('does not put up with silence in a call without pictures', async () => {
    expect(await capture({ audio: 'NotFoundError' }, false)).toEqual({ ok: false, reason: 'capture_not_found' });
  });

  it('asks for no camera in an audio call', async () => {
    const devices = new FakeDevices();
    await capture({}, false, devices);
    expect(devices.requests).toEqual([
      { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
    ]);
  });

  it('fails where the browser has no devices at all', async () => {
    const runtime = { mediaDevices: undefined } as Partial<Runtime> as Runtime;
    expect(await captureForCall(runtime, true)).toEqual({ ok: false, reason: 'capture_failed' });
  });
});
