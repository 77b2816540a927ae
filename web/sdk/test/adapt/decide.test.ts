import { describe, expect, it } from 'vitest';
import { type Level, levels, policy, table } from '../../src/adapt/levels.js';
import type { SendingSample } from '../../src/adapt/sending.js';
import { forSeeds } from '../support/random.js';
import { Link } from './link.js';

/** Up to a level and beyond the time in which estimates are not believed. */
function warm(): Link {
  return new Link().for(policy.warmUpMs + 1_000, {});
}

function at(level: Level): Link {
  const link = warm();
  const available = { good: 1_000_000, poor: 500_000, critical: 200_000, excellent: 4_000_000, paused: 30_000 };
  link.for(level === 'paused' ? policy.pauseAfterMs + 1_000 : 2_000, { availableBps: available[level] });
  expect(link.level).toBe(level);
  return link;
}

const rank = (level: Level) => levels.indexOf(level);

describe('the table', () => {
  it('is that of the requirements', () => {
    expect(levels.slice(1).map((level) => table[level].picturesBps)).toEqual([250_000, 500_000, 1_000_000, 2_500_000]);
    expect([policy.maxLossShare, policy.clearLossShare]).toEqual([0.05, 0.01]);
  });

  it('asks for no more of the line than a level below it may send twice over', () => {
    for (const level of levels.slice(2)) {
      const lower = levels[rank(level) - 1] as Level;
      expect(table[level].minAvailableBps).toBeLessThanOrEqual(table[level].picturesBps);
      expect(table[level].minAvailableBps).toBeGreaterThan(table[lower].minAvailableBps);
    }
  });
});

describe('on the way down', () => {
  it('a loss of more than 5 % takes it down a level', () => {
    expect(warm().one({ lossShare: 0.051 }).level).toBe('good');
  });

  it('a loss of 5 % does not', () => {
    expect(warm().for(60_000, { lossShare: 0.05 }).level).toBe('excellent');
  });

  it('what is measured just after a step is about the time before it', () => {
    const link = warm().one({ lossShare: 0.1 });
    expect(link.for(policy.settleMs - policy.sampleMs, { lossShare: 0.1 }).level).toBe('good');
    expect(link.for(2 * policy.sampleMs, { lossShare: 0.1 }).level).toBe('poor');
  });

  it('loss alone never takes away the picture', () => {
    expect(warm().for(60_000, { lossShare: 0.3 }).level).toBe('critical');
  });

  it.each([
    ['good', 1_499_000],
    ['poor', 799_000],
    ['critical', 449_000],
  ] as const)('too little bandwidth leads to the level that fits: %s at %d bit/s', (level, availableBps) => {
    expect(warm().for(policy.shortMs + policy.sampleMs, { availableBps }).level).toBe(level);
  });

  it('a dip of the estimate by itself changes nothing', () => {
    const link = warm().one({ availableBps: 300_000 });
    expect(link.for(10_000, {}).history.map(({ level }) => level)).toEqual(['excellent']);
  });

  it('a dip with losses counts at once', () => {
    expect(warm().one({ availableBps: 1_000_000, lossShare: 0.06 }).level).toBe('good');
  });

  it('an estimate that falls while packets are asked for again is a collapse: the smallest picture at once', () => {
    expect(warm().one({ availableBps: 1_400_000, resentShare: 0.2 }).level).toBe('critical');
  });

  it('what is foreseen takes it down a level, before anything is lost', () => {
    const link = warm();
    const beganAtMs = link.nowMs;
    link.for(12_000, ({ nowMs }) => ({ roundTripMs: 40 + (nowMs - beganAtMs) / 40 }));
    expect(link.history[1]?.level).toBe('good');
    expect(link.state.reason).toBe('foreseen_delay');
  });

  it('the picture pauses when the line does not even carry the smallest one, and not at once', () => {
    const link = at('critical').for(policy.pauseAfterMs, { availableBps: 40_000 });
    expect(link.level).toBe('critical');
    expect(link.one({ availableBps: 40_000 }).level).toBe('paused');
  });

  it('the estimate is not held against a call that has just begun', () => {
    expect(new Link().for(policy.warmUpMs - policy.sampleMs, { availableBps: 100_000 }).level).toBe('excellent');
  });

  it('nothing is concluded from silence, and what follows it is a new beginning', () => {
    const link = at('good').for(20_000, { heard: false, availableBps: 0, lossShare: 1 });
    expect(link.level).toBe('good');
    expect(link.for(4_000, { availableBps: 100_000 }).level).toBe('good');
  });
});

