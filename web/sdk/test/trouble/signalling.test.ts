import { describe, expect, it } from 'vitest';
import { socket as socketPolicy } from '../../src/policy.js';
import { World } from '../support/world.js';

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
