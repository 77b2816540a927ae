import { describe, expect, it } from 'vitest';
import { readChoices } from '../../src/media/choices.js';
import { DeviceList } from '../../src/media/devices.js';
import { capture as policy } from '../../src/policy.js';
import type { Runtime } from '../../src/runtime.js';
import { settle } from '../support/clock.js';
import { page } from '../support/local.js';
import { camera, FakeDevices, microphone, speaker } from '../support/media.js';

function computer() {
  const devices = new FakeDevices();
  devices.plugged = [microphone('built-in'), camera('desk'), speaker('loud')];
  return page(devices);
}

describe('the devices', () => {
  it('are listed while somebody wants to know', async () => {
    const { list, devices } = computer();
    expect(devices.listenerCount).toBe(0);
    let changes = 0;
    const stop = list.subscribe(() => (changes += 1));
    await settle();
    const { microphones, cameras, speakers } = list.snapshot;
    expect([microphones, cameras, speakers].map((all) => all.map(({ deviceId }) => deviceId))).toEqual([
      ['built-in'],
      ['desk'],
      ['loud'],
    ]);
    devices.plug(...devices.plugged, microphone('headset'));
    await settle();
    expect([list.snapshot.microphones.length, list.snapshot.offered?.deviceId, changes]).toEqual([2, 'headset', 2]);
    stop();
    stop();
    expect(devices.listenerCount).toBe(0);
  });

  it('are looked for now and then, where the browser does not tell of them', async () => {
    const { list, devices, clock } = computer();
    const stop = list.subscribe(() => {});
    await settle();
    devices.plugged = [...devices.plugged, microphone('headset')];
    await clock.advance(policy.listIntervalMs);
    expect(list.snapshot.offered?.deviceId).toBe('headset');
    stop();
    expect(clock.pending).toBe(0);
  });

  it('show one picture until something changes', async () => {
    const { list, devices } = computer();
    list.subscribe(() => {});
    await settle();
    const before = list.snapshot;
    devices.fire('devicechange');
    await settle();
    expect(list.snapshot).toBe(before);
  });

  it('are none on a page without TLS', async () => {
    const { list } = page(null);
    list.subscribe(() => {});
    await settle();
    expect(list.snapshot.microphones).toEqual([]);
  });

  it('that are offered can be dismissed, and are gone when they are unplugged', async () => {
    const { list, devices } = computer();
    list.subscribe(() => {});
    await settle();
    const before = devices.plugged;
    devices.plug(...before, microphone('headset'));
    await settle();
    list.dismissOffer();
    expect(list.snapshot.offered).toBeNull();
    devices.plug(...before);
    await settle();
    devices.plug(...before, microphone('headset'));
    await settle();
    expect(list.snapshot.offered?.deviceId).toBe('headset');
    devices.plug(...before);
    await settle();
    expect(list.snapshot.offered).toBeNull();
  });
});

describe('choices', () => {
  it('are remembered', () => {
    const { list, runtime, scope } = computer();
    list.choose('microphone', 'headset');
    list.choose('speaker', 'loud');
    list.pauseVideoWhenHidden = true;
    const later = new DeviceList(scope, runtime);
    expect(later.snapshot.chosen).toEqual({ microphone: 'headset', camera: null, speaker: 'loud' });
    expect(later.pauseVideoWhenHidden).toBe(true);
    later.choose('microphone', null);
    expect(new DeviceList(scope, runtime).snapshot.chosen.microphone).toBeNull();
  });

  it('are the system’s where nothing usable is stored', () => {
    const none = readChoices(undefined);
    expect(none).toEqual({ microphone: null, camera: null, speaker: null, facing: null, pauseVideoWhenHidden: false });
    for (const text of ['', '{', 'null', '7', '[]', '{"microphone":7,"facing":"up","pauseVideoWhenHidden":"yes"}']) {
      expect(readChoices({ getItem: () => text, setItem: () => {} })).toEqual(none);
    }
  });

  it('hold for this visit where nothing can be stored', () => {
    const { runtime, scope } = computer();
    const refuse = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
    const list = new DeviceList(scope, { ...runtime, storage: { getItem: refuse, setItem: refuse } } as Runtime);
    list.choose('camera', 'desk');
    expect(list.snapshot.chosen.camera).toBe('desk');
  });

  it('of a side are undone by the choice of a camera', () => {
    const { list } = computer();
    list.choose('camera', 'desk');
    list.switchCamera();
    expect([list.snapshot.chosen.camera, list.wish('video')]).toEqual([
      null,
      { deviceId: null, facing: 'environment' },
    ]);
    list.choose('camera', 'desk');
    expect(list.wish('video')).toEqual({ deviceId: 'desk', facing: null });
  });

  it('of a side begin with the one to which the camera in use looks', async () => {
    const { list, devices } = computer();
    devices.plugged = [camera('first', 'Back camera'), camera('second', 'Front camera')];
    const preview = list.preview({ microphone: false, camera: true });
    await settle();
    expect([preview.snapshot.cameraFacing, list.snapshot.canSwitchCamera]).toEqual(['environment', true]);
    list.switchCamera();
    expect(list.wish('video').facing).toBe('user');
    list.switchCamera();
    expect(list.wish('video').facing).toBe('environment');
  });
});

