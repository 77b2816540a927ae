import { describe, expect, it } from 'vitest';
import {
  listensClosely,
  type Recovery,
  type RecoveryInput,
  type RecoveryOutput,
  recover,
  recovery,
  type Transport,
  wakeAtMs,
} from '../../src/peer/recovery.js';
import { recovery as policy } from '../../src/policy.js';
import { forSeeds, pick } from '../support/random.js';

/** One link on a clock that jumps to the next wake-up. */
class Link {
  nowMs = 0;
  chance = 0;
  state: Recovery;
  readonly done: { readonly atMs: number; readonly what: string }[] = [];

  constructor(leads = true) {
    this.state = recovery(leads);
  }

  static connected(leads = true): Link {
    const link = new Link(leads);
    link.put({ type: 'reachable', reachable: true });
    link.put({ type: 'started' });
    link.say('connected');
    link.done.length = 0;
    return link;
  }

  put(input: RecoveryInput): readonly RecoveryOutput[] {
    const [state, outputs] = recover(this.state, input, this.nowMs, this.chance);
    this.state = state;
    for (const output of outputs) {
      const what =
        output.type === 'restart' ? `restart ${output.attempt}${output.relayOnly ? ' relay' : ''}` : output.type;
      this.done.push({ atMs: this.nowMs, what });
    }
    return outputs;
  }

  say(transport: Transport): void {
    this.put({ type: 'transport', transport });
  }

  wait(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let at = wakeAtMs(this.state); at !== null && at <= untilMs; at = wakeAtMs(this.state)) {
      this.nowMs = Math.max(this.nowMs, at);
      this.put({ type: 'tick' });
    }
    this.nowMs = untilMs;
  }

  /** Something happens at a time of its own. */
  at(atMs: number, ...inputs: readonly RecoveryInput[]): void {
    this.wait(atMs - this.nowMs);
    for (const input of inputs) this.put(input);
  }

  get story(): string[] {
    return this.done.map(({ atMs, what }) => `${atMs} ${what}`);
  }
}

const up: RecoveryInput = { type: 'reachable', reachable: true };
const down: RecoveryInput = { type: 'reachable', reachable: false };
const silent: RecoveryInput = { type: 'doubt', moved: false, flowing: true };
const idle: RecoveryInput = { type: 'doubt', moved: false, flowing: false };
const moved: RecoveryInput = { type: 'doubt', moved: true, flowing: true };
const media: RecoveryInput = { type: 'received', media: true };
const answer: RecoveryInput = { type: 'received', media: false };
const peerRestarts: RecoveryInput = { type: 'peer_restarted', fresh: false };
const refresh: RecoveryInput = { type: 'refresh' };
const says = (transport: Transport): RecoveryInput => ({ type: 'transport', transport });

interface Sequence {
  readonly name: string;
  readonly leads?: boolean;
  readonly events: readonly (readonly [atMs: number, ...RecoveryInput[]])[];
  readonly untilMs?: number;
  readonly story: readonly string[];
}

/** What happens to a link that was connected, and what it does when. */
const sequences: readonly Sequence[] = [
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
    story: ['600 reconnecting', '600 restart 1'],
  },
  {
    name: 'silence of which the browser never says anything, and packets again',
    events: [
      [0, silent],
      [1_500, media],
    ],
    story: ['600 reconnecting', '600 restart 1', '1500 connected'],
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
    story: ['800 reconnecting', '800 restart 1'],
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
    story: ['600 reconnecting', '600 restart 1'],
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
    ],
    story: ['600 reconnecting', '600 restart 1', '25300 restart 1', '25800 connected'],
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
    ],
    story: ['600 reconnecting', '25800 connected'],
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

