import { describe, expect, it } from 'vitest';
import { Scope } from '../../src/lifetime.js';
import { socket as policy } from '../../src/policy.js';
import type { Runtime } from '../../src/runtime.js';
import { ReconnectingSocket, type SocketRefusal } from '../../src/signalling/socket.js';
import { Clock } from '../support/clock.js';
import { FakeWebSocket, type ServerEnd } from '../support/web-socket.js';

function open({ up = true, usesTickets = false, random = 0, answers = true } = {}) {
  const clock = new Clock();
  const server: ServerEnd = { opened: () => {}, received: () => {}, closed: () => {} };
  const sockets: FakeWebSocket[] = [];
  const openedAtMs: number[] = [];
  const runtime = {
    now: () => clock.nowMs,
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
    random: () => random,
    webSocket: (url) => {
      const socket = new FakeWebSocket(clock, 'ada', url, up ? server : null);
      socket.stuck = !answers;
      sockets.push(socket);
      openedAtMs.push(clock.nowMs);
      return socket as unknown as WebSocket;
    },
  } as Partial<Runtime> as Runtime;
  const heard: unknown[] = [];
  const refusals: SocketRefusal[] = [];
  const scope = new Scope(runtime);
  const socket = new ReconnectingSocket(
    scope,
    runtime,
    { url: async () => 'wss://example.org', usesTickets },
    {
      opened: () => {},
      message: (message) => heard.push(message),
      lost: () => {},
      refused: (reason) => refusals.push(reason),
    },
  );
  const newest = () => {
    const last = sockets.at(-1);
    if (last === undefined) throw new Error('No socket.');
    return last;
  };
  return { clock, socket, sockets, openedAtMs, newest, heard, refusals, scope };
}

describe('a socket that comes back', () => {
  it.each([
    ['at least half', 0, 0.5],
    ['at most all', 1, 1],
  ] as const)('waits %s of a time that doubles up to its limit', async (_, random, share) => {
    const { clock, openedAtMs } = open({ up: false, random });
    await clock.advance(60_000);
    const waits = openedAtMs.slice(1).map((atMs, index) => atMs - (openedAtMs[index] ?? 0) - 10);
    expect(waits.slice(0, 7)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000].map((waitMs) => waitMs * share));
  });

  it('asks for a sign of life at its interval, and gives up a connection that shows none', async () => {
    const { clock, newest, sockets } = open();
    await clock.advance(policy.heartbeatIntervalMs + 100);
    expect(newest().sent).toEqual([{ type: 'ping', id: '1' }]);
    await clock.advance(policy.heartbeatTimeoutMs - 200);
    expect(sockets).toHaveLength(1);
    await clock.advance(1_000);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]?.readyState).toBe(3);
  });

  it('takes whatever arrives for a sign of life', async () => {
    const { clock, newest, sockets } = open();
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(policy.heartbeatIntervalMs - 100);
      newest().say({ type: 'anything' });
    }
    expect(newest().sent).toEqual([]);
    expect(sockets).toHaveLength(1);
  });

  it('answers a ping, and hears nothing of pongs and of what is no JSON object', async () => {
    const { clock, newest, heard } = open();
    await clock.advance(20);
    newest().say({ type: 'ping', id: 'x' });
    newest().say({ type: 'pong', id: '1' });
    for (const data of ['{', '7', 'null', new ArrayBuffer(2)]) newest().fire('message', { data });
    await clock.advance(20);
    expect(newest().sent).toEqual([{ type: 'pong', id: 'x' }]);
    expect(heard).toEqual([]);
  });

  it('does not send what the server would not take, or what cannot leave', async () => {
    const { clock, socket, newest } = open();
    expect(socket.send({ type: 'join' })).toBe(false);
    await clock.advance(20);
    expect(socket.send({ text: 'é'.repeat(policy.maxMessageBytes / 2) })).toBe(false);
    expect(socket.send({ text: 'e'.repeat(policy.maxMessageBytes / 2) })).toBe(true);
    expect(newest().sent).toHaveLength(1);
  });

  it('believes that a cookie is not signed in, but tries fresh tickets first', async () => {
    for (const [usesTickets, sockets] of [
      [false, 1],
      [true, 1 + policy.ticketAttempts],
    ] as const) {
      const there = open({ usesTickets });
      for (let i = 0; i < 10; i += 1) {
        await there.clock.advance(1_000);
        there.newest().cut(4001);
      }
      expect(there.sockets).toHaveLength(sockets);
      expect(there.refusals).toEqual(['not_signed_in']);
    }
  });

  it('gives up an opening that takes too long', async () => {
    const { clock, newest, sockets } = open();
    await clock.advance(1);
    newest().stuck = true;
    await clock.advance(policy.openTimeoutMs + 1_000);
    expect(sockets).toHaveLength(2);
  });

  it('opens at once when the network is back', async () => {
    const { clock, socket, openedAtMs } = open({ up: false });
    await clock.advance(25_000);
    const before = openedAtMs.length;
    socket.check();
    await clock.advance(0);
    expect(openedAtMs).toHaveLength(before + 1);
  });

  it('leaves nothing behind', async () => {
    const { clock, scope, sockets } = open();
    await clock.advance(20);
    scope.dispose();
    await clock.advance(60_000);
    expect([clock.pending, sockets.length, sockets[0]?.listenerCount]).toEqual([0, 1, 0]);
  });
});