describe('a preview', () => {
  it('captures what is to be seen and heard, and lets it go', async () => {
    const { list, devices } = computer();
    const preview = list.preview({ microphone: true, camera: true });
    let changes = 0;
    preview.subscribe(() => (changes += 1));
    expect(preview.snapshot.pending).toBe(true);
    await settle();
    expect([preview.snapshot.pending, preview.snapshot.stream.getTracks().length]).toEqual([false, 2]);
    expect(changes).toBeGreaterThan(0);
    preview.dispose();
    preview.dispose();
    expect([devices.live, devices.listenerCount]).toEqual([[], 0]);
  });

  it('turns the camera off for good, and the microphone only silent', async () => {
    const { list, devices } = computer();
    const preview = list.preview({ microphone: true, camera: true });
    await settle();
    preview.setCamera(false);
    preview.setMicrophone(false);
    expect(devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([['audio', false]]);
    expect([preview.snapshot.microphoneOn, preview.snapshot.cameraOn]).toEqual([false, false]);
    preview.setCamera(true);
    preview.setMicrophone(true);
    await settle();
    expect(devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([
      ['audio', true],
      ['video', true],
    ]);
  });

  it('asks for nothing that is off', async () => {
    const { list, devices } = computer();
    const preview = list.preview({ microphone: false, camera: false });
    await settle();
    expect(devices.requests).toEqual([]);
    preview.setMicrophone(true);
    await settle();
    expect(devices.live.map(({ kind }) => kind)).toEqual(['audio']);
  });

  it('says what cannot be had, and asks again', async () => {
    const { list, devices } = computer();
    devices.problems.video = 'NotAllowedError';
    const preview = list.preview({ microphone: true, camera: true });
    await settle();
    expect(preview.snapshot.problems).toEqual([{ device: 'camera', reason: 'not_allowed' }]);
    delete devices.problems.video;
    preview.retry();
    await settle();
    expect([preview.snapshot.problems, devices.live.length]).toEqual([[], 2]);
  });

  it('follows another choice', async () => {
    const { list, devices } = computer();
    devices.plugged = [...devices.plugged, microphone('headset')];
    const preview = list.preview({ microphone: true, camera: false });
    await settle();
    list.choose('microphone', 'headset');
    await settle();
    expect(preview.snapshot.stream.getTracks()).toEqual(devices.live);
    expect(devices.live[0]?.settings.deviceId).toBe('headset');
  });

  it('says how loud it is, while somebody listens', async () => {
    const { list, devices, clock, gauges } = computer();
    const preview = list.preview({ microphone: true, camera: false });
    await settle();
    const levels: number[] = [];
    const pending = clock.pending;
    const stop = preview.onLevel((level) => levels.push(level));
    const [sound] = devices.live;
    if (sound !== undefined) sound.loudness = 0.001;
    await clock.advance(policy.levelIntervalMs);
    if (sound !== undefined) sound.loudness = 1;
    await clock.advance(policy.levelIntervalMs);
    expect(levels).toEqual([expect.closeTo(0), 1]);
    stop();
    expect([gauges.open, clock.pending]).toEqual([0, pending]);
  });

  it('leaves nothing open when it is disposed of', async () => {
    const { list, clock, gauges, devices } = computer();
    const preview = list.preview({ microphone: true, camera: true });
    preview.onLevel(() => {});
    await clock.advance(1_000);
    preview.dispose();
    expect([gauges.open, clock.pending, devices.live]).toEqual([0, 0, []]);
  });
});
