import { describe, expect, it } from 'vitest';
import type { SightlineOptions } from '../src/api.js';
import { desk } from '../src/desk.js';
import { Http } from '../src/http.js';
import { request as policy } from '../src/policy.js';
import { Rest } from '../src/rest.js';
import type { Runtime } from '../src/runtime.js';
import { Clock } from './support/clock.js';

type Answer = (path: string, init: RequestInit) => Response | Promise<Response>;

const me = {
  person_id: 'ada',
  email: 'ada@example.org',
  display_name: 'Ada',
  is_operator: false,
  antiforgery_token: 'secret',
};
const json = (value: unknown, status = 200, headers = {}) => new Response(JSON.stringify(value), { status, headers });

function rest(answer: Answer, options: SightlineOptions = {}) {
  const clock = new Clock();
  const requests: { readonly path: string; readonly headers: Headers; readonly init: RequestInit }[] = [];
  const runtime = {
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs),
    clearTimer: (timer) => clock.clearTimer(timer),
    origin: 'https://calls.example.org',
    fetch: async (url: string, init: RequestInit) => {
      const path = url.replace('https://calls.example.org', '');
      requests.push({ path, headers: new Headers(init.headers), init });
      return answer(path, init);
    },
  } as Partial<Runtime> as Runtime;
  return { rest: new Rest(new Http(runtime, options)), requests, clock };
}

const known: Answer = (path) => {
  if (path === '/account/me') return json(me);
  return path === '/channels' ? json({ channel_id: 'channel' }) : json({ ticket: 'once' });
};

describe('requests', () => {
  it('prove who asks with the antiforgery token, which is asked for once', async () => {
    const { rest: server, requests } = rest(known);
    await server.channelWith(['grace']);
    await server.channelWith(['alan']);
    expect(requests.map((one) => [one.path, one.headers.get('x-sightline-antiforgery')])).toEqual([
      ['/account/me', null],
      ['/channels', 'secret'],
      ['/channels', 'secret'],
    ]);
  });

  it('take a new token when another tab has signed somebody in', async () => {
    let refused = false;
    const { rest: server, requests } = rest((path, init) => {
      if (path !== '/channels' || refused) return known(path, init);
      refused = true;
      return json({ code: 'antiforgery' }, 400);
    });
    expect(await server.channelWith(['grace'])).toBe('channel');
    expect(requests.map((one) => one.path)).toEqual(['/account/me', '/channels', '/account/me', '/channels']);
  });

  it('ask for a channel only once', async () => {
    const { rest: server, requests } = rest(known);
    await server.channelWith(['grace']);
    await server.channelWith(['grace']);
    expect(requests.filter((one) => one.path === '/channels')).toHaveLength(1);
  });

  it('carry a bearer token instead of cookies for another origin, whose sockets get one-time tickets', async () => {
    const { rest: server, requests } = rest(known, {
      url: 'https://calls.example.org/',
      accessToken: async () => 'bearer-token',
    });
    expect(await server.socketUrl('/ws/notifications')).toBe('wss://calls.example.org/ws/notifications?ticket=once');
    expect(requests.map((one) => one.path)).toEqual(['/account/me', '/tickets']);
    for (const { init, headers } of requests) {
      expect(init.credentials).toBe('omit');
      expect(headers.get('authorization')).toBe('Bearer bearer-token');
      expect(headers.has('x-sightline-antiforgery')).toBe(false);
    }
  });

  it('open sockets with the cookie on their own origin', async () => {
    const { rest: server, requests } = rest(known);
    expect(await server.socketUrl('/ws/call/1')).toBe('wss://calls.example.org/ws/call/1');
    expect(requests).toEqual([]);
  });

  it('say who is signed in, and null for nobody', async () => {
    expect(await rest(known).rest.me()).toEqual({
      ...{ personId: 'ada', email: 'ada@example.org', displayName: 'Ada', isOperator: false },
    });
    expect(await rest(() => json({ code: 'not_signed_in' }, 401)).rest.me()).toBeNull();
  });

  it('fail with the code, the fields and the wait that the server names', async () => {
    const problem = { code: 'validation', detail: 'Something is wrong.', errors: { password: ['Too short.'], odd: 7 } };
    const { rest: server } = rest(() => json(problem, 400, { 'retry-after': '30' }));
    await expect(desk(server).signIn({ email: 'a@b', password: 'x' })).rejects.toMatchObject({
      name: 'SightlineError',
      code: 'validation',
      message: 'Something is wrong.',
      fields: { password: ['Too short.'] },
      retryAfterSeconds: 30,
    });
  });

  it.each<[string, string, Answer]>([
    ['unexpected', 'an answer that is no JSON', () => new Response('<html>', { status: 502 })],
    ['unexpected', 'an answer of another shape', () => json({ person_id: 7 })],
    ['not_signed_in', 'a bare 401', () => new Response('', { status: 401 })],
    ['unreachable', 'no answer', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('fail with %s for %s', async (code, _, answer) => {
    await expect(desk(rest(answer).rest).signIn({ email: 'a@b', password: 'x' })).rejects.toMatchObject({ code });
  });

  it('do not wait for ever', async () => {
    const { rest: server, clock } = rest(
      (_, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
        }),
    );
    const failed = expect(desk(server).signIn({ email: 'a@b', password: 'x' })).rejects.toMatchObject({
      code: 'unreachable',
    });
    await clock.advance(policy.timeoutMs);
    await failed;
    expect(clock.pending).toBe(0);
  });
});
