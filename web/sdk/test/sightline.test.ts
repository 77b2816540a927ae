import { describe, expect, it } from 'vitest';
import type { Presence, ServiceState } from '../src/api.js';
import { call as callPolicy, socket as policy } from '../src/policy.js';
import { Device, World } from './support/world.js';

describe('the service', () => {
  it('is online only once the server has answered', async () => {
    const world = new World();
    const device = new Device(world, 'ada');
    const heard: ServiceState[] = [];
    device.client.onService((state) => heard.push(state));
    device.client.connect();
    await world.clock.until(() => device.client.service === 'online');
    device.client.disconnect();
    expect(heard).toEqual(['connecting', 'online', 'offline']);
  });

  it.each([
    [4001, 'signed_out'],
    [4029, 'too_many_devices'],
    [1006, 'connecting'],
  ] as const)('after close code %i is %s', async (code, state) => {
    const world = new World();
    const ada = await world.online('ada');
    world.server.cut('ada', code);
    expect(ada.client.service).toBe(state);
  });

  it('never says online to somebody who is signed out', async () => {
    const world = new World();
    const device = new Device(world, 'ada');
    const heard: ServiceState[] = [];
    device.client.onService((state) => heard.push(state));
    device.client.connect();
    await world.clock.until(() => world.server.sockets.size > 0);
    world.server.cut('ada', 4001);
    expect(heard).toEqual(['connecting', 'signed_out']);
    await world.clock.advance(60_000);
    expect(device.sockets).toHaveLength(1);
  });

  it('comes back by itself, and can be connected again after signing in', async () => {
    const world = new World();
    const ada = await world.online('ada');
    world.server.cut('ada');
    await world.clock.until(() => ada.client.service === 'online', policy.firstRetryMs + 100);
    world.server.cut('ada', 4001);
    ada.client.connect();
    await world.clock.until(() => ada.client.service === 'online');
  });

  it('tells of presence', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const heard: [string, Presence][] = [];
    ada.client.onPresence((personId, presence) => heard.push([personId, presence]));
    for (const socket of world.server.sockets) {
      socket.say({ type: 'notification', notification_type: 'PRESENCE', person_id: 'grace', presence: 'in_call' });
      socket.say({ type: 'notification', notification_type: 'PRESENCE', person_id: 'grace', presence: 'asleep' });
    }
    await world.clock.advance(100);
    expect(heard).toEqual([['grace', 'in_call']]);
  });

  it('rings once, however often the server says so', async () => {
    const world = new World();
    const { grace } = await world.ring();
    const { call_id, call_type, channel_id, ring_expires_at: expires_at } = world.server.call;
    const caller = { person_id: 'ada', display_name: 'Ada' };
    const again = {
      type: 'notification',
      notification_type: 'CALL',
      call_id,
      call_type,
      channel_id,
      caller,
      expires_at,
    };
    for (const socket of world.server.sockets) if (socket.person === 'grace') socket.say(again);
    await world.clock.advance(100);
    expect(grace.incoming).toHaveLength(1);
  });

  it('ends calls and goes offline when the person signs out', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    await ada.client.account.signOut();
    for (const call of [outgoing, incoming]) await world.reach(call, 'ENDED');
    expect(ada.client.service).toBe('offline');
  });
});

describe('a listener', () => {
  it('is told of every change with a new picture, until it unsubscribes', async () => {
    const world = new World();
    const { outgoing } = await world.ring();
    const pictures = new Set<unknown>();
    let told = 0;
    const unsubscribe = outgoing.subscribe(() => {
      told += 1;
      pictures.add(outgoing.snapshot);
    });
    outgoing.setMicrophone(false);
    outgoing.setMicrophone(true);
    unsubscribe();
    outgoing.setMicrophone(false);
    expect([told, pictures.size]).toEqual([2, 2]);
  });

  it('hears of an answer that leads nowhere all the same, after a moment', async () => {
    const world = new World();
    const { incoming } = await world.ring();
    world.network.cut();
    const heard: string[] = [];
    incoming.onState((change) => heard.push(change.to));
    incoming.answer();
    expect([incoming.snapshot.state, ...heard]).toEqual(['CONNECTING']);
    await world.clock.advance(callPolicy.answerHoldMs);
    expect(heard).toEqual(['CONNECTING']);
  });

  it('hears every state once and in order, also when it acts on one', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    const heard: string[] = [];
    incoming.onState((change) => {
      heard.push(change.to);
      if (change.to === 'CONNECTING') incoming.hangUp();
    });
    incoming.onState((change) => heard.push(`second ${change.to}`));
    incoming.answer();
    await world.reach(outgoing, 'ENDED');
    await world.reach(incoming, 'ENDED');
    expect(heard.filter((one) => !one.startsWith('second'))).toEqual([
      'CONNECTING',
      // Listeners wait for the answer to go first, and it was quick.
      'CONNECTED',
      'ENDING',
      'ENDED',
    ]);
    expect(heard.slice(0, 2)).toEqual(['CONNECTING', 'second CONNECTING']);
  });
});
