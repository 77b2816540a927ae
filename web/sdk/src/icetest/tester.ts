import type { IceTest } from '../api.js';
import type { Http } from '../http.js';
import type { Scope } from '../lifetime.js';
import { iceTest as policy } from '../policy.later.js';
import type { components } from '../protocol/rest.gen.js';
import { listOf, orMissing, shape, text } from '../protocol/shape.js';
import type { Runtime } from '../runtime.js';
import { gather } from './gather.js';
import { type Gathering, judge, type Observation, targetsOf } from './judge.js';
import { loopThrough } from './relay.js';

type Schemas = components['schemas'];

const server = shape<Schemas['IceServer']>({
  urls: listOf(text),
  username: orMissing(text),
  credential: orMissing(text),
});
const answer = shape<Schemas['IceServersResponse']>({ ice_servers: listOf(server), expires_at: text });

/** Asks all servers at once, each from a connection of its own, then sends through the relays one after the other. */
export async function testIce(
  scope: Scope,
  runtime: Runtime,
  http: Http,
  progress: (test: IceTest) => void = () => {},
): Promise<IceTest> {
  const { ice_servers, expires_at } = await http.get('/ice-servers', answer);
  const servers = ice_servers.map(
    ({ urls, username, credential }): RTCIceServer => ({
      urls,
      ...(typeof username === 'string' ? { username } : {}),
      ...(typeof credential === 'string' ? { credential } : {}),
    }),
  );
  const targets = targetsOf(servers).slice(0, policy.maxServers);
  const observations: Observation[] = targets.map((target) => ({ target, gathering: null, relaying: null }));
  let together: Gathering | null = null;
  const now = () => judge({ servers: observations, together, credentialsEndAtMs: Date.parse(expires_at) });
  const observe = (index: number, change: Partial<Observation>) => {
    observations[index] = { ...(observations[index] as Observation), ...change };
    progress(now());
  };
  progress(now());

  await Promise.all([
    ...targets.map(({ kind, server }, index) => {
      // Relays alone would hide from which address they were reached.
      const configuration: RTCConfiguration = { iceServers: [server] };
      return gather(scope.child(), runtime, configuration, kind === 'turn' ? 'relay' : 'srflx', (gathering) =>
        observe(index, { gathering }),
      );
    }),
    // From one port to all: by what the router makes of it, its kind is known.
    gather(
      scope.child(),
      runtime,
      { iceServers: targets.filter(({ transport }) => transport === 'udp').map((one) => one.server) },
      'srflx',
      (gathering) => {
        together = gathering;
      },
    ),
  ]);
  for (const [index, { target, gathering }] of observations.entries()) {
    if (!gathering?.candidates.some(({ type }) => type === 'relay')) continue;
    observe(index, { relaying: await loopThrough(scope.child(), runtime, target.server) });
  }
  scope.dispose();
  return now();
}
