import { describe, expect, it } from 'vitest';
import type { Call, CallRecord, Participant } from '../src/api.js';
import { bitrates, call as policy } from '../src/policy.js';
import { pick, seededRandom } from './support/random.js';
import { type Device, isMesh, World } from './support/world.js';

const names = (call: Call) => call.snapshot.remotes.map((remote) => remote.personId);
const standings = (call: Call) =>
  Object.fromEntries(call.snapshot.others.map(({ personId, standing }) => [personId, standing]));
const states = (call: Call) => call.snapshot.history.map((change) => change.to);

/** The newest call as `calls()` would tell of it. */
function recordOf(world: World): CallRecord {
  const { call } = world.server;
  const participants = call.participants.map(({ person_id, display_name, standing }): Participant => {
    return { personId: person_id, displayName: display_name, standing };
  });
  const { call_id: callId, call_type: callType, channel_id: channelId, caller_id: callerId } = call;
  const times = { createdAtMs: 0, connectedAtMs: 0, endedAtMs: null, outcome: null };
  return { callId, callType, channelId, callerId, participants, ...times };
}

describe('a call between several people', () => {
  it('rings everybody in the channel of exactly these people', async () => {
    const world = new World();
    const { outgoing } = await world.meet();
    expect(world.server.call.channel_id).toBe('ada+bob+grace');
    expect(standings(outgoing)).toEqual({ grace: 'joined', bob: 'joined' });
  });

  it('connects each with each, by one connection a pair', async () => {
    const world = new World();
    const { calls } = await world.meet();
    expect(world.network.open).toBe(6);
    expect(calls.map((call) => names(call).sort())).toEqual([
      ['bob', 'grace'],
      ['ada', 'bob'],
      ['ada', 'grace'],
    ]);
    for (const call of calls) {
      for (const remote of call.snapshot.remotes) expect(remote.stream.getTracks()).toHaveLength(2);
    }
  });

  it('holds four, who may all answer in the same moment', async () => {
    const world = new World();
    const others = ['grace', 'bob', 'carol'];
    const [ada, ...devices] = [
      await world.online('ada'),
      ...(await Promise.all(others.map((who) => world.online(who)))),
    ];
    const call = ada.client.call(others.map((personId) => ({ personId, displayName: personId })));
    await world.clock.until(() => devices.every((device) => device.incoming.length > 0));
    await world.clock.advance(2_000);
    for (const device of devices) device.ringing.answer();
    await world.clock.until(() => [call, ...devices.map((device) => device.ringing)].every((one) => isMesh(one, 3)));
    expect(world.network.open).toBe(12);
  });

  it('is connected as soon as the first has answered, while the others still ring', async () => {
    const world = new World();
    const [ada, grace, bob] = [await world.online('ada'), await world.online('grace'), await world.online('bob')];
    const call = ada.client.call(['grace', 'bob'].map((personId) => ({ personId, displayName: personId })));
    await world.clock.until(() => grace.incoming.length > 0);
    expect(standings(call)).toEqual({ grace: 'ringing', bob: 'ringing' });
    grace.ringing.answer();
    await world.reach(call, 'CONNECTED');
    expect([names(call), standings(call)]).toEqual([['grace'], { grace: 'joined', bob: 'ringing' }]);
    await world.clock.advance(20_000);
    bob.ringing.answer();
    await world.clock.until(() => [call, grace.ringing, bob.ringing].every((one) => isMesh(one, 2)));
    expect(states(call)).toEqual(['INITIATING', 'RINGING', 'CONNECTING', 'CONNECTED']);
  });

  it('goes on when one of those who ring declines', async () => {
    const world = new World();
    const [ada, grace, bob] = [await world.online('ada'), await world.online('grace'), await world.online('bob')];
    const call = ada.client.call(['grace', 'bob'].map((personId) => ({ personId, displayName: personId })));
    await world.clock.until(() => grace.incoming.length > 0 && bob.incoming.length > 0);
    await world.clock.advance(2_000);
    bob.ringing.decline();
    await world.reach(bob.ringing, 'ENDED');
    expect(call.snapshot.state).toBe('RINGING');
    grace.ringing.answer();
    await world.reach(call, 'CONNECTED');
    await world.clock.advance(1_000);
    expect(standings(call)).toEqual({ grace: 'joined', bob: 'declined' });
    // What was prepared for Bob is gone.
    expect(world.network.open).toBe(2);
  });

  it('keeps its order when somebody leaves and others stay', async () => {
    const world = new World();
    const { grace, outgoing } = await world.meet();
    const [first, second] = names(outgoing);
    outgoing.setMicrophone(false);
    grace.ringing.setHand(true);
    await world.clock.advance(1_000);
    expect(names(outgoing)).toEqual([first, second]);
  });

  it('goes on without somebody who hangs up, and ends there with left', async () => {
    const world = new World();
    const { grace, bob, outgoing } = await world.meet();
    grace.ringing.hangUp();
    await world.reach(grace.ringing, 'ENDED');
    expect(grace.ringing.snapshot).toMatchObject({ endReason: 'left', endedBySelf: true });
    await world.clock.advance(1_000);
    for (const call of [outgoing, bob.ringing]) expect(isMesh(call, 1)).toBe(true);
    expect([standings(outgoing).grace, world.network.open]).toEqual(['left', 2]);
  });

  it('goes on when the page of one of them closes', async () => {
    const world = new World();
    const { ada, grace, bob } = await world.meet();
    ada.page.fire('pagehide');
    await world.clock.advance(1_000);
    for (const device of [grace, bob]) {
      expect(isMesh(device.ringing, 1)).toBe(true);
      expect(device.ringing.snapshot.history.map((change) => change.cause)).not.toContain('disrupted');
    }
  });

  it('ends for the last two when one of them hangs up', async () => {
    const world = new World();
    const { grace, bob, outgoing } = await world.meet();
    grace.ringing.hangUp();
    await world.clock.until(() => isMesh(outgoing, 1));
    bob.ringing.hangUp();
    await world.reach(outgoing, 'ENDED');
    expect(outgoing.snapshot.endReason).toBe('ended');
  });

  it('survives the failure of one link: those two do not see each other, and the call goes on', async () => {
    const world = new World();
    const { calls } = await world.meet();
    world.network.sever('ada', 'grace');
    await world.clock.advance(60_000);
    expect(calls.map((call) => call.snapshot.state)).toEqual(['CONNECTED', 'CONNECTED', 'CONNECTED']);
    const links = calls.flatMap((call) => call.snapshot.remotes.map((remote) => remote.connected));
    expect(links.filter((connected) => !connected)).toHaveLength(2);
  });

  it.each<[string, (call: Call, world: World) => void]>([
    ['the person asks', (call) => call.retryNow()],
    ['the network has changed', (_, world) => world.devices[0]?.page.fire('online')],
    ['one of the two has been away', (_, world) => world.server.cut('grace')],
  ])('tries a link that had failed again when %s', async (_, happens) => {
    const world = new World();
    const { outgoing, calls } = await world.meet();
    world.network.sever('ada', 'grace');
    await world.clock.advance(60_000);
    world.network.mend();
    await world.clock.advance(60_000);
    expect(isMesh(outgoing, 2)).toBe(false);
    happens(outgoing, world);
    await world.clock.until(() => calls.every((call) => isMesh(call, 2)));
    expect(world.network.open).toBe(6);
  });

  it('loses somebody whose links have all failed, and says so to everybody', async () => {
    const world = new World();
    const { grace, bob, outgoing } = await world.meet();
    for (const other of ['ada', 'bob']) world.network.sever('grace', other);
    await world.reach(grace.ringing, 'ENDED');
    expect(grace.ringing.snapshot).toMatchObject({ endReason: 'connection_lost', endedBySelf: false });
    await world.clock.until(() => isMesh(outgoing, 1) && isMesh(bob.ringing, 1));
    expect(standings(outgoing).grace).toBe('lost');
  });

  it('sends less to each of several than to one', async () => {
    const world = new World();
    const { grace, outgoing } = await world.meet();
    const caps = () =>
      world.network.connections
        .filter((one) => one.signalingState !== 'closed')
        .flatMap((one) => one.getTransceivers())
        .filter(({ receiver }) => receiver.track.kind === 'video')
        .map(({ sender }) => sender.parameters.encodings[0]?.maxBitrate);
    expect(new Set(caps())).toEqual(new Set([bitrates.groupBps]));
    grace.ringing.hangUp();
    await world.clock.until(() => isMesh(outgoing, 1));
    await world.clock.advance(1_000);
    expect(new Set(caps())).toEqual(new Set([bitrates.pairBps]));
  });
});

