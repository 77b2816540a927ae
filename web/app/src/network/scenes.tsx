import type { IceTest } from '@sightline/sdk';
import { app, home, type Scenes } from '../testing/stage';
import { iceTest } from './samples';

function opened(...steps: IceTest[]) {
  const sightline = home();
  sightline.iceSteps = steps;
  location.hash = 'network';
  return app(sightline);
}

const open = iceTest('open', () => true);
const [stun, udp, ...later] = open.servers;
const running = {
  state: 'testing',
  gatheredMs: null,
  roundTripMs: null,
  lossShare: null,
  throughputBps: null,
} as const;

export const networkScenes: Scenes = {
  'network-open': () => opened(open),
  'network-tcp': () => opened(iceTest('tcp_only', (transport) => transport !== 'udp')),
  'network-blocked': () => opened(iceTest('blocked', () => false)),
  'network-testing': () =>
    opened({
      ...open,
      verdict: 'testing',
      servers: [...(stun && udp ? [stun, udp] : []), ...later.map((one) => ({ ...one, ...running }))],
    }),
  'network-failed': () => opened(),
};
