import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/api.js';
import { World } from '../support/world.js';

const causes = (call: Call): string[] => call.snapshot.history.map((change) => change.cause);

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
    // As often as it is tried: with wishes, without, and without pictures.
    Object.assign(world.network, { fails: 'local', failures: 3 });
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
    expect(outgoing.snapshot.others).toEqual([{ personId: 'grace', displayName: 'grace', standing: 'joined' }]);
  });
});
