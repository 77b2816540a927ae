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
import { answer, media, moved, peerRestarts, refresh, sequences, silent, up } from '../support/recovery-sequences.js';

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

describe('recovery', () => {
  it.each(sequences)('meets $name', ({ leads = true, events, untilMs = 120_000, story }) => {
    const link = Link.connected(leads);
    for (const [atMs, ...inputs] of events) link.at(atMs, ...inputs);
    link.wait(untilMs - link.nowMs);
    expect(link.story).toEqual(story);
  });

  it('believes no silence that its own late timer tells of', () => {
    const link = Link.connected();
    link.put(silent);
    link.nowMs = 900;
    link.put({ type: 'tick' });
    expect(link.story).toEqual([]);
    link.wait(600);
    expect(link.story).toEqual(['1200 reconnecting', '1200 restart 1']);
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
