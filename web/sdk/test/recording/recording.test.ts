import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/api.js';
import { recordingLeg as policy } from '../../src/policy.later.js';
import { isMesh, World } from '../support/world.js';

const leg = (call: Call) => call.snapshot.recording?.leg ?? null;

/** A call that sends to its recording, and has not looked yet at what flows there. */
async function begun(world = new World(), type: 'audio' | 'video' = 'video') {
  const there = await world.talk(type);
  expect(await there.outgoing.startRecording()).toEqual({ ok: true });
  const calls = [there.outgoing, there.incoming];
  await world.clock.until(() => calls.every((call) => leg(call) === 'sending'));
  return { world, calls, ...there };
}

async function recorded(world?: World, type?: 'audio' | 'video') {
  const there = await begun(world, type);
  await there.world.clock.advance(policy.stableMs);
  return there;
}

/** The connection by which a person sends to the recording. */
const legOf = (world: World, person: string) =>
  world.network.connections.filter((one) => one.person === person && one.otherPerson === 'node').at(-1);
const sent = (world: World, person: string) =>
  legOf(world, person)
    ?.getTransceivers()
    .map(({ sender }) => sender.track?.kind ?? null);
const openLegs = (world: World) =>
  world.network.connections.filter((one) => one.otherPerson === 'node' && one.signalingState !== 'closed').length;

describe('a recording', () => {
  it('is seen by everybody, with who started it and since when', async () => {
    const { calls } = await recorded();
    for (const call of calls) {
      expect(call.snapshot.recording).toMatchObject({
        startedBy: 'ada',
        startedAtMs: Date.parse('2026-01-01T00:01:00Z'),
        leg: 'sending',
      });
    }
  });

  it('gets microphone, camera and room for a screen of everybody, over connections that send only', async () => {
    const { world } = await recorded();
    for (const person of ['ada', 'grace']) {
      expect(sent(world, person)).toEqual(['audio', 'video', null]);
      const directions = legOf(world, person)
        ?.getTransceivers()
        .map(({ direction }) => direction);
      expect(directions).toEqual(['sendonly', 'sendonly', 'sendonly']);
    }
  });

  it('uses the TURN servers of the call, so that blocked UDP does not keep it away', async () => {
    const { world } = await recorded();
    expect(legOf(world, 'ada')?.configuration.iceServers).toEqual([{ urls: ['turn:relay'] }]);
  });

  it('may be stopped by somebody else, and everything is let go', async () => {
    const { world, calls, incoming } = await recorded();
    expect(await incoming.stopRecording()).toEqual({ ok: true });
    await world.clock.until(() => calls.every((call) => call.snapshot.recording === null));
    expect(openLegs(world)).toBe(0);
    expect(calls.every((call) => call.snapshot.state === 'CONNECTED')).toBe(true);
  });

  it('ends with the call, and nothing stays open', async () => {
    const { world, ada, calls, outgoing } = await recorded();
    outgoing.hangUp();
    for (const call of calls) await world.reach(call, 'ENDED');
    await world.clock.advance(60_000);
    expect(openLegs(world)).toBe(0);
    expect(calls.map((call) => call.snapshot.recording)).toEqual([null, null]);
    const listeners = world.network.connections.reduce((sum, one) => sum + one.listenerCount, 0);
    expect([ada.held.liveTracks, listeners]).toEqual([0, 0]);
  });

  it('gets whoever comes later as well', async () => {
    const { world, outgoing } = await recorded();
    const bob = await world.online('bob');
    await outgoing.invite(['bob']);
    await world.clock.until(() => bob.incoming.length > 0);
    // Whoever rings sees it before answering, and sends nothing yet.
    await world.clock.until(() => bob.ringing.snapshot.recording !== null);
    expect(legOf(world, 'bob')).toBeUndefined();
    bob.ringing.answer();
    await world.clock.until(() => isMesh(bob.ringing, 2) && leg(bob.ringing) === 'sending');
    expect(sent(world, 'bob')).toEqual(['audio', 'video', null]);
  });

  it('cannot be started before there is a call, and says why it was not started', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const early = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    expect(await early.startRecording()).toMatchObject({ ok: false, reason: 'not_in_call' });
    const { outgoing } = await world.talk();
    const path = `/calls/${world.server.call.call_id}/recording`;
    world.server.answers.set(path, [503, { code: 'recording_unavailable', detail: 'The disk is full.' }]);
    const refused = { ok: false, reason: 'unavailable', detail: 'The disk is full.' };
    expect(await outgoing.startRecording()).toEqual(refused);
    world.server.answers.set(path, [409, { code: 'invalid_transition', detail: 'No.' }]);
    expect(await outgoing.startRecording()).toMatchObject({ ok: false, reason: 'not_in_call' });
    world.server.down = true;
    expect(await outgoing.startRecording()).toMatchObject({ ok: false, reason: 'unreachable' });
    expect(outgoing.snapshot.recording).toBeNull();
  });
});

