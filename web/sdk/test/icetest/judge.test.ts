import { describe, expect, it } from 'vitest';
import {
  type Found,
  type Gathering,
  judge,
  type Observation,
  type Relaying,
  targetsOf,
  troubleOf,
} from '../../src/icetest/judge.js';

const credentials = { username: '1:x', credential: 'secret' };
const urls = (host: string) => [
  `stun:${host}:3478`,
  `turn:${host}:3478?transport=udp`,
  `turn:${host}:3478?transport=tcp`,
  `turns:${host}:443?transport=tcp`,
];
const targets = targetsOf([{ urls: [...urls('198.51.100.1'), ...urls('198.51.100.2')], ...credentials }]);

const host = (address: string): Found => ({
  type: 'host',
  address,
  port: 50_000,
  relatedAddress: null,
  relatedPort: null,
});
const srflx = (port: number, relatedAddress = '10.1.0.2'): Found => {
  const relatedPort = relatedAddress === '0.0.0.0' ? 0 : 50_000;
  return { type: 'srflx', address: '203.0.113.9', port, relatedAddress, relatedPort };
};
const relay: Found = {
  type: 'relay',
  address: '198.51.100.1',
  port: 60_000,
  relatedAddress: '203.0.113.9',
  relatedPort: 1,
};
const gathered = (candidates: readonly Found[], errorCodes: readonly number[] = []): Gathering => {
  return { candidates, errorCodes, gatheredMs: candidates.length > 0 ? 40 : null, over: true };
};
const carries: Relaying = { connected: true, roundTripMs: 20, lossShare: 0, throughputBps: 5_000_000 };
const silent = gathered([], [701]);

/** A network that lets out what `passes` says, behind a NAT that shows these ports. */
function network(passes: (observation: Observation) => boolean, ports: readonly number[]) {
  const servers = targets.map((target): Observation => {
    const asked = { target, gathering: null, relaying: null };
    if (!passes(asked)) return { target, gathering: silent, relaying: null };
    return target.kind === 'stun'
      ? { target, gathering: gathered([host('10.1.0.2'), srflx(50_000)]), relaying: null }
      : { target, gathering: gathered([relay]), relaying: carries };
  });
  const together = gathered([host('10.1.0.2'), ...ports.map((port) => srflx(port))]);
  return { servers, together, credentialsEndAtMs: 1_000 };
}

describe('the verdict', () => {
  it('is open behind a router that gives one port to all', () => {
    const test = judge(network(() => true, [50_000]));
    expect(test).toMatchObject({ verdict: 'open', nat: 'one_port', ipv4: true, ipv6: false });
    expect(test.servers.every(({ state }) => state === 'works')).toBe(true);
  });

  it('is a strict NAT behind a router that gives another port to each', () => {
    expect(judge(network(() => true, [40_001, 40_002]))).toMatchObject({ verdict: 'strict_nat', nat: 'port_each' });
  });

  it('is open where one of two interfaces is behind a router that gives one port to all', () => {
    const one = network(() => true, [40_001, 40_002]);
    const both = { ...one, together: gathered([...one.together.candidates, srflx(50_000, '10.2.0.2')]) };
    expect(judge(both)).toMatchObject({ verdict: 'open', nat: 'one_port' });
  });

  it('is a strict NAT where both interfaces are behind one', () => {
    const one = network(() => true, [40_001, 40_002]);
    const other = [40_003, 40_004].map((port) => srflx(port, '10.2.0.2'));
    expect(judge({ ...one, together: gathered([...one.together.candidates, ...other]) }).nat).toBe('port_each');
  });

  it('is a strict NAT for IPv4 whatever IPv6 does', () => {
    const one = network(() => true, [40_001, 40_002]);
    const ipv6: Found = { ...srflx(50_000, 'fd00::2'), address: '2001:db8::9' };
    expect(judge({ ...one, together: gathered([...one.together.candidates, ipv6]) }).nat).toBe('port_each');
  });

  it('is a strict NAT also where the browser hides its own address', () => {
    const together = gathered([40_001, 40_002].map((port) => srflx(port, '0.0.0.0')));
    expect(judge({ ...network(() => true, []), together }).nat).toBe('port_each');
  });

  it('is TCP only where UDP does not get out', () => {
    const test = judge(network(({ target }) => target.transport !== 'udp', []));
    expect(test).toMatchObject({ verdict: 'tcp_only', nat: 'unknown' });
    expect(test.servers.filter(({ trouble }) => trouble === 'unreachable').map(({ transport }) => transport)).toEqual(
      Array(4).fill('udp'),
    );
  });

  it('is TLS only where nothing but port 443 gets out', () => {
    expect(judge(network(({ target }) => target.transport === 'tls', [])).verdict).toBe('tls_only');
  });

  it('is no relay where only addresses can be asked for', () => {
    expect(judge(network(({ target }) => target.kind === 'stun', [50_000])).verdict).toBe('no_relay');
  });

  it('is blocked where nothing answers, and nothing to say without servers', () => {
    expect(judge(network(() => false, [])).verdict).toBe('blocked');
    expect(judge({ servers: [], together: null, credentialsEndAtMs: null }).verdict).toBe('no_servers');
  });

  it('waits until every server is known', () => {
    const some = network(() => true, [50_000]);
    const [first, ...others] = some.servers;
    const servers = [{ ...first, gathering: null } as Observation, ...others];
    expect(judge({ ...some, servers }).verdict).toBe('testing');
    const relays = some.servers.map((one) => ({ ...one, relaying: null }));
    expect(judge({ ...some, servers: relays }).verdict).toBe('testing');
  });
});

