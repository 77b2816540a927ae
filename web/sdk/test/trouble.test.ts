import { describe, expect, it } from 'vitest';
import type { Call } from '../src/api.js';
import { recovery, socket as socketPolicy } from '../src/policy.js';
import { World } from './support/world.js';

const causes = (call: Call): string[] => call.snapshot.history.map((change) => change.cause);

describe('signalling that breaks', () => {
  it.each(['ada', 'grace'])(
    'does not stop a call from connecting when the socket of %s goes while it rings',
    async (who) => {
      const world = new World();
      const { outgoing, incoming } = await world.ring();
      world.server.cut(who);
      incoming.answer();
      await world.reach(outgoing, 'CONNECTED');
      await world.reach(incoming, 'CONNECTED');
    },
  );

  it.each(['ada', 'grace'])('does not stop it when the socket of %s goes in the middle of the answer', async (who) => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    incoming.answer();
    await world.clock.advance(1);
    world.server.cut(who);
    await world.reach(outgoing, 'CONNECTED');
    await world.reach(incoming, 'CONNECTED');
    // Sent again, not negotiated again.
    expect(world.network.connections).toHaveLength(2);
  });

  it('does not stop it when the first offer is lost on its way', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const grace = await world.online('grace');
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.sockets.some((one) => one.url.includes('/ws/call/') && one.readyState === 1));
    world.server.callSocket('grace').stuck = true;
    await world.clock.advance(1_000);
    world.server.cut('grace');
    await world.clock.advance(5_000);
    grace.ringing.answer();
    await world.reach(outgoing, 'CONNECTED');
  });

  it('says accept again when the server has not heard it', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    world.server.loses.add('accept');
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
  });

  it.each(['offer', 'answer', 'ice_candidates_batch', 'ack'])(
    'says %s again when it is lost on a socket that works',
    async (type) => {
      const world = new World();
      world.server.loses.add(type);
      const { outgoing, incoming } = await world.ring();
      incoming.answer();
      for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
      expect(world.server.loses.size).toBe(0);
    },
  );

  it('is not misled by what it hears twice', async () => {
    const world = new World();
    world.server.stutters = true;
    const { outgoing } = await world.talk();
    world.network.cut();
    await world.reach(outgoing, 'RECONNECTING');
    world.network.heal();
    await world.reach(outgoing, 'CONNECTED');
    const said = (who: string, type: string) =>
      world.server.callSocket(who).sent.filter((message) => message.type === type).length;
    expect(said('grace', 'answer')).toBe(said('ada', 'offer') + said('ada', 'ice_restart'));
  });

  it('is told again how the media does, because a server may have forgotten', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.server.cut('ada');
    await world.clock.until(() => outgoing.snapshot.signallingUp);
    await world.clock.advance(100);
    expect(world.server.callSocket('ada').sent).toContainEqual({ type: 'media_state', media_state: 'connected' });
  });

  it('does not make a callee speak who has not answered', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const grace = await world.online('grace');
    ada.devices.prompt = new Promise(() => {});
    ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.advance(500);
    world.server.cut('ada');
    await world.clock.advance(500);
    const said = () => new Set(world.server.callSocket('grace').sent.map((message) => message.type));
    expect(said()).toEqual(new Set(['join']));
    // Nor does it make the callee offer afterwards: that remains the caller's.
    grace.ringing.answer();
    await world.reach(grace.ringing, 'CONNECTED');
    expect(said()).not.toContain('offer');
  });

  it('answers as soon as there is a socket again', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    world.server.down = true;
    world.server.cut('grace');
    incoming.answer();
    await world.clock.advance(3_000);
    expect(incoming.snapshot).toMatchObject({ state: 'CONNECTING', signallingUp: false });
    world.server.down = false;
    await world.reach(outgoing, 'CONNECTED');
  });

  it('leaves a call that is connected alone', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    world.server.down = true;
    for (const who of ['ada', 'grace']) world.server.cut(who);
    await world.clock.advance(60_000);
    for (const call of [outgoing, incoming])
      expect(call.snapshot).toMatchObject({ state: 'CONNECTED', signallingUp: false });
  });

  it('is noticed on a socket that is open but dead', async () => {
    const world = new World();
    const { ada, outgoing } = await world.talk();
    for (const one of ada.sockets) one.stuck = true;
    await world.clock.until(() => !outgoing.snapshot.signallingUp, 30_000);
    await world.clock.until(() => outgoing.snapshot.signallingUp, 30_000);
    expect(outgoing.snapshot.state).toBe('CONNECTED');
  });

  it('is noticed faster when the device says that its network has changed', async () => {
    const world = new World();
    const { ada, outgoing } = await world.talk();
    for (const one of ada.sockets) one.stuck = true;
    ada.page.fire('online');
    await world.clock.until(() => !outgoing.snapshot.signallingUp, socketPolicy.checkTimeoutMs);
  });

  it('is not hurried back: each attempt waits longer, and never exactly as long as the others', async () => {
    const world = new World();
    const { ada } = await world.talk();
    const made = () => ada.sockets.filter((one) => one.url.includes('/ws/call/')).length;
    world.server.down = true;
    world.server.cut('ada');
    const before = made();
    await world.clock.advance(60_000);
    expect(made() - before).toBeGreaterThan(5);
    expect(made() - before).toBeLessThan(20);
  });
});

