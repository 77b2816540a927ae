import { describe, expect, it } from 'vitest';
import type { Call, CallState } from '../src/api.js';
import { World } from './support/world.js';

const states = (call: Call): CallState[] => call.snapshot.history.map((change) => change.to);
const sentBy = (world: World, person: string): unknown[] =>
  world.server.callSocket(person).sent.map((message) => message.type);

describe('a call between two people', () => {
  it('rings, is answered and connects', async () => {
    const { outgoing, incoming } = await new World().talk();
    expect(states(outgoing)).toEqual(['INITIATING', 'RINGING', 'CONNECTING', 'CONNECTED']);
    expect(states(incoming)).toEqual(['INCOMING', 'CONNECTING', 'CONNECTED']);
  });

  it('shows both who the other is and what they send', async () => {
    const { outgoing, incoming } = await new World().talk();
    expect(outgoing.snapshot.others).toEqual([{ personId: 'grace', displayName: 'grace', standing: 'joined' }]);
    expect(outgoing.snapshot.remotes).toMatchObject([{ personId: 'grace', displayName: 'grace', connected: true }]);
    for (const call of [outgoing, incoming]) {
      expect(call.snapshot.remotes[0]?.stream.getTracks().map((track) => track.kind)).toEqual(['audio', 'video']);
      expect(call.snapshot.localStream?.getTracks()).toHaveLength(2);
    }
  });

  it('sends in both directions, whoever offered', async () => {
    const world = new World();
    await world.talk();
    for (const connection of world.network.connections) {
      const [audio, video] = connection.getTransceivers();
      expect([audio?.direction, audio?.sender.track?.kind]).toEqual(['sendrecv', 'audio']);
      expect([video?.direction, video?.sender.track?.kind]).toEqual(['sendrecv', 'video']);
      // In one stream, so that sound and picture stay together.
      expect(audio?.sender.streams).toHaveLength(1);
      expect(video?.sender.streams).toEqual(audio?.sender.streams);
    }
  });

  it('goes over one transport on each connection, with a control channel that is not negotiated', async () => {
    const world = new World();
    await world.meet();
    expect(world.network.connections).toHaveLength(6);
    for (const { configuration, channels } of world.network.connections) {
      expect(configuration).toMatchObject({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
      expect(channels).toEqual([['control', { negotiated: true, id: 0, ordered: true }]]);
    }
  });

  describe.each([
    ['waits for candidates', true],
    ['does not wait for candidates', false],
  ])('where the browser %s', (_, iceWaits) => {
    it('lets the callee say nothing but join and ack before the answer', async () => {
      const world = new World(iceWaits);
      await world.ring();
      expect(new Set(sentBy(world, 'grace'))).toEqual(new Set(['join', 'ack']));
    });

    it('lets the callee talk to nobody before the answer, and gather at most', async () => {
      const world = new World(iceWaits);
      await world.ring();
      const callee = world.network.connections.find(({ person }) => person === 'grace');
      expect(callee?.hasRemoteCandidates).toBe(false);
      expect(callee?.localDescription?.type).toBe(iceWaits ? 'answer' : undefined);
    });

    it('answers with accept, description and candidates in one go, without waiting for the camera', async () => {
      const world = new World(iceWaits);
      const { grace, incoming, outgoing } = await world.ring();
      grace.devices.prompt = new Promise(() => {});
      const before = sentBy(world, 'grace').length;
      incoming.answer();
      await world.reach(outgoing, 'CONNECTED');
      const after = sentBy(world, 'grace').slice(before);
      // Where the answer was prepared, it names the candidates.
      const batches = iceWaits ? [] : ['ice_candidates_batch'];
      expect(after.slice(0, 2 + batches.length)).toEqual(['accept', 'answer', ...batches]);
      expect(after.filter((type) => type === 'ice_candidates_batch')).toEqual(batches);
      expect(incoming.snapshot.localStream).toBeNull();
    });

    it('connects when the answer is given while it is being prepared', async () => {
      const world = new World(iceWaits);
      await world.online('ada');
      const grace = await world.online('grace');
      const outgoing = world.devices[0]?.client.call({ personId: 'grace', displayName: 'Grace' }, { type: 'video' });
      await world.clock.until(() => grace.incoming.length > 0);
      grace.ringing.answer();
      for (const call of [outgoing, grace.ringing]) if (call) await world.reach(call, 'CONNECTED');
    });
  });

  it('captures nothing at the callee before the answer', async () => {
    const { grace } = await new World().ring();
    expect(grace.devices.requests).toEqual([]);
  });

  it.each(['ada', 'grace'] as const)('ends for both when %s hangs up', async (who) => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    (who === 'ada' ? outgoing : incoming).hangUp();
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'ENDED');
      expect(call.snapshot).toMatchObject({ endReason: 'ended', remotes: [], localStream: null });
    }
    expect([outgoing.snapshot.endedBySelf, incoming.snapshot.endedBySelf]).toEqual([who === 'ada', who === 'grace']);
  });

  it('is declined', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    incoming.decline();
    for (const call of [outgoing, incoming]) await world.reach(call, 'ENDED');
    expect(outgoing.snapshot).toMatchObject({ endReason: 'declined', endedBySelf: false });
    expect(incoming.snapshot).toMatchObject({ endReason: 'declined', endedBySelf: true });
  });

  it('is cancelled', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    outgoing.hangUp();
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'ENDED');
      expect(call.snapshot.endReason).toBe('cancelled');
    }
  });

  it('is cancelled at the server even when it is hung up before the server has made it', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    call.hangUp();
    expect(call.snapshot.state).toBe('ENDING');
    await world.reach(call, 'ENDED');
    expect(world.server.calls.every((one) => one.outcome === 'cancelled')).toBe(true);
    expect(call.snapshot.endReason).toBe('cancelled');
  });

  it('is missed when the server says so', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    world.server.end('missed', null);
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'ENDED');
      expect(call.snapshot.endReason).toBe('missed');
    }
  });

  it('stops at the other devices when one has answered', async () => {
    const world = new World();
    const tablet = await world.online('grace');
    const { outgoing, incoming } = await world.talk();
    expect(tablet.ringing.snapshot).toMatchObject({ state: 'ENDED', endReason: 'answered_elsewhere' });
    expect(incoming.snapshot.state).toBe('CONNECTED');
    expect(outgoing.snapshot.remotes).toHaveLength(1);
    expect(world.network.open).toBe(2);
  });

  it('goes to the first of two devices that answer at once', async () => {
    const world = new World();
    const tablet = await world.online('grace');
    const { incoming } = await world.ring();
    tablet.ringing.answer();
    incoming.answer();
    await world.reach(tablet.ringing, 'CONNECTED');
    await world.reach(incoming, 'ENDED');
    expect(incoming.snapshot.endReason).toBe('answered_elsewhere');
  });

  it('is one call when both call each other: the later caller answers the earlier one', async () => {
    const world = new World();
    const { ada, grace, outgoing, incoming } = await world.ring();
    const crossing = grace.client.call({ personId: 'ada', displayName: 'Ada' });
    await world.reach(crossing, 'CONNECTED');
    await world.reach(outgoing, 'CONNECTED');
    expect(incoming.snapshot).toMatchObject({ state: 'ENDED', endReason: 'answered_elsewhere' });
    expect([ada.incoming, world.server.calls.length]).toEqual([[], 1]);
  });

  it('is one call when both call each other in the same moment, and rings nowhere', async () => {
    const world = new World();
    const [ada, grace] = [await world.online('ada'), await world.online('grace')];
    world.server.delaysMs.set('/calls/initiate', 200);
    const calls = [
      ada.client.call({ personId: 'grace', displayName: 'Grace' }),
      grace.client.call({ personId: 'ada', displayName: 'Ada' }),
    ];
    for (const call of calls) await world.reach(call, 'CONNECTED');
    expect([ada.incoming, grace.incoming, world.server.calls.length]).toEqual([[], [], 1]);
    expect(new Set(calls.map((call) => call.snapshot.callId)).size).toBe(1);
    expect(world.network.open).toBe(2);
  });

  it("declines the other's call that its own turned out to be, when it was hung up meanwhile", async () => {
    const world = new World();
    const [ada, grace] = [await world.online('ada'), await world.online('grace')];
    world.server.delaysMs.set('/calls/initiate', 200);
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    const crossing = grace.client.call({ personId: 'ada', displayName: 'Ada' });
    await world.clock.advance(100);
    crossing.hangUp();
    for (const call of [outgoing, crossing]) await world.reach(call, 'ENDED');
    await world.clock.advance(1_000);
    expect([outgoing.snapshot.endReason, crossing.snapshot.endReason]).toEqual(['declined', 'cancelled']);
  });

  it('begins with microphone and camera as the person wants them', async () => {
    const world = new World();
    const [ada, grace] = [await world.online('ada'), await world.online('grace')];
    const who = { personId: 'grace', displayName: 'Grace' };
    const outgoing = ada.client.call(who, { camera: false, microphone: false });
    expect(outgoing.snapshot).toMatchObject({ callType: 'video', cameraOn: false, microphoneOn: false });
    await world.clock.until(() => grace.incoming.length > 0);
    grace.ringing.answer({ microphone: false });
    await world.reach(outgoing, 'CONNECTED');
    await world.clock.advance(1_000);
    expect(outgoing.snapshot.remotes[0]).toMatchObject({ microphoneOn: false, cameraOn: true });
    expect(grace.ringing.snapshot.remotes[0]).toMatchObject({ microphoneOn: false, cameraOn: false });
    expect(ada.devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([['audio', false]]);
  });

  it('ends at once when the other is busy', async () => {
    const world = new World();
    const { ada, outgoing } = await world.ring();
    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    const participants = world.server.call.participants.map((one) => ({ ...one, device_id: null }));
    const busy = { ...world.server.call, call_id: 'busy', outcome: 'busy', participants };
    world.server.answers.set('/calls/initiate', [201, busy]);
    const second = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.reach(second, 'ENDED');
    expect(second.snapshot.endReason).toBe('busy');
  });

  it.each([
    ['server_unreachable', null],
    ['signed_out', [401, { code: 'not_signed_in' }]],
    ['refused', [409, { code: 'invalid_transition' }]],
  ] as const)('ends with %s when it cannot be made', async (reason, answer) => {
    const world = new World();
    const ada = await world.online('ada');
    if (answer === null) world.server.down = true;
    else world.server.answers.set('/calls/initiate', answer);
    const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.reach(call, 'ENDED');
    expect(call.snapshot.endReason).toBe(reason);
  });
});