describe('a group that lives', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
    'comes together again, whatever happened (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const world = new World();
      const { ada, grace, bob, outgoing } = await world.meet();
      const devices = [ada, grace, bob];
      const calls = new Map<Device, Call>([
        [ada, outgoing],
        [grace, grace.ringing],
        [bob, bob.ringing],
      ]);
      const callOf = (device: Device): Call => calls.get(device) ?? outgoing;
      const isIn = (device: Device) => !['ENDING', 'ENDED'].includes(callOf(device).snapshot.state);
      for (let step = 0; step < 12; step += 1) {
        const device = pick(random, devices);
        const call = callOf(device);
        const inCall = world.server.call.participants.filter(({ standing }) => standing === 'joined').length;
        const happens = pick(random, [
          'leave',
          'back',
          'back',
          'share',
          'stop',
          'hold',
          'mute',
          'cut',
          'break',
          'wait',
        ]);
        if (happens === 'leave' && inCall > 2) call.hangUp();
        else if (happens === 'back' && !isIn(device)) calls.set(device, device.client.rejoin(recordOf(world)));
        else if (happens === 'share') void call.shareScreen();
        else if (happens === 'stop') call.stopSharing();
        else if (happens === 'hold') call.setHold(random() < 0.3);
        else if (happens === 'mute') call.setMicrophone(random() < 0.5);
        else if (happens === 'cut') world.server.cut(pick(random, ['ada', 'grace', 'bob']));
        else if (happens === 'break') {
          world.network.cut();
          await world.clock.advance(random() * 8_000);
          world.network.heal();
        }
        await world.clock.advance(random() < 0.3 ? 15_000 : random() * 300);
      }
      await world.clock.advance(60_000);
      for (const device of devices) if (!isIn(device)) calls.set(device, device.client.rejoin(recordOf(world)));
      for (const device of devices) callOf(device).setHold(false);
      await world.clock.until(() => devices.every((device) => isMesh(callOf(device), 2)));
      await world.clock.advance(5_000);

      expect(world.network.open).toBe(6);
      for (const device of devices) {
        for (const remote of callOf(device).snapshot.remotes) {
          const other = devices.find((one) =>
            callOf(one).snapshot.remotes.every(({ personId }) => personId !== remote.personId),
          );
          const sent = other === undefined ? undefined : callOf(other).snapshot;
          expect(remote).toMatchObject({ microphoneOn: sent?.microphoneOn, cameraOn: true, onHold: false });
          expect(remote.screenStream?.getTracks().length ?? 0).toBe(sent?.screenStream === null ? 0 : 1);
          expect(remote.stream.getTracks()).toHaveLength(2);
        }
      }
      for (const device of devices) callOf(device).dispose();
      await world.clock.advance(30_000);
      expect([world.network.open, devices.map(({ held }) => [held.openSockets, held.liveTracks])]).toEqual([
        0,
        devices.map(() => [1, 0]),
      ]);
    },
  );
});