describe('a server that refuses', () => {
  it.each([
    [4001, 'signed_out'],
    [4003, 'refused'],
    [4000, 'ended'],
  ] as const)('with %i ends the call with %s', async (code, reason) => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.server.callSocket('ada').cut(code);
    await world.reach(outgoing, 'ENDED');
    expect(outgoing.snapshot.endReason).toBe(reason);
  });

  it('with 4000 while it rings means that another device has answered', async () => {
    const world = new World();
    const { incoming } = await world.ring();
    world.server.callSocket('grace').cut(4000);
    await world.reach(incoming, 'ENDED');
    expect(incoming.snapshot.endReason).toBe('answered_elsewhere');
  });

  it('with 4029 is left in peace for a while', async () => {
    const world = new World();
    const { ada, outgoing } = await world.talk();
    const before = ada.sockets.length;
    world.server.callSocket('ada').cut(4029);
    await world.clock.advance(socketPolicy.refusedRetryMs - 1_000);
    expect(ada.sockets).toHaveLength(before);
    await world.clock.until(() => outgoing.snapshot.signallingUp);
  });

  it('is not believed when it talks nonsense', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    for (const nonsense of [
      {},
      { type: 'joined' },
      { type: 'call_updated', call: { state: 'ENDED' } },
      { type: 'offer', from: 'x', seq: 'one', sdp: 'v=0' },
      { type: 'offer', from: 7, seq: 1, sdp: 'v=0' },
      { type: 'ice_candidates_batch', from: 'x/y', seq: 1, candidates: [{}] },
      { type: 'peer_left', peer: 'grace', reason: 'bored' },
      { type: 'hasOwnProperty' },
      [],
      { type: 'offer', from: 'mallory/device', seq: 1, sdp: 'not a description' },
    ]) {
      world.server.callSocket('ada').say(nonsense);
      world.server.callSocket('grace').say(nonsense);
    }
    await world.clock.advance(100);
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
  });
});

describe('an exchange that stalls', () => {
  it('does not wait for a caller who reads a permission prompt', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const grace = await world.online('grace');
    ada.devices.prompt = new Promise(() => {});
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 0);
    await world.clock.advance(2_000);
    expect(world.server.callSocket('ada').sent.some((message) => message.type === 'offer')).toBe(true);
    grace.ringing.answer();
    await world.reach(outgoing, 'CONNECTED');
  });

  it('does not wait for capture at all once the callee has answered', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const grace = await world.online('grace');
    ada.devices.prompt = new Promise(() => {});
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 0);
    const beforeMs = world.clock.nowMs;
    grace.ringing.answer();
    await world.reach(outgoing, 'CONNECTED');
    expect(world.clock.nowMs - beforeMs).toBeLessThan(500);
  });

  it('waits for ICE servers that are slow', async () => {
    const world = new World();
    world.server.delaysMs.set('/ice-servers', 1_000);
    const ada = await world.online('ada');
    const grace = await world.online('grace');
    const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 0);
    grace.ringing.answer();
    await world.reach(outgoing, 'CONNECTED');
    for (const { configuration } of world.network.connections) expect(configuration.iceServers).toHaveLength(1);
  });

  it('is connected at once where the news of the answer comes later than the answer', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    world.server.newsDelayMs = 300;
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
    const [accepted, connected] = outgoing.snapshot.history.slice(-2);
    expect(connected?.atMs).toBe(accepted?.atMs);
  });

  it('does not look broken when the other side has left', async () => {
    const world = new World();
    const { grace, outgoing } = await world.talk();
    world.server.newsDelayMs = 300;
    grace.page.fire('pagehide');
    await world.reach(outgoing, 'ENDED');
    expect(causes(outgoing)).not.toContain('disrupted');
  });

  it('goes on with an offer of the callee when the caller has made none', async () => {
    const world = new World();
    world.network.fails = 'local';
    const { outgoing, incoming } = await world.ring();
    expect(world.network.fails).toBeNull();
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
    expect(world.server.callSocket('grace').sent.some((message) => message.type === 'offer')).toBe(true);
  });

  it('survives first offers that cross', async () => {
    const world = new World();
    world.server.slowMs.set('ada', 8_000);
    const { outgoing, incoming } = await world.ring();
    incoming.answer();
    await world.clock.advance(6_000);
    world.server.slowMs.clear();
    await world.reach(outgoing, 'CONNECTED');
    for (const who of ['ada', 'grace']) {
      expect(world.server.callSocket(who).sent.some((message) => message.type === 'offer')).toBe(true);
    }
    for (const connection of world.network.connections) {
      const sending = connection.getTransceivers().map((one) => [one.mid, one.direction, one.sender.track?.kind]);
      expect(sending).toEqual([
        ['0', 'sendrecv', 'audio'],
        ['1', 'sendrecv', 'video'],
      ]);
    }
  });

  it('goes on with the offer said again when the callee could not take it', async () => {
    const world = new World();
    world.network.fails = 'remote';
    const { outgoing, incoming } = await world.ring();
    expect(world.network.fails).toBeNull();
    incoming.answer();
    await world.reach(outgoing, 'CONNECTED');
    const offers = world.server.callSocket('ada').sent.filter((message) => message.type === 'offer');
    expect(offers.length).toBeGreaterThan(1);
  });

  it('takes no notice of an older word of the server', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    await world.clock.advance(1_000);
    const participants = world.server.call.participants.map((one) => ({ ...one, display_name: 'Old' }));
    world.server
      .callSocket('ada')
      .say({ type: 'call_updated', call: { ...world.server.call, version: 1, participants } });
    await world.clock.advance(100);
    expect(outgoing.snapshot.others).toEqual([{ personId: 'grace', displayName: 'grace' }]);
  });
});

