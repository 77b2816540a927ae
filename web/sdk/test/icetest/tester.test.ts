import { describe, expect, it } from 'vitest';
import type { IceTest } from '../../src/api.js';
import type { Http } from '../../src/http.js';
import { testIce } from '../../src/icetest/tester.js';
import { Scope } from '../../src/lifetime.js';
import type { Runtime } from '../../src/runtime.js';
import { Clock } from '../support/clock.js';

const epochMs = Date.UTC(2030, 0, 1);

/** A connection that finds and suffers what the test says; it never carries anything. */
class Asking extends EventTarget {
  closed = false;
  readonly signalingState = 'stable';
  readonly remoteDescription = null;

  constructor(
    readonly configuration: RTCConfiguration,
    private readonly asked: (by: Asking) => void,
  ) {
    super();
  }

  get urls(): string[] {
    return (this.configuration.iceServers ?? []).flatMap(({ urls }) => urls);
  }

  createDataChannel() {
    return Object.assign(new EventTarget(), { readyState: 'connecting' });
  }

  async setLocalDescription(): Promise<void> {
    this.asked(this);
  }

  async setRemoteDescription(): Promise<void> {}

  async addIceCandidate(): Promise<void> {}

  finds(type: string, address: string): void {
    const candidate = { candidate: 'candidate:', type, address, port: 40_000, relatedAddress: null, relatedPort: null };
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }

  ends(): void {
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: null }));
  }

  fails(errorCode: number): void {
    this.dispatchEvent(Object.assign(new Event('icecandidateerror'), { errorCode }));
  }

  close(): void {
    this.closed = true;
  }
}

const urls = ['stun:one.example:3478', 'turn:one.example:3478?transport=udp', 'turns:one.example:443?transport=tcp'];

function test(ask: (by: Asking) => void, servers: readonly string[] = urls) {
  const clock = new Clock();
  const connections: Asking[] = [];
  const runtime = {
    now: () => clock.nowMs,
    setTimer: (run: () => void, delayMs: number) => clock.setTimer(run, delayMs),
    clearTimer: (timer: unknown) => clock.clearTimer(timer),
    peerConnection: (configuration: RTCConfiguration) => {
      const connection = new Asking(configuration, ask);
      connections.push(connection);
      return connection as unknown as RTCPeerConnection;
    },
  } as Runtime;
  const http = {
    get: async () => ({
      ice_servers: [{ urls: servers, username: '1:x', credential: 'secret' }],
      expires_at: new Date(epochMs).toISOString(),
    }),
  } as unknown as Http;
  const progress: IceTest[] = [];
  const result = testIce(new Scope(runtime), runtime, http, (one) => progress.push(one));
  return { clock, connections, progress, result };
}

const statesOf = (one: IceTest) => one.servers.map(({ state, trouble }) => [state, trouble]);

describe('the test of the servers', () => {
  it('asks each address by a connection of its own, and those of UDP from one port', async () => {
    const { connections, result } = test((by) => by.ends());
    await result;
    expect(connections.map((connection) => connection.urls)).toEqual([...urls.map((url) => [url]), urls.slice(0, 2)]);
    expect(connections[1]?.configuration.iceServers?.[0]).toMatchObject({ username: '1:x', credential: 'secret' });
  });

  it('tells how far it has come, from the first moment to the end', async () => {
    const { clock, progress, result } = test((by) => {
      if (by.urls.length > 1) return by.ends();
      by.finds('srflx', '203.0.113.9');
    });
    await clock.advance(5_000);
    expect(progress[0]?.servers.map(({ state }) => state)).toEqual(['testing', 'testing', 'testing']);
    expect(progress.every(({ verdict }) => verdict === 'testing')).toBe(true);
    await clock.advance(5_000);
    expect((await result).verdict).not.toBe('testing');
  });

  it('gives up on a server that does not answer after ten seconds', async () => {
    const { clock, result } = test(() => {});
    let over = false;
    void result.then(() => {
      over = true;
    });
    await clock.advance(9_999);
    expect(over).toBe(false);
    await clock.advance(1);
    expect((await result).verdict).toBe('blocked');
  });

  it('names what a server has against it: its credentials, a second allocation, or that nobody answers', async () => {
    const codes = new Map(urls.map((url, index) => [url, [701, 401, 437][index] as number]));
    const { result } = test((by) => {
      const [url = ''] = by.urls;
      if (by.urls.length === 1) by.fails(codes.get(url) as number);
      by.ends();
    });
    expect(statesOf(await result)).toEqual([
      ['fails', 'unreachable'],
      ['fails', 'credentials'],
      ['fails', 'mismatch'],
    ]);
  });

  it('says of a relay that carries nothing that it does not work, after six seconds', async () => {
    const { clock, connections, result } = test((by) => {
      if (by.urls.length === 1 && !by.urls[0]?.startsWith('stun:')) by.finds('relay', '198.51.100.1');
      by.ends();
    });
    await clock.advance(2 * 6_000);
    expect(statesOf(await result).slice(1)).toEqual([
      ['fails', 'no_media'],
      ['fails', 'no_media'],
    ]);
    // One end through the relay alone, the other by whatever way.
    expect(connections.slice(4, 6).map(({ configuration }) => configuration.iceTransportPolicy)).toEqual([
      'relay',
      undefined,
    ]);
  });

  it('tells when the credentials end', async () => {
    const { result } = test((by) => by.ends());
    expect((await result).credentialsEndAtMs).toBe(epochMs);
  });

  it('asks no more than 24 servers', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `stun:host${index}.example:3478`);
    const { connections, result } = test((by) => by.ends(), many);
    expect([(await result).servers.length, connections.length]).toEqual([24, 25]);
  });

  it('hears no more than 100 addresses and 100 errors of one', async () => {
    const { progress, result } = test(
      (by) => {
        if (by.urls.length > 1) return by.ends();
        for (let one = 0; one < 200; one++) by.finds('srflx', `203.0.113.${one}`);
        for (let one = 0; one < 200; one++) by.fails(701);
        by.ends();
      },
      [urls[0] as string],
    );
    await result;
    // Once before, once for each address and each error, once at the end.
    expect(progress.length).toBeLessThanOrEqual(2 + 200);
  });

  it('leaves no connection and no timer behind', async () => {
    const { clock, connections, result } = test((by) => {
      if (by.urls[0]?.startsWith('turn')) by.finds('relay', '198.51.100.1');
    });
    await clock.advance(30_000);
    await result;
    expect(connections.length).toBeGreaterThan(4);
    expect(connections.every(({ closed }) => closed)).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
