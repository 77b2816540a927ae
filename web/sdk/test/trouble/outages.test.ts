import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/api.js';
import { socket as policy, recovery, request } from '../../src/policy.js';
import type { FakePeerConnection } from '../support/peer-connection.js';
import { World } from '../support/world.js';

const causes = (call: Call): string[] => call.snapshot.history.map((change) => change.cause);

/** Everything that has been said of a type, by anybody. */
const said = (world: World, type: string) =>
  world.devices.flatMap(({ sockets }) => sockets.flatMap((one) => one.sent)).filter((one) => one.type === type);

/** Nothing gets through for a person: no socket, no media, and no browser notices at once. */
async function outage(world: World, who: string, ms: number): Promise<void> {
  world.network.silence();
  for (const device of world.devices) {
    for (const socket of device.sockets) if (socket.person === who) socket.stuck = true;
  }
  world.unreachable.add(who);
  await world.clock.advance(5_000 < ms ? 5_000 : ms);
  // What browsers do then: some seconds later they say so, and later still give up.
  if (ms > 5_000) world.network.cut();
  await world.clock.advance(Math.max(0, ms - 5_000));
  world.unreachable.delete(who);
  world.network.heal();
}

describe('an outage', () => {
  for (const who of ['ada', 'grace']) {
    it.each([2_000, 8_000, 25_000])(`of %i ms of ${who}, and both talk again within three seconds`, async (ms) => {
      const world = new World();
      const { outgoing, incoming } = await world.talk();
      await world.clock.advance(5_000);
      await outage(world, who, ms);
      for (const call of [outgoing, incoming]) expect(call.snapshot.state).toBe('RECONNECTING');
      const usableMs = world.clock.nowMs;
      for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
      // An attempt of the outage never opens here, where a browser would say its first words again: it is waited for.
      expect(world.clock.nowMs - usableMs).toBeLessThan(policy.urgentRetryMs + 1_000);
      // The longest that an attempt is waited for that began in the outage.
      const limitMs = 2 * policy.urgentRetryMs + 500;
      await world.clock.until(() => outgoing.snapshot.signallingUp && incoming.snapshot.signallingUp, limitMs);
      await world.clock.advance(20_000);
      for (const call of [outgoing, incoming]) expect(causes(call).filter((cause) => cause === 'failed')).toEqual([]);
      expect(world.network.open).toBe(2);
    });
  }

  it('is noticed within a second and a half by both, also when no browser says anything', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(5_300);
    world.network.silence();
    const cutMs = world.clock.nowMs;
    for (const call of [outgoing, incoming]) await world.reach(call, 'RECONNECTING');
    expect(world.clock.nowMs - cutMs).toBeLessThan(1_500);
  });

  it('shorter than a moment changes nothing', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(5_000);
    world.network.silence();
    await world.clock.advance(500);
    world.network.heal();
    await world.clock.advance(10_000);
    for (const call of [outgoing, incoming]) expect(causes(call)).not.toContain('disrupted');
    expect(said(world, 'ice_restart')).toEqual([]);
  });

  it('is none where only sockets are lost', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    for (let i = 0; i < 5; i += 1) {
      await world.clock.advance(3_300);
      for (const who of ['ada', 'grace']) world.server.cut(who);
    }
    await world.clock.advance(5_000);
    for (const call of [outgoing, incoming]) expect(causes(call)).not.toContain('disrupted');
  });

  it('is none where one of them has nothing to send', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(5_000);
    incoming.setHold(true);
    await world.clock.advance(60_000);
    for (const call of [outgoing, incoming]) expect(causes(call)).not.toContain('disrupted');
  });

  it('is looked for when the device has slept, also where media seems to flow', async () => {
    const world = new World();
    const { ada } = await world.talk();
    await world.clock.advance(5_000);
    const socket = world.server.callSocket('ada');
    for (const one of ada.sockets) one.stuck = true;
    // Shorter than a heartbeat, so that nothing else asks.
    world.clock.nowMs += 5_000;
    await world.clock.advance(policy.urgentCheckTimeoutMs + 300);
    expect(socket.readyState).toBe(3);
  });

  it('does not use up attempts on a peer that acknowledges nothing', async () => {
    const world = new World();
    const { grace, outgoing } = await world.talk();
    await world.clock.advance(5_000);
    world.network.silence();
    for (const socket of grace.sockets) socket.stuck = true;
    world.unreachable.add('grace');
    // The server does not notice, and neither side can do anything.
    world.server.closed = () => {};
    await world.clock.advance(40_000);
    expect(outgoing.snapshot.state).toBe('RECONNECTING');
    const [connection] = world.network.connections;
    expect(connection?.configuration.iceTransportPolicy).toBe('all');
    // Said again until it is acknowledged, and not followed by others.
    expect(new Set(said(world, 'ice_restart').map(({ seq }) => seq)).size).toBeLessThan(recovery.maxAttempts);
    expect(world.network.connections).toHaveLength(2);
  });

  it('makes one who hears everything doubt a socket, when the other hears nothing', async () => {
    const world = new World();
    const { grace, incoming } = await world.talk();
    await world.clock.advance(5_000);
    const socket = world.server.callSocket('grace');
    for (const one of grace.sockets) one.stuck = true;
    const [adas, graces] = world.network.connections;
    const toldMs = world.clock.nowMs;
    // What the other says when it doubts: the same as before.
    const said = JSON.stringify({ type: 'media', microphone_on: true, camera_on: true, hand_raised: false });
    for (let i = 0; i < 2; i += 1) graces?.channel.fire('message', { data: said });
    expect(adas).not.toBe(graces);
    await world.clock.until(() => socket.readyState === 3, 2_000);
    // And what another one takes to open.
    expect(world.clock.nowMs - toldMs).toBeLessThanOrEqual(policy.urgentCheckTimeoutMs + 50);
    await world.clock.until(() => incoming.snapshot.signallingUp, 2_000);
    expect(causes(incoming)).not.toContain('disrupted');
  });

  it('whose end the browser tells does not wait for a socket of before', async () => {
    const world = new World();
    const { ada, outgoing } = await world.talk();
    const socket = world.server.callSocket('ada');
    for (const one of ada.sockets) one.stuck = true;
    ada.page.fire('offline');
    await world.clock.advance(100);
    ada.page.fire('online');
    expect(socket.readyState).toBe(3);
    await world.clock.until(() => outgoing.snapshot.signallingUp, 200);
  });
});

