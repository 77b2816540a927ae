import { afterEach, describe, expect, it, vi } from 'vitest';
import { World } from '../support/world.js';

const able = ['VP8', 'H264', 'VP9'].map((name) => ({ mimeType: `video/${name}`, clockRate: 90_000 }));
const kinds = (world: World) =>
  world.network.connections.map((one) => one.getTransceivers().map(({ receiver }) => receiver.track.kind));

afterEach(() => vi.unstubAllGlobals());

describe('video codecs', () => {
  it('are preferred as the application says, or else as the server says, by both sides', async () => {
    vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: able }) });
    const world = new World();
    const settings = { video_codecs: ['VP9'], blur_model_url: null, push_public_key: 'key' };
    world.server.answers.set('/settings', [200, settings]);
    const ada = await world.online('ada', { videoCodecs: ['H264'] });
    const grace = await world.online('grace');
    const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 0);
    grace.ringing.answer();
    await world.reach(call, 'CONNECTED');
    const first = world.network.connections.map((one) => one.getTransceivers()[1]?.preferences[0]?.mimeType);
    expect(first).toEqual(['video/H264', 'video/VP9']);
  });

  it('that the two do not have in common leave them with sound, and both are told', async () => {
    const world = new World();
    world.network.videoCodecs.set('grace', ['H266']);
    const { outgoing, incoming } = await world.ring();
    incoming.answer();
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'CONNECTED');
      await world.clock.until(() => call.snapshot.remotes[0]?.videoProblem === 'no_common_codec');
      expect(call.snapshot.remotes[0]?.stream.getTracks().map(({ kind }) => kind)).toEqual(['audio']);
    }
  });

  it('are no problem where there are some', async () => {
    const { outgoing, incoming } = await new World().talk();
    for (const call of [outgoing, incoming]) expect(call.snapshot.remotes[0]?.videoProblem).toBeNull();
  });
});

describe('a description that the own browser does not accept', () => {
  it.each(['local', 'remote'] as const)('(%s) is tried again without wishes', async (fails) => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    Object.assign(world.network, { fails, failures: 1 });
    incoming.answer();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    expect(outgoing.snapshot.remotes[0]?.videoProblem).toBeNull();
  });

  it('is made without pictures in the end', async () => {
    const world = new World();
    Object.assign(world.network, { fails: 'local', failures: 2 });
    const { outgoing, incoming } = await world.ring();
    incoming.answer();
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'CONNECTED');
      await world.clock.until(() => call.snapshot.remotes[0]?.videoProblem === 'no_common_codec');
    }
    expect(kinds(world)).toEqual([['audio'], ['audio']]);
  });
});

describe('an offer that the other browser does not accept', () => {
  it('is made with less after it was said in vain', async () => {
    const world = new World();
    world.network.rejects = (person, sdp) => person === 'grace' && /^m=video 9/m.test(sdp);
    const { outgoing, incoming } = await world.ring();
    incoming.answer();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    expect(outgoing.snapshot.remotes[0]?.videoProblem).toBe('no_common_codec');
  });
});
