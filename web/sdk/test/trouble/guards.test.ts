import { describe, expect, it } from 'vitest';
import type { Call, CallState } from '../../src/api.js';
import { World } from '../support/world.js';

/** How long a call was in a state. */
function lasted({ snapshot: { history } }: Call, state: CallState): number {
  const entered = history.findIndex(({ to }) => to === state);
  return (history[entered + 1]?.atMs ?? Number.NaN) - (history[entered]?.atMs ?? Number.NaN);
}

describe('a call that waits for something that does not come', () => {
  it('gives up after 15 s where the server takes too long to make it, and cancels what is made after all', async () => {
    const world = new World();
    const ada = await world.online('ada');
    await world.online('grace');
    // Each in less than a request may take.
    for (const path of ['/channels', '/calls/initiate']) world.server.delaysMs.set(path, 9_000);
    const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.reach(call, 'ENDED');
    expect(lasted(call, 'INITIATING')).toBe(15_000);
    expect(call.snapshot).toMatchObject({ endReason: 'server_unreachable', endedBySelf: false });
    expect(world.server.call.outcome).toBe('cancelled');
  });

  it('is missed on both sides after 60 s where the server never ends the ringing', async () => {
    const world = new World();
    world.server.end = () => {};
    const { outgoing, incoming } = await world.ring();
    for (const call of [outgoing, incoming]) await world.reach(call, 'ENDED');
    expect([lasted(outgoing, 'RINGING'), lasted(incoming, 'INCOMING')]).toEqual([60_000, 60_000]);
    for (const call of [outgoing, incoming]) expect(call.snapshot.endReason).toBe('missed');
  });
});

describe('a call that is hung up', () => {
  it('is ended over REST after a second where the socket loses the word, and for the other then as well', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    world.server.loses.add('end_call');
    const asked = () => world.server.requests.filter((request) => /^ada POST .*\/end$/.test(request)).length;
    outgoing.hangUp();
    await world.clock.advance(999);
    expect([asked(), outgoing.snapshot.state, incoming.snapshot.state]).toEqual([0, 'ENDING', 'CONNECTED']);
    await world.clock.advance(1);
    expect([asked(), outgoing.snapshot.state]).toEqual([1, 'ENDED']);
    await world.reach(incoming, 'ENDED');
    expect(incoming.snapshot).toMatchObject({ endReason: 'ended', endedBySelf: false });
  });

  it('is over after 4 s where nothing can be reached any more', async () => {
    const world = new World();
    const { ada, outgoing } = await world.talk();
    for (const socket of ada.sockets) socket.stuck = true;
    world.unreachable.add('ada');
    outgoing.hangUp();
    await world.reach(outgoing, 'ENDED');
    expect(lasted(outgoing, 'ENDING')).toBe(4_000);
    expect(outgoing.snapshot).toMatchObject({ endReason: 'ended', endedBySelf: true });
  });
});
