import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/api.js';
import { recovery } from '../../src/policy.js';
import { ownWindow, World } from '../support/world.js';

const causes = (call: Call): string[] => call.snapshot.history.map((change) => change.cause);

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

  it('calls a connection without media critical, whatever was measured before', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    world.network.cut();
    await world.reach(outgoing, 'RECONNECTING');
    expect(outgoing.snapshot.quality).toBe('critical');
    await world.clock.advance(3_000);
    expect(outgoing.snapshot.quality).toBe('critical');
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
      ['video', true, 'ended'],
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

  it('shows RECONNECTING soon after a cut, before the browser has noticed it', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await world.clock.advance(5_000);
    world.network.silence();
    const cutMs = world.clock.nowMs;
    for (const call of [outgoing, incoming]) await world.reach(call, 'RECONNECTING');
    expect(world.clock.nowMs - cutMs).toBeLessThan(1_300);
  });

  it('shows it sooner still when the server has lost the other', async () => {
    const world = new World();
    const { outgoing } = await world.talk();
    await world.clock.advance(5_000);
    world.network.silence();
    world.server.cut('grace');
    const cutMs = world.clock.nowMs;
    await world.reach(outgoing, 'RECONNECTING');
    expect(world.clock.nowMs - cutMs).toBeLessThan(recovery.silenceMs + 100);
  });

  it('starts over with a new connection when restarts have led nowhere, and shows the same streams', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    await world.clock.until(() => incoming.snapshot.remotes[0]?.screenStream !== null);
    const before = incoming.snapshot.remotes[0];
    // These two connections are beyond help.
    world.network.breaks(...world.network.connections);
    for (const call of [outgoing, incoming]) await world.reach(call, 'RECONNECTING');
    for (const call of [outgoing, incoming]) await world.reach(call, 'CONNECTED');
    await world.clock.advance(1_000);
    expect([world.network.connections.length, world.network.open]).toEqual([4, 2]);
    // The page's own window may not know yet of the network that there is now.
    for (const { places } of world.devices) expect(places).toEqual([undefined, ownWindow]);
    const after = incoming.snapshot.remotes[0];
    expect([after?.stream, after?.screenStream]).toEqual([before?.stream, before?.screenStream]);
    expect(after?.stream.getTracks()).toHaveLength(2);
    expect(after?.screenStream?.getTracks()).toHaveLength(1);
    // What is said and measured goes over the new one.
    outgoing.setHand(true);
    expect(outgoing.sendChat('Back again')).toBe(true);
    await world.clock.advance(2_000);
    expect(incoming.snapshot).toMatchObject({ chat: [{ text: 'Back again' }], remotes: [{ handRaised: true }] });
    world.network.cut();
    await world.reach(incoming, 'RECONNECTING');
    world.network.heal();
    await world.reach(incoming, 'CONNECTED');
  });

  it('uses relays only from the third attempt on', async () => {
    const world = new World();
    await world.talk();
    const [connection] = world.network.connections;
    world.network.cut();
    const policies: (string | undefined)[] = [];
    // The last one, a new connection, may use everything again.
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
