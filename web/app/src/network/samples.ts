import type { IceServerResult, IceTest, IceVerdict } from '@sightline/sdk';

const works: Pick<IceServerResult, 'state' | 'trouble' | 'errorCode'> = {
  state: 'works',
  trouble: null,
  errorCode: null,
};
const fails = { state: 'fails', trouble: 'unreachable', errorCode: 701 } as const;
const carries = { gatheredMs: 48, roundTripMs: 23, lossShare: 0, throughputBps: 18_400_000 };
const silent = { gatheredMs: null, roundTripMs: null, lossShare: null, throughputBps: null };

const urls = [
  ['stun:turn.example.org:3478', 'stun', 'udp'],
  ['turn:turn.example.org:3478?transport=udp', 'turn', 'udp'],
  ['turn:turn.example.org:3478?transport=tcp', 'turn', 'tcp'],
  ['turns:turn.example.org:443?transport=tcp', 'turn', 'tls'],
] as const;

/** A test in which those servers work that `passes` says. */
export function iceTest(
  verdict: IceVerdict,
  passes: (transport: IceServerResult['transport']) => boolean,
  change: Partial<IceTest> = {},
): IceTest {
  return {
    verdict,
    servers: urls.map(([url, kind, transport]) => {
      const outcome = passes(transport) ? { ...works, ...carries } : { ...fails, ...silent };
      return {
        url,
        kind,
        transport,
        ...outcome,
        ...(kind === 'stun' ? { ...silent, gatheredMs: passes(transport) ? 31 : null } : {}),
      };
    }),
    nat: verdict === 'open' ? 'one_port' : 'unknown',
    ipv4: verdict !== 'blocked',
    ipv6: false,
    hidesAddresses: true,
    credentialsEndAtMs: Date.now() + 24 * 60 * 60_000,
    ...change,
  };
}