describe('a page of another origin', () => {
  it('calls and is called with tickets for its sockets', async () => {
    const world = new World();
    const elsewhere = { url: 'https://calls.example.org', accessToken: async () => 'bearer-token' };
    const ada = await world.online('ada', elsewhere);
    const grace = await world.online('grace', elsewhere);
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 0);
    grace.ringing.answer();
    await world.reach(outgoing, 'CONNECTED');
    for (const socket of [...ada.sockets, ...grace.sockets]) expect(socket.url).toMatch(/\?ticket=once$/);
  });
});

describe('what a person turns on and off', () => {
  it('reaches the other side', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    incoming.setMicrophone(false);
    incoming.setHand(true);
    incoming.setCamera(false);
    await world.clock.advance(100);
    expect(outgoing.snapshot.remotes[0]).toMatchObject({ microphoneOn: false, handRaised: true, cameraOn: false });
    expect(outgoing.snapshot.remotes[0]?.stream.getTracks().map((track) => track.kind)).toEqual(['audio']);
  });

  it('is already off when the call connects, if it was turned off before', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    incoming.setMicrophone(false);
    incoming.answer({ video: false });
    await world.reach(outgoing, 'CONNECTED');
    await world.clock.advance(100);
    expect(outgoing.snapshot.remotes[0]).toMatchObject({ microphoneOn: false, cameraOn: false });
    expect(incoming.snapshot.localStream?.getTracks().map((track) => [track.kind, track.enabled])).toEqual([
      ['audio', false],
    ]);
  });

  it('turns a camera on in an audio call without another negotiation', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk('audio');
    await world.clock.advance(1_000);
    const said = sentBy(world, 'ada').length;
    outgoing.setCamera(true);
    await world.clock.advance(1_000);
    expect(sentBy(world, 'ada').slice(said)).toEqual([]);
    expect(incoming.snapshot.remotes[0]).toMatchObject({ cameraOn: true });
    const sending = world.network.connections[0]?.getTransceivers().map(({ sender }) => sender.track?.kind);
    expect(sending).toEqual(['audio', 'video']);
    expect(ada.devices.requests).toHaveLength(2);
  });
});

