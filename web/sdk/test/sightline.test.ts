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

  it('counts the calls that were missed, until they are looked at', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const heard: number[] = [];
    ada.client.onMissedCalls((count) => heard.push(count));
    for (const count of [2, 2, 3]) world.server.notify('ada', { notification_type: 'MISSED_CALLS', count });
    await world.clock.advance(100);
    expect(ada.client.missedCalls).toBe(3);
    await ada.client.markCallsSeen();
    expect([heard, ada.client.missedCalls]).toEqual([[2, 3, 0], 0]);
    expect(world.server.requests.at(-1)).toBe('ada POST /calls/seen');
    world.server.notify('ada', { notification_type: 'MISSED_CALLS', count: 1 });
    await world.clock.advance(100);
    await ada.client.account.signOut();
    expect(heard.slice(-2)).toEqual([1, 0]);
  });

  it('asks for the settings once for each person', async () => {
    const world = new World();
    const answer = { video_codecs: ['VP8'], blur_model_url: '/blur.tflite', push_public_key: 'BKey' };
    world.server.answers.set('/settings', [200, answer]);
    const ada = await world.online('ada');
    const settings = { videoCodecs: ['VP8'], blurModelUrl: '/blur.tflite', pushPublicKey: 'BKey' };
    expect(await Promise.all([ada.client.settings(), ada.client.settings()])).toEqual([settings, settings]);
    const asked = () => world.server.requests.filter((one) => one === 'ada GET /settings').length;
    expect(asked()).toBe(1);
    await ada.client.account.signOut();
    await ada.client.settings();
    expect(asked()).toBe(2);
  });

  it('asks for the settings again after it could not have them', async () => {
    const world = new World();
    world.server.answers.set('/settings', [500, { code: 'unexpected' }]);
    const ada = await world.online('ada');
    await expect(ada.client.settings()).rejects.toMatchObject({ code: 'unexpected' });
    world.server.answers.delete('/settings');
    expect(await ada.client.settings()).toMatchObject({ pushPublicKey: 'key' });
  });

  it('subscribes to pushes and unsubscribes', async () => {
    const world = new World();
    const ada = await world.online('ada');
    await ada.client.push.subscribe({ endpoint: 'https://push.example.org/1', p256dh: 'key', auth: 'secret' });
    await ada.client.push.unsubscribe('https://push.example.org/1');
    expect(world.server.requests.slice(-2)).toEqual(['ada PUT /push/subscription', 'ada DELETE /push/subscription']);
  });

  it('remembers whether pictures pause with the page, and then does not send them', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    expect(ada.client.pauseVideoWhenHidden).toBe(false);
    ada.client.pauseVideoWhenHidden = true;
    ada.visibility.turn(true);
    await world.clock.advance(1_000);
    expect(incoming.snapshot.remotes[0]).toMatchObject({ cameraOn: false, microphoneOn: true });
    expect(outgoing.snapshot.cameraOn).toBe(true);
    ada.visibility.turn(false);
    await world.clock.advance(1_000);
    expect(incoming.snapshot.remotes[0]).toMatchObject({ cameraOn: true });
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

  it('is told nothing between the press and the answer, also when the camera is to stay off', async () => {
    const world = new World();
    const { incoming } = await world.ring();
    const socket = world.server.callSocket('grace');
    const said = () => socket.sent.map((message) => message.type);
    const heard: unknown[] = [];
    incoming.subscribe(() => heard.push(said().includes('answer')));
    incoming.answer({ video: false, microphone: false });
    expect(said().slice(-2)).toEqual(['accept', 'answer']);
    await world.clock.advance(1_000);
    expect(new Set(heard)).toEqual(new Set([true]));
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
