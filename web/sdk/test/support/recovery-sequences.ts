import type { RecoveryInput, Transport } from '../../src/peer/recovery.js';

export const up: RecoveryInput = { type: 'reachable', reachable: true };
export const down: RecoveryInput = { type: 'reachable', reachable: false };
export const silent: RecoveryInput = { type: 'doubt', moved: false, flowing: true };
export const idle: RecoveryInput = { type: 'doubt', moved: false, flowing: false };
export const moved: RecoveryInput = { type: 'doubt', moved: true, flowing: true };
export const media: RecoveryInput = { type: 'received', media: true, agoMs: 0 };
export const answer: RecoveryInput = { type: 'received', media: false, agoMs: 0 };
export const peerRestarts: RecoveryInput = { type: 'peer_restarted', fresh: false };
export const answers: RecoveryInput = { type: 'answered' };
export const refresh: RecoveryInput = { type: 'refresh' };
export const says = (transport: Transport): RecoveryInput => ({ type: 'transport', transport });

export interface Sequence {
  readonly name: string;
  readonly leads?: boolean;
  readonly events: readonly (readonly [atMs: number, ...RecoveryInput[]])[];
  readonly untilMs?: number;
  readonly story: readonly string[];
}

/** What happens to a link that was connected, and what it does when. */
export const sequences: readonly Sequence[] = [
  {
    name: 'a disconnection that is shorter than its grace',
    events: [
      [0, says('disconnected')],
      [2_999, says('connected')],
    ],
    story: [],
  },
  {
    name: 'a disconnection that stays: five attempts, relays only from the third, one new connection, the end',
    events: [[0, says('disconnected')]],
    story: [
      '3000 reconnecting',
      '3000 restart 1',
      '5000 restart 2',
      '9000 restart 3 relay',
      '13000 restart 4 relay',
      '17000 restart 5 relay',
      '21000 renew',
      '29000 failed',
    ],
  },
  {
    name: 'a disconnection after six silent seconds, whose grace is over',
    events: [
      [0, media],
      [6_000, says('disconnected')],
    ],
    untilMs: 6_000,
    story: ['6000 reconnecting', '6000 restart 1'],
  },
  {
    name: 'a failure',
    events: [[0, says('failed')]],
    untilMs: 1_000,
    story: ['0 reconnecting', '0 restart 1'],
  },
  {
    name: 'two failures with a success between them: counting begins anew',
    events: [
      [0, says('failed')],
      [4_000, says('connected'), says('failed')],
    ],
    untilMs: 4_000,
    story: ['0 reconnecting', '0 restart 1', '2000 restart 2', '4000 connected', '4000 reconnecting', '4000 restart 1'],
  },
  {
    name: 'a failure at the side that follows, whose peer stays silent',
    leads: false,
    events: [[0, says('failed')]],
    untilMs: 1_000,
    story: ['0 reconnecting', '700 restart 1'],
  },
  {
    name: 'a failure at the side that follows, whose peer restarts in time and once more',
    leads: false,
    events: [
      [0, says('failed')],
      [300, peerRestarts],
      [2_300, peerRestarts],
    ],
    untilMs: 6_999,
    story: ['0 reconnecting'],
  },
  {
    name: 'a failure at the side that follows, whose peer restarts once and then no more',
    leads: false,
    events: [
      [0, says('failed')],
      [300, peerRestarts],
    ],
    untilMs: 3_000,
    story: ['0 reconnecting', '3000 restart 2'],
  },
  {
    name: 'silence where media flowed',
    events: [[0, media, silent]],
    untilMs: 1_000,
    story: ['300 reconnecting', '300 restart 1'],
  },
  {
    name: 'silence of which the browser never says anything, and packets again',
    events: [
      [0, silent],
      [1_500, media],
    ],
    story: ['300 reconnecting', '300 restart 1', '1500 connected'],
  },
  {
    name: 'silence behind which the peer is well: one new connection soon, and restarts of that',
    events: [
      [0, silent],
      [800, answers],
      [1_400, answers],
    ],
    untilMs: 6_000,
    story: ['300 reconnecting', '300 restart 1', '900 renew', '4900 restart 3 relay'],
  },
  {
    name: 'silence that ends once the peer has answered',
    events: [
      [0, silent],
      [800, answers],
      [850, media, media],
    ],
    untilMs: 6_000,
    story: ['300 reconnecting', '300 restart 1', '850 connected'],
  },
  {
    name: 'a second silence behind which the peer is well: it may be slow, and keeps its connection',
    events: [
      [0, silent],
      [700, media, media],
      [10_000, silent],
      [11_000, answers],
    ],
    untilMs: 12_000,
    story: ['300 reconnecting', '300 restart 1', '700 connected', '10900 reconnecting', '10900 restart 1'],
  },
  {
    name: 'a failure of which the browser knows: an answer changes nothing',
    events: [
      [0, says('failed')],
      [200, answers],
    ],
    untilMs: 1_900,
    story: ['0 reconnecting', '0 restart 1'],
  },
  {
    name: 'silences in a row, each for nothing: patience grows up to the browser’s own',
    events: [0, 10_000, 20_000, 30_000, 40_000].flatMap((atMs) => [
      [atMs, silent] as const,
      [atMs + 6_000, media, media] as const,
    ]),
    untilMs: 50_000,
    story: [
      ...['300 reconnecting', '300 restart 1', '2300 restart 2', '6000 connected'],
      ...['10900 reconnecting', '10900 restart 1', '12900 restart 2', '16000 connected'],
      ...['22700 reconnecting', '22700 restart 1', '24700 restart 2', '26000 connected'],
      ...['35000 reconnecting', '35000 restart 1', '36000 connected'],
      ...['45000 reconnecting', '45000 restart 1', '46000 connected'],
    ],
  },
  {
    name: 'a silence long after another: it is taken as the first',
    events: [
      [0, silent],
      [1_000, media, media],
      [61_000, silent],
    ],
    untilMs: 62_000,
    story: ['300 reconnecting', '300 restart 1', '1000 connected', '61300 reconnecting', '61300 restart 1'],
  },
  {
    name: 'a doubt for which there is no reason: media goes on',
    events: Array.from({ length: 40 }, (_, i) => [i * 200, media, ...(i === 0 ? [silent] : [])] as const),
    story: [],
  },
  {
    name: 'a doubt where what arrived first had been under way',
    events: [
      [0, silent],
      [200, media],
    ],
    untilMs: 1_000,
    story: ['900 reconnecting', '900 restart 1'],
  },
  {
    name: 'a doubt where what arrived last came half a second ago',
    events: [
      [0, silent],
      [100, { type: 'received', media: true, agoMs: 500 }],
    ],
    untilMs: 1_000,
    story: ['300 reconnecting', '300 restart 1'],
  },
  {
    name: 'a doubt where no media flows, and an answer comes',
    events: [
      [0, idle],
      [1_400, answer],
    ],
    story: [],
  },
  {
    name: 'a doubt where no media flows, and no answer comes',
    events: [[0, idle]],
    untilMs: 1_500,
    story: ['1500 reconnecting', '1500 restart 1'],
  },
  {
    name: 'a move to another network on which nothing arrives',
    events: [[0, moved]],
    untilMs: 1_000,
    story: ['300 reconnecting', '300 restart 1'],
  },
  {
    name: 'a move while the browser gives a disconnection its grace',
    events: [
      [0, says('disconnected')],
      [500, moved],
    ],
    untilMs: 1_000,
    story: ['500 reconnecting', '500 restart 1'],
  },
  {
    name: 'moves while an attempt is under way: it is given a moment',
    events: [
      [0, says('failed')],
      [300, moved],
      [600, moved],
      [900, moved],
    ],
    untilMs: 2_500,
    story: ['0 reconnecting', '0 restart 1', '1000 restart 2'],
  },
  {
    name: 'a failure while signalling is down: no attempt, and one as soon as it is back',
    events: [
      [0, down, says('failed')],
      [20_000, up],
    ],
    untilMs: 20_500,
    story: ['0 reconnecting', '20000 restart 1'],
  },
  {
    name: 'an attempt that loses its signalling: it does not count, and nobody waits when that is back',
    events: [
      [0, says('failed')],
      [100, down],
      [400, up],
    ],
    untilMs: 1_000,
    story: ['0 reconnecting', '0 restart 1', '400 restart 1'],
  },
  {
    name: 'an outage of everything for 25 seconds',
    events: [
      [0, silent],
      [700, down],
      [5_000, says('disconnected')],
      [15_000, says('failed')],
      [25_300, up],
      [25_800, says('connected')],
      [26_000, media],
    ],
    story: ['300 reconnecting', '300 restart 1', '25300 restart 1', '25800 connected'],
  },
  {
    name: 'the same at the side that follows, whose peer is there at once',
    leads: false,
    events: [
      [0, silent],
      [700, down],
      [25_300, up],
      [25_400, peerRestarts],
      [25_800, says('connected')],
      [26_000, media],
    ],
    story: ['300 reconnecting', '25800 connected'],
  },
  {
    name: 'a connection that the browser calls restored, and over which nothing is heard',
    events: [
      [0, says('failed')],
      [1_000, says('connected')],
    ],
    untilMs: 2_500,
    story: ['0 reconnecting', '0 restart 1', '1000 connected', '2500 reconnecting', '2500 restart 1'],
  },
  {
    name: 'media and signalling that never come back',
    events: [[0, down, says('failed')]],
    story: ['0 reconnecting', '60000 failed'],
  },
  {
    name: 'signalling that comes and goes, and media that never comes back',
    events: [[0, says('failed')], ...Array.from({ length: 39 }, (_, i) => [(i + 1) * 1_500, down, up] as const)],
    untilMs: 70_000,
    story: [
      '0 reconnecting',
      ...Array.from({ length: 40 }, (_, i) => `${i * 1_500} restart 1`),
      // From here, signalling stays.
      '60000 failed',
    ],
  },
  {
    name: 'signalling that is down for long while media flows',
    events: [[0, down]],
    story: [],
  },
  {
    name: 'other TURN credentials while all is well',
    events: [[0, refresh]],
    story: ['0 restart 0'],
  },
  {
    name: 'other TURN credentials during an attempt',
    events: [
      [0, says('failed')],
      [1_200, refresh],
    ],
    untilMs: 2_000,
    story: ['0 reconnecting', '0 restart 1', '1200 restart 2'],
  },
];