describe('a person', () => {
  it('is called into a running call of two, which becomes one of three', async () => {
    const world = new World();
    const { outgoing, incoming } = await world.talk();
    const bob = await world.online('bob');
    await incoming.invite(['bob']);
    await world.clock.until(() => bob.incoming.length > 0);
    expect(standings(outgoing)).toEqual({ grace: 'joined', bob: 'ringing' });
    bob.ringing.answer();
    await world.clock.until(() => [outgoing, incoming, bob.ringing].every((call) => isMesh(call, 2)));
    expect(standings(bob.ringing)).toEqual({ ada: 'joined', grace: 'joined' });
  });

  it('is not invited into a call that has not been made', async () => {
    const world = new World();
    const ada = await world.online('ada');
    const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await expect(call.invite(['bob'])).rejects.toMatchObject({ code: 'invalid_transition' });
  });

  it('comes back into a call that was left', async () => {
    const world = new World();
    const { grace, bob, outgoing } = await world.meet();
    grace.ringing.hangUp();
    await world.reach(grace.ringing, 'ENDED');
    await world.clock.advance(1_000);
    const back = grace.client.rejoin(recordOf(world));
    await world.clock.until(() => [outgoing, bob.ringing, back].every((call) => isMesh(call, 2)));
    expect(states(back)).toEqual(['INITIATING', 'CONNECTING', 'CONNECTED']);
    expect(back.snapshot).toMatchObject({ direction: 'incoming' });
    expect([standings(outgoing).grace, world.network.open]).toEqual(['joined', 6]);
  });

  it('comes back many times, and nothing stays behind', async () => {
    const world = new World();
    const { grace, bob, outgoing } = await world.meet();
    let call = grace.ringing;
    for (let times = 0; times < policy.maxLinks + 1; times += 1) {
      call.hangUp();
      await world.reach(call, 'ENDED');
      call = grace.client.rejoin(recordOf(world));
      await world.clock.until(() => [outgoing, bob.ringing, call].every((one) => isMesh(one, 2)));
    }
    expect(world.network.open).toBe(6);
  });

  it('joins late a call that was missed or declined', async () => {
    const world = new World();
    const [ada, grace, bob] = [await world.online('ada'), await world.online('grace'), await world.online('bob')];
    const call = ada.client.call(['grace', 'bob'].map((personId) => ({ personId, displayName: personId })));
    await world.clock.until(() => grace.incoming.length > 0 && bob.incoming.length > 0);
    grace.ringing.answer();
    await world.reach(call, 'CONNECTED');
    world.server.quit('bob', 'missed');
    await world.reach(bob.ringing, 'ENDED');
    expect(bob.ringing.snapshot).toMatchObject({ endReason: 'missed', endedBySelf: false });
    const late = bob.client.rejoin(recordOf(world));
    await world.clock.until(() => [call, grace.ringing, late].every((one) => isMesh(one, 2)));
  });

  it.each([
    ['is full', (world: World) => (world.server.full = true)],
    ['is over', (world: World) => world.server.end('ended', null)],
  ])('does not come back into a call that %s', async (_, happens) => {
    const world = new World();
    const { grace } = await world.meet();
    grace.ringing.hangUp();
    await world.reach(grace.ringing, 'ENDED');
    const record = recordOf(world);
    happens(world);
    const back = grace.client.rejoin(record);
    await world.reach(back, 'ENDED');
    expect(['refused', 'ended']).toContain(back.snapshot.endReason);
  });

  it('hangs up on the way back, and the call goes on', async () => {
    const world = new World();
    const { grace, bob, outgoing } = await world.meet();
    grace.ringing.hangUp();
    await world.reach(grace.ringing, 'ENDED');
    const back = grace.client.rejoin(recordOf(world));
    back.hangUp();
    await world.reach(back, 'ENDED');
    await world.clock.advance(5_000);
    expect([isMesh(outgoing, 1), isMesh(bob.ringing, 1)]).toEqual([true, true]);
  });
});