describe('recovery', () => {
  it.each(sequences)('meets $name', ({ leads = true, events, untilMs = 120_000, story }) => {
    const link = Link.connected(leads);
    for (const [atMs, ...inputs] of events) link.at(atMs, ...inputs);
    link.wait(untilMs - link.nowMs);
    expect(link.story).toEqual(story);
  });

  it('restarts a first connection that does not come up, and gives it up before a person would', () => {
    const link = new Link();
    link.put(up);
    link.put({ type: 'started' });
    link.wait(60_000);
    expect(link.story).toEqual([
      '4000 restart 1',
      '6000 restart 2',
      '10000 restart 3 relay',
      '14000 restart 4 relay',
      '15000 failed',
    ]);
  });

  it('gives a first connection up also where signalling stays away', () => {
    const link = new Link();
    link.put({ type: 'started' });
    link.wait(60_000);
    expect(link.story).toEqual(['15000 failed']);
  });

  it('waits for nothing before the exchange has started', () => {
    const link = new Link();
    link.say('failed');
    expect(wakeAtMs(link.state)).toBeNull();
    expect(link.story).toEqual([]);
  });

  it('wants to be looked at closely from the first doubt until media is back', () => {
    const link = Link.connected();
    const looks = () => listensClosely(link.state);
    expect(looks()).toBe(false);
    link.put(silent);
    expect(looks()).toBe(true);
    link.wait(policy.silenceMs);
    expect(link.state.phase).toBe('recovering');
    expect(looks()).toBe(true);
    link.put(media);
    expect(looks()).toBe(false);
  });

  it('shortens waits by chance, so that not all come back at once, and never by much', () => {
    const restarts = (chance: number) => {
      const link = Link.connected();
      link.chance = chance;
      link.say('failed');
      link.wait(5_000);
      return link.done.filter(({ what }) => what.startsWith('restart')).map(({ atMs }) => atMs);
    };
    expect([restarts(0), restarts(0.5)]).toEqual([[0, 2_000], [0, 1_800, 5_400].filter((atMs) => atMs <= 5_000)]);
    expect(restarts(0.999)[1]).toBeGreaterThan(policy.attemptTimeoutMs * (1 - policy.jitterShare));
  });

  it('starts over with a new connection once for each interruption', () => {
    const link = Link.connected();
    link.say('failed');
    link.wait(20_000);
    expect(link.story.at(-1)).toBe('18000 renew');
    link.say('connected');
    link.say('failed');
    link.wait(60_000);
    expect(link.story.filter((what) => what.endsWith('renew'))).toEqual(['18000 renew', '38000 renew']);
    expect(link.story.at(-1)).toBe('46000 failed');
  });

  it('follows a peer that starts over', () => {
    const link = Link.connected(false);
    link.say('failed');
    link.put({ type: 'peer_restarted', fresh: true });
    // What the old connection said last says nothing of the new one.
    link.put(media);
    expect(link.state.phase).toBe('recovering');
    link.say('connected');
    expect(link.story.at(-1)).toBe('0 connected');
  });

  it('tries at once when the person asks, and never fails because of asking', () => {
    const link = Link.connected();
    link.say('failed');
    for (let i = 0; i < 20; i += 1) link.put({ type: 'retry_now' });
    expect(link.state.phase).toBe('recovering');
    expect(link.done.length).toBe(22);
  });

  it('says connected and reconnecting in turns and nothing after failing, whatever happens', () => {
    const transports: readonly Transport[] = ['connecting', 'connected', 'disconnected', 'failed'];
    forSeeds(300, (random) => {
      const link = new Link(random() < 0.5);
      for (let step = 0; step < 100; step += 1) {
        const inputs: readonly RecoveryInput[] = [
          { type: 'started' },
          { type: 'transport', transport: pick(random, transports) },
          { type: 'reachable', reachable: random() < 0.5 },
          silent,
          moved,
          media,
          answer,
          refresh,
          peerRestarts,
          { type: 'retry_now' },
        ];
        link.chance = random();
        link.put(pick(random, inputs));
        link.wait(random() * 6000);
        expect(link.state.attempts).toBeLessThanOrEqual(policy.maxAttempts);
      }
      const said = link.done.map((one) => one.what);
      const turns = said.filter((what) => what === 'connected' || what === 'reconnecting');
      turns.forEach((what, index) => {
        expect(what).toBe(index % 2 === 0 ? 'connected' : 'reconnecting');
      });
      expect(said.indexOf('failed')).toBeOneOf([-1, said.length - 1]);
    });
  });
});