describe('a socket that nothing can do without', () => {
  const waits = (atMs: readonly number[]) => atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));

  it('is tried every two seconds where nothing answers, with more time now and then', async () => {
    const { clock, socket, openedAtMs } = open({ answers: false });
    socket.urgent = true;
    await clock.advance(25_000);
    expect(new Set(waits(openedAtMs))).toEqual(new Set([policy.urgentRetryMs, 2 * policy.urgentRetryMs]));
    expect(openedAtMs.length).toBeGreaterThan(9);
  });

  it('is tried hardly faster where it is refused at once, because browsers hold back whoever fails often', async () => {
    const { clock, socket, openedAtMs } = open({ up: false, random: 0.5 });
    socket.urgent = true;
    await clock.advance(25_000);
    expect(Math.max(...waits(openedAtMs))).toBeLessThanOrEqual(policy.urgentRetryMs);
    expect(openedAtMs.length).toBeLessThan(20);
  });

  it('does not let an attempt of before take its time', async () => {
    const { clock, socket, sockets } = open({ answers: false });
    await clock.advance(5_000);
    expect(sockets).toHaveLength(1);
    socket.urgent = true;
    await clock.advance(1);
    expect(sockets).toHaveLength(2);
  });

  it('proves itself fast when it is asked to, or another one takes its place as soon as that is open', async () => {
    const { clock, socket, sockets, newest } = open();
    await clock.advance(1_000);
    const before = newest();
    before.stuck = true;
    socket.check(true);
    await clock.advance(policy.urgentCheckTimeoutMs + 1);
    expect([before.readyState, sockets.length]).toEqual([1, 2]);
    await clock.advance(20);
    expect([before.readyState, newest().readyState]).toEqual([3, 1]);
    socket.send({ type: 'ack' });
    expect(newest().sent).toEqual([{ type: 'ack' }]);
  });

  it('stays when it answers before another one is open', async () => {
    const { clock, socket, sockets, newest } = open();
    await clock.advance(1_000);
    const before = newest();
    socket.check(true);
    await clock.advance(policy.urgentCheckTimeoutMs + 1);
    expect(sockets).toHaveLength(2);
    newest().stuck = true;
    before.say({ type: 'pong' });
    await clock.advance(policy.openTimeoutMs);
    expect([before.readyState, newest().readyState, sockets.length]).toEqual([1, 3, 2]);
    expect(socket.send({ type: 'ack' })).toBe(true);
  });

  it('opens no third one, however often it is asked to prove itself', async () => {
    const { clock, socket, sockets, newest } = open();
    await clock.advance(1_000);
    newest().stuck = true;
    socket.check(true);
    await clock.advance(policy.urgentCheckTimeoutMs + 1);
    newest().stuck = true;
    for (let i = 0; i < 3; i += 1) {
      socket.check(true);
      await clock.advance(policy.urgentCheckTimeoutMs + 1);
    }
    expect(sockets).toHaveLength(2);
  });

  it('proves itself by an answer, not by what still comes in', async () => {
    const { clock, socket, sockets, newest } = open();
    await clock.advance(1_000);
    socket.urgent = true;
    socket.check(true);
    newest().say({ type: 'call_updated' });
    await clock.advance(policy.urgentCheckTimeoutMs + 1);
    expect(sockets).toHaveLength(2);
  });

  it('has the way to itself while another one yields, which then comes back', async () => {
    const { clock, socket, sockets, newest } = open({ answers: false });
    await clock.advance(1_000);
    socket.yields = true;
    await clock.advance(30_000);
    expect([newest().readyState, sockets.length]).toEqual([3, 1]);
    socket.yields = false;
    await clock.advance(1);
    expect(sockets).toHaveLength(2);
  });

  it('leaves one open that is open when it is asked to yield', async () => {
    const { clock, socket, sockets, newest } = open();
    await clock.advance(1_000);
    socket.yields = true;
    await clock.advance(1_000);
    expect([newest().readyState, sockets.length]).toEqual([1, 1]);
  });

  it('is opened again without a question when the address may be another', async () => {
    const { clock, socket, sockets, newest } = open();
    await clock.advance(1_000);
    const before = newest();
    socket.reopen();
    await clock.advance(1);
    expect([before.readyState, sockets.length]).toEqual([3, 2]);
  });
});