describe('what is recorded of a device', () => {
  it('is what the person lets others see and hear', async () => {
    const { world, ada, outgoing } = await recorded();
    outgoing.setCamera(false);
    await world.clock.advance(1_000);
    expect(sent(world, 'ada')).toEqual(['audio', null, null]);
    outgoing.setMicrophone(false);
    await world.clock.advance(1_000);
    expect(ada.devices.live.map(({ kind, enabled }) => [kind, enabled])).toEqual([['audio', false]]);
    outgoing.setHold(true);
    await world.clock.advance(1_000);
    expect(sent(world, 'ada')).toEqual([null, null, null]);
    outgoing.setHold(false);
    outgoing.setCamera(true);
    await world.clock.until(() => sent(world, 'ada')?.[1] === 'video');
    // All over the same connection.
    expect([leg(outgoing), world.node.offers]).toEqual(['sending', 2]);
  });

  it('is the screen as well, while it is shared', async () => {
    const { world, outgoing } = await recorded();
    await outgoing.shareScreen();
    await world.clock.until(() => sent(world, 'ada')?.[2] === 'video');
    outgoing.stopSharing();
    await world.clock.until(() => sent(world, 'ada')?.[2] === null);
  });

  it('is off from the start where the person has turned it off', async () => {
    const { world } = await recorded(new World(), 'audio');
    expect(sent(world, 'ada')).toEqual(['audio', null, null]);
  });

  it('never takes more than its share', async () => {
    const { world } = await recorded();
    const limits = legOf(world, 'ada')
      ?.getTransceivers()
      .map(({ sender }) => sender.parameters.encodings.map(({ maxBitrate }) => maxBitrate));
    expect(limits).toEqual([[policy.soundBps], [policy.pictureBps.excellent], [policy.pictureBps.excellent]]);
  });
});

