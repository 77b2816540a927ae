import { describe, expect, it, vi } from 'vitest';
import { Scope } from '../src/lifetime.js';
import type { Runtime } from '../src/runtime.js';
import { Clock } from './support/clock.js';
import { CountingTarget } from './support/events.js';
import { World } from './support/world.js';

type Ending = (there: Awaited<ReturnType<World['talk']>>, world: World) => void;

/** What is held by two people who are online and do not talk. */
async function atRest(world: World): Promise<World['held']> {
  await world.online('ada');
  await world.online('grace');
  await world.clock.advance(1_000);
  return world.held;
}

describe('after a call', () => {
  it('nothing is left even when the server closes nothing', async () => {
    const rest = await atRest(new World());
    const world = new World();
    world.server.closes = false;
    const { outgoing, incoming } = await world.talk();
    outgoing.hangUp();
    await world.reach(incoming, 'ENDED');
    await world.clock.advance(1_000);
    expect(world.held).toEqual(rest);
  });

  it.each<[string, Ending]>([
    ['the caller hangs up', ({ outgoing }) => outgoing.hangUp()],
    ['the callee hangs up', ({ incoming }) => incoming.hangUp()],
    ['the app disposes of it', ({ outgoing }) => outgoing.dispose()],
    ['the page closes', ({ ada }) => ada.page.fire('pagehide')],
    ['the connection is lost', (_, world) => world.network.cut()],
    ['the person is signed out', (_, world) => world.server.callSocket('ada').cut(4001)],
    ['the server ends it', (_, world) => world.server.end('ended', null)],
  ])('nothing is left when %s', async (_, end) => {
    const rest = await atRest(new World());
    const world = new World();
    const there = await world.talk();
    end(there, world);
    await world.clock.advance(90_000);
    expect(world.held).toEqual(rest);
  });

  it.each(['INITIATING', 'RINGING', 'INCOMING', 'CONNECTING', 'CONNECTED', 'RECONNECTING', 'ENDING'] as const)(
    'nothing is left when it is disposed of in %s',
    async (state) => {
      const rest = await atRest(new World());
      const world = new World();
      const { outgoing, incoming, ada } = await world.ring();
      let call = outgoing;
      if (state === 'INITIATING') call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
      else if (state === 'INCOMING') call = incoming;
      else if (state !== 'RINGING') {
        incoming.answer();
        if (state === 'CONNECTING') world.network.cut();
        await world.reach(outgoing, state === 'CONNECTING' ? state : 'CONNECTED');
        if (state === 'RECONNECTING') world.network.cut();
        if (state === 'ENDING') outgoing.hangUp();
        await world.reach(outgoing, state);
      }
      expect(call.snapshot.state).toBe(state);
      for (const one of [call, call, outgoing]) one.dispose();
      expect(call.snapshot.state).toBe('IDLE');
      world.network.heal();
      await world.clock.advance(90_000);
      expect(world.held).toEqual(rest);
    },
  );

  it('nothing is left of a capture that ends after the call', async () => {
    const world = new World();
    const ada = await world.online('ada');
    await world.online('grace');
    let grant = () => {};
    ada.devices.prompt = new Promise((resolve) => {
      grant = resolve;
    });
    const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
    await world.reach(call, 'RINGING');
    call.hangUp();
    await world.reach(call, 'ENDED');
    grant();
    await world.clock.advance(5_000);
    expect(ada.devices.captured.map((track) => track.readyState)).toEqual(['ended', 'ended']);
    expect(ada.devices.requests).toHaveLength(1);
  });

  it('nothing is left after fifty of them', async () => {
    const world = new World();
    const { ada, grace, outgoing, incoming } = await world.talk();
    outgoing.hangUp();
    await world.reach(incoming, 'ENDED');
    await world.clock.advance(1_000);
    const first = world.held;
    for (let count = 1; count < 50; count += 1) {
      const call = ada.client.call({ personId: 'grace', displayName: 'Grace' });
      await world.clock.until(() => grace.incoming.length > count);
      grace.ringing.answer();
      await world.reach(call, 'CONNECTED');
      (count % 2 === 0 ? call : grace.ringing).hangUp();
      await world.reach(call, 'ENDED');
      await world.clock.advance(1_000);
    }
    expect(world.held).toEqual(first);
  });

  it('nothing at all is left when the client is disposed of', async () => {
    const world = new World();
    const { ada, grace } = await world.talk();
    for (const device of [ada, grace]) device.client.dispose();
    await world.clock.advance(1_000);
    expect(world.held).toEqual({
      devices: [ada, grace].map(() => ({ openSockets: 0, liveTracks: 0, listeners: 0 })),
      openConnections: 0,
      listeners: 0,
      timers: 0,
    });
  });
});

describe('a scope', () => {
  const clock = new Clock();
  const runtime = {
    now: () => clock.nowMs,
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
  } as Partial<Runtime> as Runtime;

  it('lets go of everything once, the newest first, and of its children with it', () => {
    const scope = new Scope(runtime);
    const done: string[] = [];
    scope.own(() => done.push('first'));
    scope.child().own(() => done.push('child'));
    scope.own(() => done.push('last'));
    scope.dispose();
    scope.dispose();
    expect(done).toEqual(['last', 'child', 'first']);
  });

  it('forgets a child that ended before it', () => {
    const scope = new Scope(runtime);
    const cleanup = vi.fn();
    const child = scope.child();
    child.own(cleanup);
    child.dispose();
    scope.dispose();
    expect(cleanup).toHaveBeenCalledTimes(1);
  });

  it('takes nothing on after its end', () => {
    const scope = new Scope(runtime);
    scope.dispose();
    const late = vi.fn();
    scope.own(late);
    expect(late).toHaveBeenCalledTimes(1);
    const target = new CountingTarget();
    scope.listen(target, 'open', late);
    scope.timer(late, 1);
    expect([target.listenerCount, clock.pending, scope.child().disposed]).toEqual([0, 0, true]);
  });

  it('has alarms that can be moved and stopped', async () => {
    const scope = new Scope(runtime);
    const rang: number[] = [];
    const set = scope.alarm(() => rang.push(clock.nowMs));
    set(100);
    set(50);
    await clock.advance(60);
    set(90);
    set(null);
    await clock.advance(100);
    set(200);
    await clock.advance(100);
    expect(rang).toEqual([50, 200]);
    scope.dispose();
    expect(clock.pending).toBe(0);
  });
});