describe('media that breaks', () => {
  it('comes back by itself when the break is short', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.network.cut();
    await world.clock.advance(recovery.disconnectedGraceMs - 500);
    world.network.heal();
    await world.clock.advance(10_000);
    expect(causes(outgoing)).not.toContain('disrupted');
  });

  it('shows RECONNECTING, restarts, and is CONNECTED again', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    world.network.cut();
    for (const call of [outgoing, incoming]) await world.reach(call, 'RECONNECTING');
    world.network.heal();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    expect(world.server.callSocket('ada').sent.some((message) => message.type === 'ice_restart')).toBe(true);
  });

  it('keeps what the person turned off, and their tracks', async () => {
    const world = new World();
    const { ada, outgoing } = await world.talk();
    outgoing.setMicrophone(false);
    outgoing.setCamera(false);
    world.network.cut();
    await world.reach(outgoing, 'RECONNECTING');
    world.network.heal();
    await world.reach(outgoing, 'CONNECTED');
    expect(outgoing.snapshot).toMatchObject({ microphoneOn: false, cameraOn: false });
    expect(ada.devices.captured.map((track) => [track.kind, track.enabled, track.readyState])).toEqual([
      ['audio', false, 'live'],
      ['video', false, 'ended'],
    ]);
  });

  it('waits for signalling when both are gone, and then restarts', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.network.cut();
    world.server.down = true;
    for (const who of ['ada', 'grace']) world.server.cut(who);
    await world.clock.advance(25_000);
    expect(outgoing.snapshot.state).toBe('RECONNECTING');
    world.network.heal();
    world.server.down = false;
    await world.reach(outgoing, 'CONNECTED');
  });

  it('ends both sides with connection_lost when every attempt has failed', async () => {
    const world = new World();
    const { ada, grace, outgoing, incoming } = await world.talk();
    world.network.cut();
    for (const call of [outgoing, incoming]) await world.reach(call, 'ENDED');
    expect([outgoing.snapshot.endReason, incoming.snapshot.endReason]).toEqual(['connection_lost', 'connection_lost']);
    // One side restarts, the other answers.
    const restarts = (sockets: typeof ada.sockets) =>
      sockets.flatMap((socket) => socket.sent).filter((message) => message.type === 'ice_restart').length;
    expect([restarts(ada.sockets), restarts(grace.sockets)]).toEqual([recovery.maxAttempts, 0]);
  });

  it('uses relays only from the third attempt on', async () => {
    const world = new World();
    await world.talk();
    const [connection] = world.network.connections;
    world.network.cut();
    const policies: (string | undefined)[] = [];
    await world.clock.until(() => {
      const now = connection?.configuration.iceTransportPolicy;
      if (policies.at(-1) !== now) policies.push(now);
      return connection?.signalingState === 'closed';
    });
    expect(policies).toEqual(['all', 'relay']);
  });

  it('tries again at once when the person asks', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.network.cut();
    await world.reach(outgoing, 'RECONNECTING');
    await world.clock.advance(10_000);
    world.network.heal();
    const beforeMs = world.clock.nowMs;
    outgoing.retryNow();
    await world.reach(outgoing, 'CONNECTED');
    expect(world.clock.nowMs - beforeMs).toBeLessThan(1_000);
  });

  it('ends with failed_setup when it never comes up', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    world.network.cut();
    incoming.answer();
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'ENDED');
      expect(call.snapshot.endReason).toBe('failed_setup');
    }
  });

  it('survives offers that cross', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    world.network.cut();
    for (const call of [outgoing, incoming]) await world.reach(call, 'RECONNECTING');
    await world.clock.advance(5_000);
    world.network.heal();
    outgoing.retryNow();
    incoming.retryNow();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
  });
});