describe('on the way up', () => {
  it('a level is tried, and its bits come before its size', () => {
    const link = at('poor').for(8_000, { availableBps: 500_000, sentBps: 200_000 });
    expect(link.state.trying?.level ?? 'none').toMatch(/good|none/);
    expect(link.level).toBe('poor');
  });

  it('it goes up, one level after the other, where the line is there', () => {
    const link = at('critical').for(30_000, { sentBps: 100_000 });
    expect(link.history.slice(-4).map(({ level }) => level)).toEqual(['critical', 'poor', 'good', 'excellent']);
  });

  it('a loss of 1 % keeps it where it is', () => {
    expect(at('poor').for(60_000, { lossShare: 0.01 }).level).toBe('poor');
  });

  it('a queue on the way keeps it where it is', () => {
    expect(at('poor').for(25_000, { roundTripMs: 240 }).level).toBe('poor');
  });

  it('a try that costs packets ends at once, and the next one waits longer', () => {
    const link = at('poor');
    const waitMs = link.state.waitMs;
    while (link.state.trying === null) link.one({ availableBps: 500_000, sentBps: 100_000 });
    link.one({ availableBps: 500_000, lossShare: 0.06 });
    expect(link.state).toMatchObject({ level: 'poor', trying: null, waitMs: policy.harmFactor * waitMs });
  });

  it('a try that finds nothing ends, and the next one waits a little longer', () => {
    const link = at('poor');
    while (link.state.trying === null) link.one({ availableBps: 500_000, sentBps: 100_000 });
    const { waitMs } = link.state;
    link.for(policy.maxTryMs, { availableBps: 500_000, sentBps: 500_000 });
    expect(link.state).toMatchObject({ level: 'poor', trying: null, waitMs: policy.vainFactor * waitMs });
  });

  it('where all that there is is being sent, a try crouches first', () => {
    const link = at('poor');
    while (link.state.trying === null) link.one({ availableBps: 500_000, sentBps: 450_000 });
    expect(link.allowedBps).toBe(policy.crouchShare * 500_000);
    link.for(policy.crouchMs + policy.sampleMs, { availableBps: 500_000, sentBps: 125_000 });
    expect(link.allowedBps).toBe(table.good.picturesBps);
  });

  it('a browser that tells no bandwidth goes up after a while without harm', () => {
    const blind = { availableBps: null };
    const link = warm().one({ ...blind, lossShare: 0.06 });
    expect(link.for(policy.firstWaitMs + policy.blindTryMs + 500, blind).level).toBe('excellent');
  });

  it('a picture that paused comes back', () => {
    expect(at('paused').for(20_000, { availableBps: 300_000 }).level).not.toBe('paused');
  });
});

describe('on lines', () => {
  it('a drop from 3 Mbit/s to 400 kbit/s is followed within two seconds, and the way back within ten', () => {
    const link = new Link().on(3_000_000, 15_000);
    expect(link.level).toBe('excellent');
    const droppedAtMs = link.nowMs;
    link.on(400_000, 20_000);
    expect(link.level).toBe('critical');
    const first = link.history.find(({ atMs, level }) => atMs > droppedAtMs && level === 'critical');
    expect((first?.atMs ?? Number.NaN) - droppedAtMs).toBeLessThan(2_000);
    const raisedAtMs = link.nowMs;
    link.on(3_000_000, 15_000);
    const back = link.history.find(({ atMs, level }) => atMs > raisedAtMs && level === 'excellent');
    expect((back?.atMs ?? Number.NaN) - raisedAtMs).toBeLessThan(10_000);
  });

  it.each([200_000, 300_000, 600_000, 900_000, 1_200_000, 2_000_000, 6_000_000])(
    'a line of %d bit/s leads to one level and stays there',
    (lineBps) => {
      const link = new Link().on(lineBps, 120_000);
      const late = link.history.filter(({ atMs }) => atMs > 60_000);
      expect(late).toEqual([]);
    },
  );

  it('a line that comes and goes does not make the picture come and go', () => {
    for (const periodMs of [1_000, 3_000, 6_000, 10_000, 20_000]) {
      const link = new Link().on(3_000_000, 10_000);
      for (const untilMs = link.nowMs + 300_000; link.nowMs < untilMs; ) {
        link.on(400_000, periodMs / 2).on(3_000_000, periodMs / 2);
      }
      expect(mostChangesPerMinute(link, 60_000), `period ${periodMs} ms`).toBeLessThanOrEqual(maxChangesPerMinute);
    }
  });
});

/** Down at once and up in three steps is a change of its own each: twice there and back, and no more. */
const maxChangesPerMinute = 8;

function mostChangesPerMinute({ history }: Link, fromMs: number): number {
  const changes = history.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs);
  return Math.max(
    0,
    ...changes.map((fromAtMs) => changes.filter((one) => one >= fromAtMs && one < fromAtMs + 60_000).length),
  );
}

describe('whatever is measured', () => {
  const anything = (random: () => number): SendingSample => {
    const maybe = (value: number) => (random() < 0.1 ? null : value);
    return {
      heard: random() < 0.97,
      lossShare: maybe(random() < 0.7 ? 0 : random() ** 3),
      resentShare: maybe(random() < 0.7 ? 0 : random() ** 3),
      availableBps: maybe(10 ** (4 + 3 * random())),
      roundTripMs: maybe(1000 * random() ** 3),
      jitterMs: maybe(200 * random() ** 3),
      sentBps: maybe(10 ** (4 + 2.5 * random())),
    };
  };

  it('it goes up by one level at most, and only after a try', () => {
    forSeeds(40, (random) => {
      const link = new Link();
      for (let step = 0; step < 300; step += 1) {
        const before = link.state;
        link.one(anything(random));
        const rise = rank(link.level) - rank(before.level);
        expect(rise).toBeLessThanOrEqual(1);
        if (rise === 1) expect(before.trying?.level).toBe(link.level);
        if (link.state.trying) expect(rank(link.state.trying.level)).toBe(rank(link.level) + 1);
      }
    });
  });

  it('a wait never outgrows its limit, and a try never comes before it is over', () => {
    forSeeds(40, (random) => {
      const link = new Link();
      for (let step = 0; step < 300; step += 1) {
        const before = link.state;
        link.one(anything(random));
        expect(link.state.waitMs).toBeLessThanOrEqual(policy.lastWaitMs);
        if (before.trying === null && link.state.trying !== null) {
          expect(link.nowMs).toBeGreaterThanOrEqual(before.mayTryAtMs);
        }
      }
    });
  });
});