describe('restarts', () => {
  it('that cross end in one connection', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(5_000);
    world.network.cut();
    for (const call of [outgoing, incoming]) await world.reach(call, 'RECONNECTING');
    await world.clock.advance(3_000);
    world.network.heal();
    for (const call of [outgoing, incoming]) call.retryNow();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    await world.clock.advance(20_000);
    for (const call of [outgoing, incoming]) expect(call.snapshot.state).toBe('CONNECTED');
    expect(world.network.connections).toHaveLength(2);
  });

  it('that give way to an offer are offered again', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(5_000);
    world.network.cut();
    // Grace hears of nothing yet, Ada gives way: her name is the smaller one.
    await world.reach(outgoing, 'RECONNECTING');
    await world.clock.advance(1_000);
    world.network.heal();
    world.server.slowMs.set('ada', 300);
    const connections = world.network.connections;
    const ufrag = () => connections.map((one) => /"ufrag":"([^"]+)"/.exec(one.localDescription?.sdp ?? '')?.[1]);
    const before = ufrag();
    outgoing.retryNow();
    await world.clock.advance(20);
    void incoming.shareScreen();
    await world.clock.advance(2_000);
    world.server.slowMs.clear();
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    await world.clock.until(() => outgoing.snapshot.remotes[0]?.screenStream !== null, 5_000);
    for (const [index, one] of ufrag().entries()) expect(one).not.toBe(before[index]);
  });

  it('survive a socket that goes at any moment of them', async () => {
    for (let ms = 0; ms < 120; ms += 5) {
      const world = new World();
      const { outgoing, incoming } = await world.talk();
      await world.clock.advance(5_000);
      world.network.cut();
      await world.reach(outgoing, 'RECONNECTING');
      await world.clock.advance(2_500);
      world.network.heal();
      outgoing.retryNow();
      await world.clock.advance(ms);
      for (const who of ['ada', 'grace']) world.server.cut(who);
      const cutMs = world.clock.nowMs;
      for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
      expect(world.clock.nowMs - cutMs, `cut after ${ms} ms`).toBeLessThan(3_000);
    }
  });
});

