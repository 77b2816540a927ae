import { describe, expect, it } from 'vitest';
import { Http } from '../src/http.js';
import { IceServers } from '../src/ice-servers.js';
import { request as policy } from '../src/policy.js';
import type { Runtime } from '../src/runtime.js';
import { Clock, settle } from './support/clock.js';

function iceServers(answer: () => Promise<Response>) {
  const clock = new Clock();
  let requests = 0;
  const runtime = {
    now: () => clock.nowMs,
    epochMs: () => clock.nowMs,
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
    origin: 'https://calls.example.org',
    fetch: () => {
      requests += 1;
      return answer();
    },
  } as Partial<Runtime> as Runtime;
  return { servers: new IceServers(new Http(runtime, {}), runtime), clock, requests: () => requests };
}

const answering = (expiresAtMs: number) => async () =>
  new Response(
    JSON.stringify({
      ice_servers: [{ urls: ['stun:a'] }, { urls: ['turn:b'], username: 'u', credential: 'c' }],
      expires_at: new Date(expiresAtMs).toISOString(),
    }),
  );

describe('ICE servers', () => {
  it('are as the browser wants them', async () => {
    const { servers } = iceServers(answering(86_400_000));
    expect(await servers.ready()).toEqual([{ urls: ['stun:a'] }, { urls: ['turn:b'], username: 'u', credential: 'c' }]);
  });

  it('are asked for once until they are old', async () => {
    const { servers, clock, requests } = iceServers(answering(86_400_000));
    await Promise.all([servers.ready(), servers.ready()]);
    await servers.ready();
    expect(requests()).toBe(1);
    await clock.advance(policy.iceServersMaxAgeMs);
    await servers.ready();
    expect(requests()).toBe(2);
  });

  it('are asked for again before their credentials end', async () => {
    const { servers, clock, requests } = iceServers(answering(policy.iceServersMarginMs + 60_000));
    await servers.ready();
    await clock.advance(60_000);
    expect(servers.current).toHaveLength(2);
    expect(requests()).toBe(2);
  });

  it('are not waited for longer than a call can bear', async () => {
    const { servers, clock } = iceServers(() => new Promise(() => {}));
    const ready = servers.ready();
    await clock.advance(policy.iceServersWaitMs);
    expect(await ready).toEqual([]);
  });

  it('are none, and asked for again, when the server fails', async () => {
    const { servers, requests } = iceServers(async () => new Response('', { status: 503 }));
    expect(await servers.ready()).toEqual([]);
    expect(await servers.ready()).toEqual([]);
    expect(requests()).toBe(2);
  });

  it('of one person are not used for the next', async () => {
    const { servers } = iceServers(answering(86_400_000));
    await servers.ready();
    servers.forget();
    expect(servers.current).toEqual([]);
    await settle();
    expect(servers.current).toHaveLength(2);
  });
});
