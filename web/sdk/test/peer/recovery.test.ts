import { describe, expect, it } from 'vitest';
import {
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
    const [state, outputs] = recover(this.state, input, this.nowMs);
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

  get story(): string[] {
    return this.done.map(({ atMs, what }) => `${atMs} ${what}`);
  }
}

describe('recovery', () => {
  it('forgives a disconnection that is shorter than its grace', () => {
    const link = Link.connected();
    link.say('disconnected');
    link.wait(policy.disconnectedGraceMs - 1);
    link.say('connected');
    link.wait(60_000);
    expect(link.story).toEqual([]);
  });

  it('restarts after three seconds of disconnection, five times with growing waits, from the third over relays only, and then starts over once', () => {
    const link = Link.connected();
    link.say('disconnected');
    link.wait(60_000);
    expect(link.story).toEqual([
      '3000 reconnecting',
      '3000 restart 1',
      '5000 restart 2',
      '9000 restart 3 relay',
      '17000 restart 4 relay',
      '25000 restart 5 relay',
      '33000 renew',
      '41000 failed',
    ]);
  });

  it('restarts at once when the connection has failed', () => {
    const link = Link.connected();
    link.say('failed');
    expect(link.story).toEqual(['0 reconnecting', '0 restart 1']);
  });

  it('begins to count anew after each success', () => {
    const link = Link.connected();
    link.say('failed');
    link.wait(4000);
    link.say('connected');
    link.say('failed');
    expect(link.story.slice(-3)).toEqual(['4000 connected', '4000 reconnecting', '4000 restart 1']);
  });

  it('makes no attempt while signalling is down, and one as soon as it is back', () => {
    const link = Link.connected();
    link.put({ type: 'reachable', reachable: false });
    link.say('failed');
    link.wait(20_000);
    link.put({ type: 'reachable', reachable: true });
    expect(link.story).toEqual(['0 reconnecting', '20000 restart 1']);
  });

  it('does not count an attempt that lost its signalling', () => {
    const link = Link.connected();
    link.say('failed');
    link.put({ type: 'reachable', reachable: false });
    link.wait(10_000);
    link.put({ type: 'reachable', reachable: true });
    expect(link.story).toEqual(['0 reconnecting', '0 restart 1', '10000 restart 1']);
  });

  it('gives up when signalling does not come back either', () => {
    const link = Link.connected();
    link.put({ type: 'reachable', reachable: false });
    link.say('failed');
    link.wait(policy.giveUpMs);
    expect(link.story.at(-1)).toBe(`${policy.giveUpMs} failed`);
  });

  it('keeps a connection that works while signalling is down', () => {
    const link = Link.connected();
    link.put({ type: 'reachable', reachable: false });
    link.wait(10 * policy.giveUpMs);
    expect(link.story).toEqual([]);
  });

  it('leaves the restart to the side that offered first, unless that one stays silent', () => {
    const link = Link.connected(false);
    link.say('failed');
    link.wait(policy.followerPatienceMs - 1);
    expect(link.story).toEqual(['0 reconnecting']);
    link.wait(1);
    expect(link.story.at(-1)).toBe(`${policy.followerPatienceMs} restart 1`);
  });

  it('never restarts itself while the other side does', () => {
    const [leader, follower] = [Link.connected(true), Link.connected(false)];
    leader.say('failed');
    follower.say('failed');
    follower.put({ type: 'peer_restarted', fresh: false });
    for (let seconds = 0; seconds < 29; seconds += 1) {
      const before = leader.done.length;
      leader.wait(1000);
      follower.wait(1000);
      if (leader.done.length > before) follower.put({ type: 'peer_restarted', fresh: false });
    }
    expect(follower.story).toEqual(['0 reconnecting']);
  });

  it('restarts a first connection that does not come up', () => {
    const link = new Link();
    link.put({ type: 'reachable', reachable: true });
    link.put({ type: 'started' });
    link.wait(60_000);
    expect(link.story[0]).toBe(`${policy.setupTimeoutMs} restart 1`);
    expect(link.story.at(-1)).toMatch(/ failed$/);
  });

  it('waits for nothing before the exchange has started', () => {
    const link = new Link();
    link.say('failed');
    expect(wakeAtMs(link.state)).toBeNull();
    expect(link.story).toEqual([]);
  });

  it('watches a connection after a change of network and leaves it alone when it goes on receiving', () => {
    const link = Link.connected();
    link.put({ type: 'network_changed' });
    for (let ms = 0; ms <= policy.watchMs; ms += 1_000) {
      link.wait(1_000);
      link.put({ type: 'received' });
    }
    link.wait(60_000);
    expect(link.story).toEqual([]);
  });

  it('is not fooled by what was under way before the network changed', () => {
    const link = Link.connected();
    link.put({ type: 'network_changed' });
    link.wait(500);
    link.put({ type: 'received' });
    link.wait(policy.silenceMs);
    expect(link.story).toEqual(['2500 reconnecting', '2500 restart 1']);
  });

  it('restarts a connection that is silent after a change of network', () => {
    const link = Link.connected();
    link.put({ type: 'network_changed' });
    link.wait(policy.silenceMs);
    expect(link.story).toEqual([`${policy.silenceMs} reconnecting`, `${policy.silenceMs} restart 1`]);
    // The browser never saw it go, so only packets tell that it is back.
    link.put({ type: 'received' });
    expect(link.story.at(-1)).toBe(`${policy.silenceMs} connected`);
  });

  it('does not wait for the browser to notice when a socket was lost and nothing is heard', () => {
    const link = Link.connected();
    link.put({ type: 'received' });
    link.wait(1_500);
    link.put({ type: 'suspect' });
    link.wait(60_000);
    expect(link.story.slice(0, 2)).toEqual([
      `${policy.lostSilenceMs} reconnecting`,
      `${policy.lostSilenceMs} restart 1`,
    ]);
  });

  it('keeps a connection on which things are heard when a socket was lost', () => {
    const link = Link.connected();
    link.put({ type: 'suspect' });
    for (let ms = 0; ms <= 10_000; ms += 1_000) {
      link.wait(1_000);
      link.put({ type: 'received' });
    }
    expect(link.story).toEqual([]);
  });

  it('takes silence where media flowed for what it is', () => {
    const link = Link.connected();
    link.put({ type: 'quiet' });
    expect(link.story).toEqual(['0 reconnecting', '0 restart 1']);
  });

  it('counts the grace from when something was heard last', () => {
    const link = Link.connected();
    link.put({ type: 'received' });
    link.wait(6_000);
    link.say('disconnected');
    expect(link.story).toEqual(['6000 reconnecting', '6000 restart 1']);
  });

  it('starts over with a new connection once for each interruption', () => {
    const link = Link.connected();
    link.say('failed');
    link.wait(32_000);
    expect(link.story.at(-1)).toBe('30000 renew');
    link.say('connected');
    link.say('failed');
    link.wait(60_000);
    expect(link.story.filter((what) => what.endsWith('renew'))).toEqual(['30000 renew', '62000 renew']);
    expect(link.story.at(-1)).toBe('70000 failed');
  });

  it('follows a peer that starts over', () => {
    const link = Link.connected(false);
    link.say('failed');
    link.put({ type: 'peer_restarted', fresh: true });
    // What the old connection said last says nothing of the new one.
    link.put({ type: 'received' });
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
          { type: 'network_changed' },
          { type: 'received' },
          { type: 'peer_restarted', fresh: false },
          { type: 'retry_now' },
        ];
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