describe('TURN credentials', () => {
  const users = (connection: FakePeerConnection | undefined) =>
    connection?.configuration.iceServers?.map(({ username }) => username);

  /** The server gives out others each time, which last so long. */
  function issue(world: World, lifeMs: number): void {
    let issued = 0;
    world.server.iceServers = () => {
      issued += 1;
      const server = { urls: ['turn:relay'], username: `user ${issued}`, credential: 'secret' };
      return { ice_servers: [server], expires_at: new Date(world.clock.nowMs + lifeMs).toISOString() };
    };
  }

  it('are replaced before they end, in a call that goes on all the while', async () => {
    const world = new World();
    issue(world, request.iceServersMarginMs + 20 * 60_000);
    const { outgoing, incoming } = await world.talk();
    const [connection] = world.network.connections;
    const [first] = users(connection) ?? [];
    await world.clock.advance(20 * 60_000 + 2_000);
    expect(users(connection)).not.toEqual([first]);
    expect(said(world, 'ice_restart').length).toBeGreaterThan(0);
    for (const call of [outgoing, incoming]) expect(causes(call)).not.toContain('disrupted');
  });

  it.each([401, 437, 438])('that a TURN server refuses with %i are replaced, once in a while', async (errorCode) => {
    const world = new World();
    issue(world, 60 * 60_000);
    await world.talk();
    await world.clock.advance(2 * request.iceServersRetryMs);
    const [connection] = world.network.connections;
    const [first] = users(connection) ?? [];
    const restarts = () => said(world, 'ice_restart').length;
    for (let i = 0; i < 20; i += 1) connection?.fire('icecandidateerror', { errorCode });
    await world.clock.advance(1_000);
    expect(users(connection)).not.toEqual([first]);
    expect(restarts()).toBe(1);
    for (let i = 0; i < 20; i += 1) connection?.fire('icecandidateerror', { errorCode });
    await world.clock.advance(1_000);
    expect(restarts()).toBe(1);
  });

  it('are kept when a server says something else', async () => {
    const world = new World();
    issue(world, 60 * 60_000);
    await world.talk();
    await world.clock.advance(2 * request.iceServersRetryMs);
    world.network.connections[0]?.fire('icecandidateerror', { errorCode: 701 });
    await world.clock.advance(1_000);
    expect(said(world, 'ice_restart')).toEqual([]);
  });
});

describe('a call without any path', () => {
  it('is given up within twenty seconds, as one that could not be set up', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    world.network.sever('ada', 'grace');
    world.network.relayed.add('ada');
    const startMs = world.clock.nowMs;
    incoming.answer();
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'ENDED');
      expect(call.snapshot.endReason).toBe('failed_setup');
    }
    expect([outgoing.snapshot.relayReached, incoming.snapshot.relayReached]).toEqual([true, false]);
    expect(world.clock.nowMs - startMs).toBeLessThan(20_000);
  });

  it('and without the server says so', async () => {
    const world = new World();
    const { incoming } = await world.ring();
    world.network.cut();
    world.server.down = true;
    for (const who of ['ada', 'grace']) world.server.cut(who);
    const startMs = world.clock.nowMs;
    incoming.answer();
    await world.reach(incoming, 'ENDED');
    expect(incoming.snapshot.endReason).toBe('server_unreachable');
    expect(world.clock.nowMs - startMs).toBeLessThan(20_000);
  });

  it('any more ends for good, whatever comes and goes', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    world.network.sever('ada', 'grace');
    const cutMs = world.clock.nowMs;
    while (outgoing.snapshot.state !== 'ENDED' && world.clock.nowMs - cutMs < 120_000) {
      await world.clock.advance(2_500);
      for (const who of ['ada', 'grace']) world.server.cut(who);
    }
    for (const call of [outgoing, incoming]) {
      await world.reach(call, 'ENDED');
      expect(call.snapshot.endReason).toBe('connection_lost');
    }
    expect(world.clock.nowMs - cutMs).toBeLessThan(recovery.giveUpMs + 10_000);
  });
});

describe('what a person wants', () => {
  it('holds over restarts and a new connection: muted, no camera, and a screen that goes on', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    outgoing.setMicrophone(false);
    outgoing.setCamera(false);
    await world.clock.until(() => incoming.snapshot.remotes[0]?.screenStream !== null);
    const tracks = () => ada.devices.captured.map((track) => [track.kind, track.enabled, track.readyState]);
    const before = tracks();
    const intents = () => {
      const { microphoneOn, cameraOn, screenStream } = outgoing.snapshot;
      return { microphoneOn, cameraOn, screenStream };
    };
    const wanted = intents();
    expect(wanted).toMatchObject({ microphoneOn: false, cameraOn: false });

    for (const breaks of [
      () => world.network.cut(),
      // These connections are beyond help: only new ones do.
      () => world.network.breaks(...world.network.connections),
    ]) {
      breaks();
      await world.reach(incoming, 'RECONNECTING');
      world.network.heal();
      for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
      await world.clock.advance(2_000);
      expect(tracks()).toEqual(before);
      expect(intents()).toEqual(wanted);
      const [remote] = incoming.snapshot.remotes;
      expect(remote).toMatchObject({ microphoneOn: false, cameraOn: false });
      expect(remote?.screenStream?.getTracks()).toHaveLength(1);
    }
    const sent = world.network.connections
      .filter((one) => one.person === 'ada' && one.signalingState !== 'closed')
      .flatMap((one) => one.getTransceivers().map(({ sender }) => sender.track?.enabled ?? null));
    expect(sent).toEqual([false, null, true]);
  });
});
