import { describe, expect, it } from 'vitest';
import type { Call } from '../src/api.js';
import { isMesh, World } from './support/world.js';

const screens = (call: Call) => call.snapshot.remotes.map((remote) => remote.screenStream?.getTracks().length ?? null);
const descriptions = (world: World, person: string) =>
  world.server.callSocket(person).sent.filter((message) => message.type === 'offer' || message.type === 'answer');

describe('a shared screen', () => {
  it('is seen by the other, beside the camera, and gone when it ends', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    expect(await outgoing.shareScreen()).toEqual({ ok: true });
    await world.clock.until(() => incoming.snapshot.remotes[0]?.screenStream !== null);
    expect(screens(incoming)).toEqual([1]);
    expect(incoming.snapshot.remotes[0]?.stream.getTracks()).toHaveLength(2);
    expect([outgoing.snapshot.screenStream === null, incoming.snapshot.screenStream]).toEqual([false, null]);
    outgoing.stopSharing();
    await world.clock.until(() => incoming.snapshot.remotes[0]?.screenStream === null);
  });

  it('keeps the same stream while it lasts', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    await world.clock.until(() => screens(incoming)[0] === 1);
    const stream = incoming.snapshot.remotes[0]?.screenStream;
    outgoing.setMicrophone(false);
    await world.clock.advance(2_000);
    expect(incoming.snapshot.remotes[0]?.screenStream).toBe(stream);
  });

  it('is negotiated for the first time and not again', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    await world.clock.until(() => screens(incoming)[0] === 1);
    const said = descriptions(world, 'ada').length;
    for (let times = 0; times < 20; times += 1) {
      outgoing.stopSharing();
      await world.clock.until(() => screens(incoming)[0] === null);
      await outgoing.shareScreen();
      await world.clock.until(() => screens(incoming)[0] === 1);
    }
    expect(descriptions(world, 'ada')).toHaveLength(said);
    expect(world.network.connections.map((one) => one.getTransceivers().length)).toEqual([3, 3]);
  });

  it('is no part of the first offer, also when it is shared before the answer', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.ring();
    await outgoing.shareScreen();
    await world.clock.advance(1_000);
    const lines = () => String(descriptions(world, 'ada').at(-1)?.sdp).match(/^m=/gm)?.length;
    expect(lines()).toBe(2);
    incoming.answer();
    await world.clock.until(() => screens(incoming)[0] === 1);
    expect(lines()).toBe(3);
  });

  it('is shared by both in the same moment', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await Promise.all([outgoing.shareScreen(), incoming.shareScreen()]);
    await world.clock.until(() => screens(outgoing)[0] === 1 && screens(incoming)[0] === 1);
    for (const connection of world.network.connections) {
      expect(connection.signalingState).toBe('stable');
      expect(connection.getTransceivers()).toHaveLength(4);
    }
  });

  it('is still there after an interruption', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    await world.clock.until(() => screens(incoming)[0] === 1);
    world.network.cut();
    await world.reach(incoming, 'RECONNECTING');
    world.network.heal();
    await world.reach(incoming, 'CONNECTED');
    expect(screens(incoming)).toEqual([1]);
  });

  it('is seen by everybody, and by whoever comes later', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    const bob = await world.online('bob');
    await outgoing.invite(['bob']);
    await world.clock.until(() => bob.incoming.length > 0);
    bob.ringing.answer();
    await world.clock.until(() => isMesh(bob.ringing, 2));
    const seen = (call: Call) => call.snapshot.remotes.find((remote) => remote.personId === 'ada')?.screenStream;
    await world.clock.until(() => [incoming, bob.ringing].every((call) => seen(call)?.getTracks().length === 1));
  });

  it('that the person refuses to choose changes nothing', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    ada.devices.problems.screen = 'NotAllowedError';
    expect(await outgoing.shareScreen()).toEqual({ ok: false, reason: 'refused' });
    await world.clock.advance(1_000);
    expect([outgoing.snapshot.screenStream, screens(incoming)]).toEqual([null, [null]]);
  });
});

describe('a call on hold', () => {
  it('sends nothing, plays nothing, and says so', async () => {
    const world = new World();
    const { ada, outgoing, incoming } = await world.talk();
    await outgoing.shareScreen();
    await incoming.shareScreen();
    await world.clock.until(() => screens(outgoing)[0] === 1 && screens(incoming)[0] === 1);
    outgoing.setHold(true);
    await world.clock.advance(1_000);
    const sending = world.network.connections[0]?.getTransceivers().map(({ sender }) => sender.track);
    expect(sending?.every((track) => track === null)).toBe(true);
    expect(outgoing.snapshot).toMatchObject({ onHold: true, state: 'CONNECTED', microphoneOn: true, cameraOn: true });
    const [remote] = outgoing.snapshot.remotes;
    expect([remote?.stream.getTracks(), screens(outgoing)]).toEqual([[], [0]]);
    // The other side is told, and goes on as it wants.
    expect(incoming.snapshot).toMatchObject({ onHold: false, remotes: [{ onHold: true }] });
    expect(incoming.snapshot.remotes[0]?.stream.getTracks().map(({ kind }) => kind)).toEqual(['audio']);
    expect(ada.devices.live.filter((track) => track.kind === 'audio').every((track) => !track.enabled)).toBe(true);
  });

  it('goes on as it was', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    outgoing.setMicrophone(false);
    outgoing.setHold(true);
    await world.clock.advance(1_000);
    outgoing.setHold(false);
    await world.clock.advance(1_000);
    expect(outgoing.snapshot).toMatchObject({ onHold: false, microphoneOn: false, cameraOn: true });
    expect(incoming.snapshot.remotes[0]).toMatchObject({ onHold: false, microphoneOn: false, cameraOn: true });
    for (const call of [outgoing, incoming]) expect(call.snapshot.remotes[0]?.stream.getTracks()).toHaveLength(2);
  });

  it('does not look broken, however long nothing is said', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    for (const call of [outgoing, incoming]) call.setHold(true);
    await world.clock.advance(600_000);
    for (const call of [outgoing, incoming]) {
      expect(call.snapshot.history.map((change) => change.cause)).not.toContain('disrupted');
    }
  });

  it('leaves room for another one, and each ends by itself', async () => {
    const world = new World();
    const { grace, outgoing, incoming } = await world.talk();
    const bob = await world.online('bob');
    const second = bob.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 1);
    incoming.setHold(true);
    grace.ringing.answer();
    await world.reach(second, 'CONNECTED');
    expect(outgoing.snapshot).toMatchObject({ state: 'CONNECTED', remotes: [{ onHold: true }] });
    grace.ringing.hangUp();
    await world.reach(second, 'ENDED');
    incoming.setHold(false);
    await world.clock.advance(1_000);
    expect(outgoing.snapshot).toMatchObject({ state: 'CONNECTED', remotes: [{ onHold: false, cameraOn: true }] });
  });

  it('says goodbye in every call when the page closes', async () => {
    const world = new World();
    const { grace, outgoing, incoming } = await world.talk();
    const bob = await world.online('bob');
    const second = bob.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.clock.until(() => grace.incoming.length > 1);
    incoming.setHold(true);
    grace.ringing.answer();
    await world.reach(second, 'CONNECTED');
    grace.page.fire('pagehide');
    for (const call of [outgoing, second]) await world.reach(call, 'ENDED');
    expect([outgoing.snapshot.endReason, second.snapshot.endReason]).toEqual(['left', 'left']);
  });
});