describe('a call without what it needs', () => {
  it.each([
    ['not_allowed', 'NotAllowedError'],
    ['not_found', 'NotFoundError'],
    ['in_use', 'NotReadableError'],
    ['failed', 'TypeError'],
  ] as const)('goes on where the microphone is %s, and says so', async (reason, problem) => {
    const world = new World();
    const { grace, outgoing, incoming } = await world.ring('audio');
    grace.devices.problems.audio = problem;
    incoming.answer();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    await world.clock.advance(1_000);
    expect(incoming.snapshot.captureProblems).toEqual([{ device: 'microphone', reason }]);
    expect(outgoing.snapshot.remotes[0]).toMatchObject({ microphoneOn: false });
  });

  it('goes on without a camera, and has it when the person asks again', async () => {
    const world = new World();
    const { grace, outgoing, incoming } = await world.ring();
    grace.devices.problems.video = 'NotReadableError';
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
    await world.clock.advance(1_000);
    expect(incoming.snapshot.captureProblems).toEqual([{ device: 'camera', reason: 'in_use' }]);
    expect(outgoing.snapshot.remotes[0]).toMatchObject({ cameraOn: false });
    delete grace.devices.problems.video;
    incoming.retryCapture();
    await world.clock.advance(1_000);
    expect(incoming.snapshot.captureProblems).toEqual([]);
    expect(outgoing.snapshot.remotes[0]).toMatchObject({ cameraOn: true });
  });
});

describe('a page that closes', () => {
  it('says leave on its socket', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    const socket = world.server.callSocket('ada');
    ada.page.fire('pagehide');
    expect(outgoing.snapshot).toMatchObject({ state: 'ENDED', endReason: 'left', endedBySelf: true });
    expect(socket.sent.at(-1)).toEqual({ type: 'leave' });
    await world.reach(incoming, 'ENDED');
    expect(incoming.snapshot.endedBySelf).toBe(false);
  });

  it('asks over REST as well, in case the socket does not get that far', async () => {
    const world = new World();
    const { ada, incoming } = await world.talk();
    world.server.cut('ada');
    ada.page.fire('pagehide');
    await world.reach(incoming, 'ENDED');
    expect(world.server.requests).toContainEqual(expect.stringMatching(/^ada POST .*\/leave$/));
    expect(incoming.snapshot.endReason).toBe('left');
  });

  it('does not decline what only rings there', async () => {
    const world = new World();
    const tablet = await world.online('grace');
    const { incoming } = await world.ring();
    world.server.cut('grace');
    tablet.page.fire('pagehide');
    await world.clock.advance(5_000);
    expect(incoming.snapshot.state).toBe('INCOMING');
  });
});