describe('a leg in trouble', () => {
  it('comes back after the node has died without a word, and the call does not notice', async () => {
    const { world, calls, outgoing } = await recorded();
    const diedAtMs = world.clock.nowMs;
    world.node.die();
    await world.clock.until(() => leg(outgoing) === 'interrupted');
    expect(world.clock.nowMs - diedAtMs).toBeLessThan(policy.silenceMs + 1_000);
    await world.clock.until(() => calls.every((call) => leg(call) === 'sending'));
    expect(openLegs(world)).toBe(2);
    for (const call of calls) {
      expect(call.snapshot.history.map((change) => change.cause)).not.toContain('disrupted');
    }
  });

  it('goes on when the server is there again after a restart', async () => {
    const { world, calls } = await recorded();
    world.node.die();
    world.server.down = true;
    for (const person of ['ada', 'grace']) world.server.cut(person);
    await world.clock.advance(15_000);
    expect(calls.map(leg)).toEqual(['interrupted', 'interrupted']);
    world.server.down = false;
    await world.clock.until(() => calls.some((call) => call.snapshot.signallingUp));
    const backAtMs = world.clock.nowMs;
    await world.clock.until(() => calls.some((call) => leg(call) === 'sending'));
    expect(world.clock.nowMs - backAtMs).toBeLessThan(500);
    await world.clock.until(() => calls.every((call) => leg(call) === 'sending'));
  });

  it('is given up sooner when the socket of the call is lost as well: the server may be away, and its node with it', async () => {
    const { world, outgoing } = await recorded();
    const diedAtMs = world.clock.nowMs;
    world.node.die();
    // It stays away, so that nothing but the loss of the socket can be what counts.
    world.server.down = true;
    world.server.cut('ada');
    await world.clock.until(() => leg(outgoing) === 'interrupted');
    expect(world.clock.nowMs - diedAtMs).toBeLessThanOrEqual(policy.doubtfulSilenceMs + policy.lookIntervalMs);
  });

  it('is not given up sooner because the socket is back: it may have begun with that server', async () => {
    const { world, outgoing } = await recorded();
    world.server.down = true;
    world.server.cut('ada');
    // The node is heard meanwhile: the loss of the socket does not count any more.
    await world.clock.advance(policy.doubtMs);
    world.server.down = false;
    await world.clock.until(() => outgoing.snapshot.signallingUp);
    const diedAtMs = world.clock.nowMs;
    world.node.die();
    await world.clock.until(() => leg(outgoing) === 'interrupted');
    expect(world.clock.nowMs - diedAtMs).toBeGreaterThanOrEqual(policy.silenceMs - policy.lookIntervalMs);
  });

  it('does not end in doubt because its first look comes late: there is nothing to compare with yet', async () => {
    const { world, outgoing } = await begun();
    world.server.cut('ada');
    // The page was busy.
    world.clock.nowMs += policy.silenceMs;
    await world.clock.advance(policy.doubtMs);
    // Over the connections of the beginning.
    expect([leg(outgoing), world.node.offers]).toEqual(['sending', 2]);
  });

  it('does not take for a sign of life, at its first look, what came before', async () => {
    const { world, outgoing } = await begun();
    const diedAtMs = world.clock.nowMs;
    expect(legOf(world, 'ada')?.flowedAtMs).toBe(diedAtMs);
    world.node.die();
    world.server.cut('ada');
    await world.clock.until(() => leg(outgoing) === 'interrupted');
    expect(world.clock.nowMs - diedAtMs).toBeLessThanOrEqual(policy.doubtfulSilenceMs + policy.lookIntervalMs);
  });

  it('is tried again while the server has no room, and says that nothing is recorded', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    const path = `/recordings/recording-${world.server.call.version}/leg`;
    world.server.answers.set(path, [503, { code: 'recording_unavailable', detail: 'Full.' }]);
    await outgoing.startRecording();
    await world.clock.until(() => leg(outgoing) === 'interrupted');
    await world.clock.advance(20_000);
    const tries = world.server.requests.filter((one) => one === `ada POST ${path}`).length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(12);
    world.server.answers.delete(path);
    await world.clock.until(() => leg(outgoing) === 'sending');
  });

  it('is given up when the server says that its offer is at fault', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    const path = `/recordings/recording-${world.server.call.version}/leg`;
    world.server.answers.set(path, [422, { code: 'bad_offer', detail: 'No.' }]);
    await outgoing.startRecording();
    await world.clock.until(() => leg(outgoing) === 'refused');
    await world.clock.advance(60_000);
    expect(world.server.requests.filter((one) => one === `ada POST ${path}`)).toHaveLength(1);
    expect([outgoing.snapshot.state, openLegs(world)]).toEqual(['CONNECTED', 0]);
    // The person is told of it as of other things that they would not notice.
    expect(outgoing.snapshot.warnings).toEqual(['not_recorded']);
  });

  it('ends when the server does not know the recording any more', async () => {
    const { world, outgoing } = await recorded();
    const id = outgoing.snapshot.recording?.recordingId;
    world.server.answers.set(`/recordings/${id}/leg`, [404, { code: 'not_found' }]);
    world.node.die();
    await world.clock.advance(60_000);
    expect(world.server.requests.filter((one) => one === `ada POST /recordings/${id}/leg`)).toHaveLength(2);
    expect([outgoing.snapshot.state, openLegs(world)]).toEqual(['CONNECTED', 0]);
  });

  it('begins when what it needs can be loaded at last', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    ada.partsMissing = true;
    await incoming.startRecording();
    await world.clock.advance(10_000);
    // That the call is recorded is seen all the same.
    expect(leg(outgoing)).toBe('connecting');
    ada.partsMissing = false;
    await world.clock.until(() => leg(outgoing) === 'sending');
  });
});
