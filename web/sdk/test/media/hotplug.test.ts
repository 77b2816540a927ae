import { describe, expect, it } from 'vitest';
import type { DeviceList } from '../../src/media/devices.js';
import { capture as policy } from '../../src/policy.js';
import { settle } from '../support/clock.js';
import { local } from '../support/local.js';
import { camera, type FakeDevice, FakeDevices, microphone } from '../support/media.js';

const builtIn = microphone('built-in');
const headset = microphone('headset');
const desk = camera('desk');

async function call(plugged: readonly FakeDevice[], chosen: string | null = null) {
  const devices = new FakeDevices();
  devices.plugged = plugged;
  const there = local({ devices, cameraOn: plugged.some(({ kind }) => kind === 'videoinput') });
  if (chosen !== null) there.list.choose('microphone', chosen);
  await there.media.start();
  await settle();
  return there;
}

describe('a device that goes away', () => {
  it('is replaced by another at once, still muted if it was muted', async () => {
    const { media, devices, inUse } = await call([headset, builtIn]);
    media.setMicrophone(false);
    devices.plug(builtIn);
    await settle();
    expect([inUse(), devices.live[0]?.enabled, media.problems]).toEqual([['built-in'], false, []]);
    expect(media.track('audio')).toBe(devices.live[0]);
  });

  it('is taken back without a word when it was chosen', async () => {
    const { media, devices, inUse, list, clock } = await call([builtIn, headset], 'headset');
    devices.plug(builtIn);
    await settle();
    expect([inUse(), list.snapshot.chosen.microphone]).toEqual([['built-in'], 'headset']);
    await clock.advance(60_000);
    devices.plug(builtIn, headset);
    await settle();
    expect([inUse(), list.snapshot.offered, media.problems]).toEqual([['headset'], null, []]);
  });

  it('is offered when it comes back and was not chosen', async () => {
    const { devices, inUse, list, clock } = await call([builtIn, headset]);
    devices.plug(builtIn);
    await clock.advance(60_000);
    devices.plug(builtIn, headset);
    await settle();
    expect([inUse(), list.snapshot.offered?.deviceId]).toEqual([['built-in'], 'headset']);
    list.choose('microphone', 'headset');
    await settle();
    expect([inUse(), list.snapshot.offered]).toEqual([['headset'], null]);
  });

  it('is a problem when there is no other, until one is plugged in', async () => {
    const { media, devices, inUse, live } = await call([headset, desk]);
    devices.plug(desk);
    await settle();
    expect([live(), media.problems]).toEqual([['video'], [{ device: 'microphone', reason: 'not_found' }]]);
    devices.plug(desk, builtIn);
    await settle();
    expect([inUse(), media.problems]).toEqual([['desk', 'built-in'], []]);
  });

  it('and cannot be had at first is asked for again a few times, and then is a problem', async () => {
    const { media, devices, clock } = await call([builtIn]);
    const before = devices.requests.length;
    const pending = clock.pending;
    devices.problems.audio = 'NotReadableError';
    devices.captured[0]?.unplug();
    await clock.advance(60_000);
    expect(devices.requests.length - before).toBe(policy.recaptureDelaysMs.length);
    expect(media.problems).toEqual([{ device: 'microphone', reason: 'in_use' }]);
    expect(clock.pending).toBe(pending);
  });

  it('again and again is let go in the end', async () => {
    const { media, devices, clock } = await call([builtIn]);
    for (let times = 0; times < 20; times += 1) {
      for (const track of devices.live) track.unplug();
      await clock.advance(5_000);
    }
    expect(media.problems).toEqual([{ device: 'microphone', reason: 'failed' }]);
    expect(devices.requests.length).toBe(policy.recaptureDelaysMs.length + 1);
  });

  it('once in a while is replaced each time', async () => {
    const { media, devices, clock, live } = await call([builtIn]);
    for (let times = 0; times < 20; times += 1) {
      for (const track of devices.live) track.unplug();
      await clock.advance(policy.stableMs);
    }
    expect([live(), media.problems]).toEqual([['audio'], []]);
  });
});

