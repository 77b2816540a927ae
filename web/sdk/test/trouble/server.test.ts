import { describe, expect, it } from 'vitest';
import { socket as socketPolicy } from '../../src/policy.js';
import { World } from '../support/world.js';

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
