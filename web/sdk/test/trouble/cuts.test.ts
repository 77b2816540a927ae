import { describe, expect, it } from 'vitest';
import type { FakeWebSocket } from '../support/web-socket.js';
import { World } from '../support/world.js';

const moments = ['before', 'after'] as const;
/** Of a set-up, on one side. */
const fewestMessages = 12;
/** From the answer to the connection: less than the first wait for an acknowledgement. */
const longestMs = 2_500;

type Who = 'ada' | 'grace';
/** At the n-th message that one side says or hears in the call: lost with the socket, or the last that passes. */
interface Cut {
  readonly who: Who;
  readonly at: number;
  readonly moment: (typeof moments)[number];
}

/** Ada calls, Grace answers, and sockets are cut on the way. */
async function callWith(cuts: readonly Cut[], answerAfterMs: number) {
  const world = new World();
  const passed = { ada: 0, grace: 0 };
  const connect = world.server.connect.bind(world.server);
  world.server.connect = (person, url) => {
    const socket = connect(person, url);
    if (url.includes('/ws/call/')) watch(world, socket, () => next(person as Who));
    return socket;
  };
  const next = (who: Who) => {
    passed[who] += 1;
    return cuts.find((cut) => cut.who === who && cut.at === passed[who])?.moment;
  };

  const ada = await world.online('ada');
  const grace = await world.online('grace');
  const outgoing = ada.client.call({ personId: 'grace', displayName: 'Grace' });
  await world.clock.until(() => grace.incoming.length > 0);
  await world.clock.advance(answerAfterMs);
  const answeredAtMs = world.clock.nowMs;
  grace.ringing.answer();
  for (const call of [outgoing, grace.ringing]) await world.reach(call, 'CONNECTED');
  const tookMs = world.clock.nowMs - answeredAtMs;
  // Until everybody has what is still to come.
  await world.clock.advance(10_000);
  return {
    world,
    grace,
    calls: [outgoing, grace.ringing],
    happened: cuts.every((cut) => passed[cut.who] >= cut.at),
    tookMs,
  };
}

function watch(world: World, socket: FakeWebSocket, next: () => Cut['moment'] | undefined): void {
  const { send, fire } = socket;
  const cutIn = (delayMs: number) => world.clock.setTimer(() => socket.cut(1006), delayMs);
  socket.send = (text) => {
    const moment = socket.stuck ? undefined : next();
    if (moment === 'before') socket.stuck = true;
    send.call(socket, text);
    // Late enough to arrive.
    if (moment !== undefined) cutIn(moment === 'before' ? 0 : 10);
  };
  socket.fire = (type: string, fields?: object) => {
    const moment = type === 'message' ? next() : undefined;
    if (moment !== 'before') fire.call(socket, type, fields);
    if (moment === undefined) return;
    socket.stuck = true;
    cutIn(0);
  };
}

/** Connects without delay and once, and says whether all cuts happened. */
async function connects(cuts: readonly Cut[], answerAfterMs: number): Promise<boolean> {
  const { world, grace, calls, happened, tookMs } = await callWith(cuts, answerAfterMs);
  const states = calls.map(({ snapshot }) => [snapshot.state, snapshot.signallingUp]);
  const made = [grace.incoming.length, world.network.connections.length];
  const restarts = world.server.callSocket('ada').sent.filter(({ type }) => type === 'ice_restart').length;
  expect(tookMs).toBeLessThan(longestMs);
  expect({ cuts, states, made, restarts }).toEqual({
    cuts,
    states: [
      ['CONNECTED', true],
      ['CONNECTED', true],
    ],
    // It rang once, and each side has made one connection.
    made: [1, 2],
    restarts: 0,
  });
  return happened;
}

describe('a call whose sockets are cut', () => {
  it.each([
    ['ada', 'at once', 0],
    ['ada', 'after a while', 2_000],
    ['grace', 'at once', 0],
    ['grace', 'after a while', 2_000],
  ] as const)(
    'connects, whatever message of %s is hit, answered %s',
    { timeout: 60_000 },
    async (who, _, answerAfterMs) => {
      for (const moment of moments) {
        let at = 1;
        while (await connects([{ who, at, moment }], answerAfterMs)) at += 1;
        expect(at).toBeGreaterThan(fewestMessages);
      }
    },
  );

  it.each(moments)('connects, whatever messages of both are hit, cut %s them', { timeout: 60_000 }, async (moment) => {
    const both = (one: number, two: number) =>
      connects(
        [
          { who: 'ada', at: one, moment },
          { who: 'grace', at: two, moment },
        ],
        0,
      );
    let one = 1;
    for (; await both(one, 1); one += 1) {
      let two = 2;
      while (await both(one, two)) two += 1;
      if (one <= fewestMessages) expect(two).toBeGreaterThan(fewestMessages);
    }
    expect(one).toBeGreaterThan(fewestMessages);
  });
});