describe('what a person is told', () => {
  const told = ({ list }: { list: DeviceList }) => list.snapshot.change;

  it('is which device went away and which one is used, and that it is back', async () => {
    const there = await call([builtIn, headset], 'headset');
    expect(told(there)).toBeNull();
    there.devices.plug(builtIn);
    await settle();
    const names = { kind: 'microphone', lost: 'headset microphone' };
    expect(told(there)).toEqual({ ...names, used: 'built-in microphone' });
    there.devices.plug(builtIn, headset);
    await there.clock.advance(1_000);
    expect(told(there)).toEqual({ ...names, used: 'headset microphone' });
    await there.clock.advance(policy.stableMs);
    there.devices.plug(builtIn);
    await settle();
    expect(told(there)?.used).toBe('built-in microphone');
  });

  it('names what the system’s choice stands for', async () => {
    const there = await call([microphone('default', 'headset'), builtIn, headset]);
    there.devices.plug(microphone('default', 'built-in'), builtIn);
    await settle();
    expect(told(there)).toMatchObject({ lost: 'headset microphone', used: 'built-in microphone' });
  });

  it('is nothing when the system or the person makes another choice', async () => {
    const there = await call([microphone('default', 'built-in'), builtIn]);
    there.devices.plug(microphone('default', 'headset'), builtIn, headset);
    await settle();
    there.list.choose('microphone', 'built-in');
    await settle();
    expect([there.inUse(), told(there)]).toEqual([['built-in'], null]);
  });

  it('is nothing of a device that only began anew', async () => {
    const there = await call([builtIn]);
    there.devices.live[0]?.unplug();
    await settle();
    expect([there.inUse(), told(there)]).toEqual([['built-in'], null]);
  });
});

describe('a headset that changes its profile', () => {
  it('comes back under another name, and is taken back', async () => {
    const { media, devices, inUse, clock } = await call([microphone('headset', 'bluetooth'), builtIn]);
    devices.plug(builtIn);
    await settle();
    expect(inUse()).toEqual(['built-in']);
    devices.plug(builtIn, microphone('headset hands-free', 'bluetooth'));
    await clock.advance(1_000);
    expect([inUse(), media.problems]).toEqual([['headset hands-free'], []]);
  });

  it('is captured again when it was only silenced by it', async () => {
    const { media, devices, live, clock } = await call([builtIn]);
    const [before] = devices.live;
    await clock.advance(policy.warmUpMs);
    if (before !== undefined) before.muted = true;
    devices.plug(builtIn, camera('the list changes'));
    await settle();
    expect([live(), before?.readyState]).toEqual([['audio'], 'ended']);
    expect(media.track('audio')).toBe(devices.live[0]);
  });
});

describe('a device that is still silent at its start', () => {
  it('is not captured again for it', async () => {
    const { devices } = await call([builtIn]);
    const [before] = devices.live;
    if (before !== undefined) before.muted = true;
    devices.plug(builtIn, camera('the list changes'));
    await settle();
    expect(devices.live).toEqual([before]);
  });
});

describe('the system’s choice', () => {
  it('is followed when the system makes another one', async () => {
    const { list, devices, inUse } = await call([microphone('default', 'built-in'), builtIn]);
    const before = devices.live[0];
    devices.plug(microphone('default', 'headset'), builtIn, headset);
    await settle();
    expect([inUse(), before?.readyState, list.snapshot.offered]).toEqual([['default'], 'ended', null]);
  });

  it('is not followed by whoever has chosen', async () => {
    const { devices, inUse } = await call([microphone('default', 'built-in'), builtIn], 'built-in');
    devices.plug(microphone('default', 'headset'), builtIn, headset);
    await settle();
    expect(inUse()).toEqual(['built-in']);
  });
});

describe('another choice', () => {
  it('is used from now on; a microphone is heard until the next one is there', async () => {
    const { list, inUse, sent } = await call([builtIn, headset]);
    list.choose('microphone', 'headset');
    await settle();
    expect([inUse(), sent()]).toEqual([['headset'], ['audio on', 'audio on']]);
  });

  it('of a camera lets the first one go before the next is opened', async () => {
    const { list, inUse, sent } = await call([builtIn, desk, camera('back')]);
    list.choose('camera', 'back');
    await settle();
    expect([inUse(), sent().slice(2)]).toEqual([
      ['built-in', 'back'],
      ['video off', 'video on'],
    ]);
  });

  it('while one is being captured is the one that counts', async () => {
    const { list, inUse, devices } = await call([builtIn, headset, microphone('third')]);
    list.choose('microphone', 'headset');
    list.choose('microphone', 'third');
    await settle();
    expect([inUse(), devices.live.length]).toEqual([['third'], 1]);
  });

  it('that cannot be had leaves the microphone that was there', async () => {
    const { media, list, inUse, devices } = await call([builtIn, headset]);
    devices.problems.audio = 'NotReadableError';
    list.choose('microphone', 'headset');
    await settle();
    expect([inUse(), media.problems]).toEqual([['built-in'], []]);
  });

  it('by the side that the camera looks to asks for that side', async () => {
    const { list, devices } = await call([builtIn, camera('a', 'facing front'), camera('b', 'facing back')]);
    expect(list.snapshot.canSwitchCamera).toBe(true);
    list.switchCamera();
    await settle();
    expect(devices.requests.at(-1)?.video).toMatchObject({ facingMode: { exact: 'environment' } });
    list.switchCamera();
    await settle();
    expect(devices.requests.at(-1)?.video).toMatchObject({ facingMode: { exact: 'user' } });
  });
});