describe('a server', () => {
  const [stun, turn] = targets as [(typeof targets)[0], (typeof targets)[0]];
  const one = (observation: Observation) =>
    judge({ servers: [observation], together: null, credentialsEndAtMs: null }).servers[0];

  it.each([
    [[701, 401], 'credentials', 401],
    [[437], 'mismatch', 437],
    [[701], 'unreachable', 701],
    [[], 'unreachable', null],
    [[486, 701], 'full', 486],
    [[403], 'forbidden', 403],
    [[442], 'unsupported', 442],
    [[599], 'other', 599],
  ] as const)('that says %j has the trouble %s', (codes, trouble, errorCode) => {
    const result = one({ target: turn, gathering: gathered([], codes), relaying: null });
    expect(result).toMatchObject({ state: 'fails', trouble, errorCode });
  });

  it('works in spite of errors on other interfaces', () => {
    expect(one({ target: turn, gathering: gathered([relay], [701, 701]), relaying: carries })?.state).toBe('works');
  });

  it('that gives a relay which carries nothing does not work', () => {
    const dead = { connected: false, roundTripMs: null, lossShare: null, throughputBps: null };
    expect(one({ target: turn, gathering: gathered([relay]), relaying: dead })).toMatchObject({ trouble: 'no_media' });
  });

  it('for addresses works without another address where there is no NAT', () => {
    const result = one({
      target: stun,
      gathering: { ...gathered([host('203.0.113.9')]), gatheredMs: null },
      relaying: null,
    });
    expect(result?.state).toBe('works');
  });

  it('has a word for every code', () => {
    for (let code = 300; code < 800; code++) expect(troubleOf(code)).toMatch(/^[a-z_]+$/);
  });
});

describe('the addresses', () => {
  const of = (...candidates: Found[]) =>
    judge({ servers: [], together: gathered(candidates), credentialsEndAtMs: null });

  it('show IPv6, and names of mDNS in place of addresses', () => {
    const six: Found = { ...srflx(1), address: '2001:db8::9', relatedAddress: '2001:db8::9', relatedPort: 1 };
    expect(of(host('1b9d7a52-2f4f-4d4a-8b7e-9f3b5a2c1d0e.local'), six)).toMatchObject({
      ipv4: false,
      ipv6: true,
      hidesAddresses: true,
      nat: 'none',
    });
  });

  const asked = (url: string, gathering: Gathering, relaying: Relaying | null = null): Observation => {
    const [target] = targetsOf([{ urls: url, ...credentials }]) as [(typeof targets)[0]];
    return { target, gathering, relaying };
  };
  const reached = (...servers: Observation[]) => judge({ servers, together: null, credentialsEndAtMs: null });
  const unasked = { ...gathered([host('2001:db8:1::2')]), gatheredMs: null };

  it('of a relay say nothing of the way to it: one of IPv6 may well relay to IPv4', () => {
    const hidden: Found = { ...relay, relatedAddress: '0.0.0.0', relatedPort: 0 };
    expect(reached(asked('turn:[2001:db8::20]:3478', gathered([hidden]), carries))).toMatchObject({
      ipv4: false,
      ipv6: true,
    });
    const twice: Found = { ...relay, relatedAddress: relay.address };
    expect(reached(asked('turn:turn.example.org', gathered([twice]), carries))).toMatchObject({
      ipv4: false,
      ipv6: false,
    });
    const known: Found = { ...relay, relatedAddress: '2001:db8:1::2' };
    expect(reached(asked('turn:turn.example.org', gathered([known]), carries))).toMatchObject({
      ipv4: false,
      ipv6: true,
    });
  });

  it('of IPv6 alone do not stand for the answer of a server of IPv4, which nobody has asked', () => {
    const test = reached(
      asked('stun:203.0.113.20:3478', unasked),
      asked('stun:[2001:db8::20]:3478', unasked),
      asked('stun:stun.example.org', unasked),
    );
    expect(test).toMatchObject({ ipv4: false, ipv6: true });
    expect(test.servers.map(({ state, trouble }) => [state, trouble])).toEqual([
      ['fails', 'unreachable'],
      ['works', null],
      ['works', null],
    ]);
  });

  it('of one server do not tell which NAT it is', () => {
    expect(of(host('10.1.0.2'), srflx(50_000)).nat).toBe('unknown');
  });

  it('from two interfaces are not taken for two ports of one', () => {
    expect(of(srflx(50_000), srflx(50_001, '10.2.0.2')).nat).toBe('unknown');
  });
});

describe('the servers', () => {
  it('are each asked by itself, with its credentials', () => {
    expect(targets).toHaveLength(8);
    expect(targets.map(({ kind, transport }) => `${kind} ${transport}`).slice(0, 4)).toEqual([
      'stun udp',
      'turn udp',
      'turn tcp',
      'turn tls',
    ]);
    expect(targets[3]?.server).toEqual({ urls: 'turns:198.51.100.1:443?transport=tcp', ...credentials });
  });

  it('with an address that is none are left out', () => {
    expect(targetsOf([{ urls: ['http://198.51.100.1', 'turn:198.51.100.1?transport=sctp'] }])).toEqual([]);
  });
});
