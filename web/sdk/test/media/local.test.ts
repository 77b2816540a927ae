import { describe, expect, it } from 'vitest';
import { plan } from '../../src/media/local.js';
import { watch as watchPolicy } from '../../src/policy.js';
import { watching } from '../../src/policy.later.js';
import { settle } from '../support/clock.js';
import { local } from '../support/local.js';
import type { FakeTrack } from '../support/media.js';

describe('what the person wants', () => {
  it('is captured and sent', async () => {
    const { media, live, sent } = local();
    await media.start();
    expect(live()).toEqual(['audio', 'video']);
    expect(sent()).toEqual(['audio on', 'video on']);
    expect(media.stream.getTracks().map(({ kind }) => kind)).toEqual(['audio', 'video']);
  });

  it('is a muted microphone that is not let go', async () => {
    const { media, devices, sent } = local();
    await media.start();
    media.setMicrophone(false);
    expect(devices.live.map((track) => track.enabled)).toEqual([false, true]);
    media.setMicrophone(true);
    expect(devices.live.map((track) => track.enabled)).toEqual([true, true]);
    expect(sent()).toEqual(['audio on', 'video on']);
  });

  it('is a microphone that is muted from the first moment', async () => {
    const { media, devices } = local({ microphoneOn: false, cameraOn: false });
    await media.start();
    expect(devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([['audio', false]]);
  });

  it('is a camera that is let go when it is off, so that its light goes out, and had again when it is on', async () => {
    const { media, live, sent } = local();
    await media.start();
    media.setCamera(false);
    expect(live()).toEqual(['audio']);
    expect(media.stream.getTracks().map(({ kind }) => kind)).toEqual(['audio']);
    media.setCamera(true);
    await settle();
    expect(live()).toEqual(['audio', 'video']);
    expect(sent().slice(2)).toEqual(['video off', 'video on']);
  });

  it('is honoured when it changed while capture was under way', async () => {
    const { media, devices, sent } = local();
    const start = media.start();
    media.setMicrophone(false);
    media.setCamera(false);
    await start;
    expect(devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([['audio', false]]);
    expect(sent()).toEqual(['audio on']);
  });

  it('is the last wish, however often the camera is turned on and off', async () => {
    for (const wishes of [
      [false, true, false],
      [false, true, false, true],
    ]) {
      const { media, live } = local();
      await media.start();
      for (const on of wishes) media.setCamera(on);
      await settle();
      const on = wishes.at(-1) === true;
      expect(live()).toEqual(on ? ['audio', 'video'] : ['audio']);
      expect(media.cameraOn).toBe(on);
    }
  });

  it('is nothing at all on hold, and what it was before after it', async () => {
    const { media, devices, live, sent } = local();
    await media.start();
    media.setHold(true);
    expect([live(), devices.live[0]?.enabled]).toEqual([['audio'], false]);
    expect([media.microphoneOn, media.cameraOn, media.onHold]).toEqual([true, true, true]);
    media.setMicrophone(false);
    media.setHold(false);
    await settle();
    expect(devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([
      ['audio', false],
      ['video', true],
    ]);
    expect(sent().slice(2)).toEqual(['audio off', 'video off', 'audio on', 'video on']);
  });

  it('stops with the call, also what is captured after it', async () => {
    const { media, devices, live, callScope } = local();
    const start = media.start();
    callScope.dispose();
    await start;
    await settle();
    expect([live(), devices.requests.length]).toEqual([[], 1]);
  });
});

describe('a hidden page', () => {
  it('pauses pictures where the person wants that, and sound goes on', async () => {
    const { media, list, visibility, live, sent, devices } = local();
    list.pauseVideoWhenHidden = true;
    await media.start();
    visibility.turn(true);
    expect(sent().slice(2)).toEqual(['video off']);
    expect([live(), devices.live[1]?.enabled, media.cameraOn]).toEqual([['audio', 'video'], false, true]);
    visibility.turn(false);
    expect([sent().slice(3), devices.live[1]?.enabled]).toEqual([['video on'], true]);
  });

  it('changes nothing otherwise', async () => {
    const { media, visibility, sent } = local();
    await media.start();
    visibility.turn(true);
    visibility.turn(false);
    expect(sent()).toEqual(['audio on', 'video on']);
  });

  it('gets its devices back that the system took meanwhile', async () => {
    const { media, visibility, devices, live } = local();
    await media.start();
    visibility.turn(true);
    const [, video] = devices.captured;
    if (video !== undefined) video.readyState = 'ended';
    visibility.turn(false);
    await settle();
    expect(live()).toEqual(['audio', 'video']);
  });

  it.each([
    [{ microphoneOn: true, cameraOn: true, onHold: false, paused: false }, [true, true], [true, true], true],
    [{ microphoneOn: false, cameraOn: false, onHold: false, paused: false }, [true, false], [true, false], true],
    [{ microphoneOn: true, cameraOn: true, onHold: false, paused: true }, [true, true], [true, false], true],
    [{ microphoneOn: true, cameraOn: true, onHold: true, paused: false }, [true, false], [false, false], false],
  ])('and everything else comes to a plan: %j', (intents, wanted, sent, screenSent) => {
    const { audio, video, screen } = plan(intents);
    expect([[audio.wanted, video.wanted], [audio.sent, video.sent], screen.sent]).toEqual([wanted, sent, screenSent]);
  });
});

describe('what cannot be had', () => {
  it.each([
    ['NotAllowedError', 'not_allowed'],
    ['NotFoundError', 'not_found'],
    ['NotReadableError', 'in_use'],
    ['TypeError', 'failed'],
  ] as const)('is a problem that the call goes on with: %s', async (name, reason) => {
    const { media, devices, live } = local();
    devices.problems.video = name;
    await media.start();
    expect([live(), media.problems]).toEqual([['audio'], [{ device: 'camera', reason }]]);
    expect([media.cameraOn, media.started]).toEqual([true, true]);
  });

  it('may be both: then one listens', async () => {
    const { media, devices, live } = local();
    Object.assign(devices.problems, { audio: 'NotFoundError', video: 'NotAllowedError' });
    await media.start();
    expect(live()).toEqual([]);
    expect(media.problems).toEqual([
      { device: 'microphone', reason: 'not_found' },
      { device: 'camera', reason: 'not_allowed' },
    ]);
  });

  it('is everything on a page without TLS', async () => {
    const { media } = local({ devices: null });
    await media.start();
    expect(media.problems.map(({ reason }) => reason)).toEqual(['insecure_page', 'insecure_page']);
    expect(await media.shareScreen()).toEqual({ ok: false, reason: 'unsupported' });
  });

  it('is had after another try, by one prompt', async () => {
    const { media, devices, live } = local();
    Object.assign(devices.problems, { audio: 'NotAllowedError', video: 'NotAllowedError' });
    await media.start();
    const before = devices.requests.length;
    delete devices.problems.audio;
    delete devices.problems.video;
    media.retry();
    await settle();
    expect([live(), media.problems, devices.requests.length - before]).toEqual([['audio', 'video'], [], 1]);
  });

  it('stays until it is known what comes of another try', async () => {
    const { media, devices } = local();
    devices.problems.video = 'NotFoundError';
    await media.start();
    const { problems } = media;
    media.retry();
    expect(media.problems).toEqual(problems);
    await settle();
    expect(media.problems).toEqual(problems);
    media.setCamera(false);
    expect(media.problems).toEqual([]);
  });

  it('is had when the camera is turned on again', async () => {
    const { media, devices, live } = local();
    devices.problems.video = 'NotReadableError';
    await media.start();
    delete devices.problems.video;
    media.setCamera(true);
    await settle();
    expect([live(), media.problems]).toEqual([['audio', 'video'], []]);
  });

  it('is had as soon as the person allows it in the browser', async () => {
    const { media, devices, live } = local();
    devices.problems.video = 'NotAllowedError';
    await media.start();
    await settle();
    delete devices.problems.video;
    devices.permissions.camera.grant();
    await settle();
    expect([live(), media.problems]).toEqual([['audio', 'video'], []]);
    expect(devices.permissions.camera.listenerCount).toBe(0);
  });

  it('is not waited for any more when it is not wanted', async () => {
    const { media, devices } = local();
    devices.problems.video = 'NotAllowedError';
    await media.start();
    await settle();
    media.setCamera(false);
    expect(devices.permissions.camera.listenerCount).toBe(0);
  });

  it('is no problem when it is not wanted', async () => {
    const { media, devices } = local();
    devices.problems.video = 'NotReadableError';
    await media.start();
    media.setCamera(false);
    expect(media.problems).toEqual([]);
  });
});

describe('a screen', () => {
  it('is sent beside the camera, and shown', async () => {
    const { media, live, sent } = local();
    await media.start();
    expect(await media.shareScreen({ content: 'motion' })).toEqual({ ok: true });
    expect([live(), sent()]).toEqual([
      ['audio', 'video', 'video'],
      ['audio on', 'video on', 'screen on'],
    ]);
    expect(media.screenStream?.getTracks()).toEqual([media.track('screen')]);
    expect(media.track('screen')?.contentHint).toBe('motion');
  });

  it('ends with the browser’s own button', async () => {
    const { media, devices, sent } = local();
    await media.start();
    await media.shareScreen();
    expect(media.track('screen')?.contentHint).toBe('text');
    devices.captured.at(-1)?.unplug();
    expect([media.screenStream, sent().at(-1)]).toEqual([null, 'screen off']);
  });

  it('gives way to another one without a gap, in the same stream', async () => {
    const { media, live, sent } = local({ cameraOn: false });
    await media.start();
    await media.shareScreen();
    const stream = media.screenStream;
    await media.shareScreen();
    expect([live(), sent()]).toEqual([
      ['audio', 'video'],
      ['audio on', 'screen on', 'screen on'],
    ]);
    expect(media.screenStream).toBe(stream);
    media.stopSharing();
    expect([live(), media.screenStream]).toEqual([['audio'], null]);
  });

  it.each([
    ['NotAllowedError', 'refused'],
    ['NotReadableError', 'failed'],
    ['InvalidStateError', 'failed'],
  ] as const)('is not shared after %s', async (name, reason) => {
    const { media, devices } = local();
    devices.problems.screen = name;
    expect(await media.shareScreen()).toEqual({ ok: false, reason });
    expect(media.screenStream).toBeNull();
  });

  it('is let go when the call is over before the person has chosen one', async () => {
    const { media, devices, callScope } = local();
    const sharing = media.shareScreen();
    callScope.dispose();
    expect(await sharing).toEqual({ ok: false, reason: 'failed' });
    expect(devices.live).toEqual([]);
  });

  it('is not sent on hold', async () => {
    const { media, sent } = local();
    await media.start();
    await media.shareScreen();
    media.setHold(true);
    expect([media.track('screen'), media.screenStream !== null]).toEqual([null, true]);
    media.setHold(false);
    expect(sent().filter((one) => one.startsWith('screen'))).toEqual(['screen on', 'screen off', 'screen on']);
  });
});

describe('warnings', () => {
  async function watched() {
    const there = local();
    await there.media.start();
    await there.clock.advance(watchPolicy.startDelayMs + watching.intervalMs);
    const [sound, pictures] = there.devices.captured as [FakeTrack, FakeTrack];
    return { ...there, sound, pictures, copy: () => sound.copies.at(-1) as FakeTrack };
  }

  it('say that one speaks while muted, by a copy that never leaves', async () => {
    const { media, clock, sound, copy, sentTracks } = await watched();
    media.setMicrophone(false);
    await clock.advance(watching.intervalMs);
    copy().loudness = 0.1;
    await clock.until(() => media.warnings.includes('speaking_while_muted'));
    // What the others say has gone out of it.
    expect([sound.enabled, copy().enabled, copy().raw]).toEqual([false, true, false]);
    expect(sentTracks.some(([, track]) => track === (copy() as unknown))).toBe(false);
    media.setMicrophone(true);
    await clock.until(() => media.warnings.length === 0);
  });

  it('say that the microphone is silent, and that the camera stands still', async () => {
    const { media, clock, pictures, copy } = await watched();
    copy().loudness = 0;
    pictures.frames = 1;
    await clock.until(() => media.warnings.includes('microphone_silent'));
    expect(media.warnings).toEqual(['microphone_silent', 'camera_frozen']);
    expect(copy().raw).toBe(true);
    copy().loudness = 0.1;
    pictures.frames = 2;
    await clock.until(() => media.warnings.length === 0);
  });

  it('say nothing of a camera that nobody can see now', async () => {
    const { media, clock, pictures, visibility } = await watched();
    visibility.turn(true);
    pictures.frames = 1;
    await clock.advance(20_000);
    expect(media.warnings).toEqual([]);
  });

  it('leave nothing open after the call', async () => {
    const { callScope, gauges, copy, clock } = await watched();
    expect(gauges.open).toBe(2);
    callScope.dispose();
    expect([gauges.open, copy().readyState, clock.pending]).toEqual([0, 'ended', 0]);
  });
});
