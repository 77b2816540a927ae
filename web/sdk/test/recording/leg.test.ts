import { describe, expect, it } from 'vitest';
import { recordingLeg as policy } from '../../src/policy.later.js';
import { type Leg, type LegEffect, type LegInput, legState, noLeg, stepLeg } from '../../src/recording/leg.js';
import { seededRandom } from '../support/random.js';

/** A leg on a clock that the test moves. */
function legOf(random: () => number = () => 0) {
  let leg: Leg = noLeg;
  let nowMs = 0;
  const effects: LegEffect[] = [];
  const give = (input: LegInput) => {
    const [next, does] = stepLeg(leg, input, nowMs, random());
    leg = next;
    effects.push(...does);
  };
  return {
    give,
    get state() {
      return legState(leg);
    },
    get leg() {
      return leg;
    },
    get nowMs() {
      return nowMs;
    },
    /** What was to be done since this was asked last. */
    done: () => effects.splice(0),
    advance(ms: number) {
      const untilMs = nowMs + ms;
      while (leg.wakeAtMs !== null && leg.wakeAtMs <= untilMs) {
        nowMs = Math.max(nowMs, leg.wakeAtMs);
        give({ type: 'tick' });
      }
      nowMs = untilMs;
    },
    /** Looks at a regular pace, for so long. */
    looks(ms: number, look: { sent: boolean; heard: boolean }) {
      for (let passed = 0; passed < ms && leg.phase === 'open'; passed += policy.lookIntervalMs) {
        nowMs += policy.lookIntervalMs;
        give({ type: 'look', ...look });
      }
    },
  };
}

const recorded = { type: 'recorded', recordingId: 'one' } as const;
const flows = { sent: true, heard: true };
const silent = { sent: true, heard: false };
const idle = { sent: false, heard: false };

function sending(random?: () => number) {
  const there = legOf(random);
  there.give(recorded);
  there.give({ type: 'connected' });
  there.looks(policy.stableMs, flows);
  there.done();
  return there;
}

describe('the leg of a recording', () => {
  it('opens when the call is recorded, and says so once it sends', () => {
    const there = legOf();
    there.give(recorded);
    expect([there.state, there.done()]).toEqual(['connecting', ['open']]);
    there.give({ type: 'connected' });
    expect(there.state).toBe('sending');
  });

  it('stays as it is while the call says the same', () => {
    const there = sending();
    for (let times = 0; times < 5; times += 1) there.give(recorded);
    expect([there.state, there.done()]).toEqual(['sending', []]);
  });

  it('closes when the call is not recorded any more, and opens for the next recording', () => {
    const there = sending();
    there.give({ type: 'recorded', recordingId: null });
    expect([there.leg, there.done()]).toEqual([noLeg, ['close']]);
    there.give({ type: 'recorded', recordingId: 'two' });
    expect([there.state, there.done()]).toEqual(['connecting', ['open']]);
  });

  it('opens anew at once when the browser has lost the connection', () => {
    const there = sending();
    there.give({ type: 'lost' });
    expect([there.state, there.done()]).toEqual(['interrupted', ['close']]);
    there.advance(policy.scatterMs);
    expect(there.done()).toEqual(['open']);
    there.give({ type: 'connected' });
    expect(there.state).toBe('sending');
  });

  it('does not wait for the browser when the node answers nothing of what is sent', () => {
    const there = sending();
    const sinceMs = there.nowMs;
    there.looks(60_000, silent);
    expect(there.nowMs - sinceMs).toBe(policy.silenceMs);
    expect(there.state).toBe('interrupted');
  });

  it('does not take for dead what has nothing to say', () => {
    const there = sending();
    there.looks(60_000, idle);
    there.looks(policy.silenceMs / 2, silent);
    expect([there.state, there.done()]).toEqual(['sending', []]);
  });

  it('is doubted when the server is away: silence then counts sooner', () => {
    const there = sending();
    there.give({ type: 'doubt' });
    const sinceMs = there.nowMs;
    there.looks(60_000, silent);
    expect(there.nowMs - sinceMs).toBe(policy.doubtfulSilenceMs);
  });

  it('is not doubted because the server is back: it may have begun with that server', () => {
    const there = legOf();
    there.give(recorded);
    there.give({ type: 'connected' });
    there.give({ type: 'back' });
    there.looks(policy.doubtfulSilenceMs, silent);
    expect(there.state).toBe('sending');
  });

  it('is not doubted any more once the node is heard', () => {
    const there = sending();
    there.give({ type: 'doubt' });
    there.looks(policy.lookIntervalMs, flows);
    there.looks(policy.doubtfulSilenceMs * 2, silent);
    expect(there.state).toBe('sending');
  });

  it('begins anew in doubt while nothing is sent, since nothing is lost by it', () => {
    const there = sending();
    there.give({ type: 'doubt' });
    const sinceMs = there.nowMs;
    there.looks(60_000, idle);
    expect([there.nowMs - sinceMs, there.done()]).toEqual([policy.doubtfulSilenceMs, ['close']]);
    there.advance(policy.scatterMs);
    expect(there.done()).toEqual(['open']);
  });

  it('tries again with waits that double, for as long as the call says that it is recorded', () => {
    const there = legOf();
    const waits: number[] = [];
    there.give(recorded);
    for (let times = 0; times < 8; times += 1) {
      there.give({ type: 'unanswered', why: 'later' });
      expect(there.state).toBe('interrupted');
      const waitMs = (there.leg.wakeAtMs ?? 0) - there.nowMs;
      waits.push(waitMs);
      there.advance(waitMs);
      expect(there.leg.phase).toBe('opening');
    }
    expect(waits).toEqual([500, 1_000, 2_000, 3_000, 3_000, 3_000, 3_000, 3_000]);
  });

  it('is as patient as the server asks, within a limit', () => {
    const there = legOf();
    there.give(recorded);
    there.give({ type: 'unanswered', why: 'later', waitMs: 7_000 });
    expect(there.leg.wakeAtMs).toBe(7_000);
    there.advance(7_000);
    there.give({ type: 'unanswered', why: 'later', waitMs: 3_600_000 });
    expect(there.leg.wakeAtMs).toBe(7_000 + policy.maxWaitMs);
  });

  it('comes back spread over a while', () => {
    const seeded = seededRandom(7);
    const waits = Array.from({ length: 20 }, () => {
      const there = sending(seeded);
      there.give({ type: 'lost' });
      return (there.leg.wakeAtMs ?? 0) - there.nowMs;
    });
    expect(new Set(waits.map(Math.round)).size).toBeGreaterThan(10);
    expect(Math.max(...waits)).toBeLessThan(policy.scatterMs);
  });

  it('does not wait when the server is there again', () => {
    const there = legOf();
    there.give(recorded);
    for (let times = 0; times < 6; times += 1) {
      there.give({ type: 'unanswered', why: 'later' });
      if (times < 5) there.advance((there.leg.wakeAtMs ?? 0) - there.nowMs);
    }
    there.done();
    there.give({ type: 'back' });
    expect(there.done()).toEqual(['open']);
    there.give({ type: 'unanswered', why: 'later' });
    expect((there.leg.wakeAtMs ?? 0) - there.nowMs).toBe(1_000);
  });

  it('says an offer again that left before the server was back, but not a fresh one', () => {
    const there = legOf();
    there.give(recorded);
    there.give({ type: 'back' });
    expect(there.done()).toEqual(['open']);
    there.advance(policy.repeatAfterMs);
    there.give({ type: 'back' });
    expect(there.done()).toEqual(['open']);
  });

  it('gives an attempt up that leads to nothing', () => {
    const there = legOf();
    there.give(recorded);
    there.advance(policy.attemptTimeoutMs);
    expect([there.state, there.done()]).toEqual(['interrupted', ['open', 'close']]);
    there.advance(policy.firstRetryMs);
    expect(there.done()).toEqual(['open']);
  });

  it('does not hurry after a connection that did not last', () => {
    const there = legOf();
    there.give(recorded);
    there.give({ type: 'connected' });
    there.give({ type: 'lost' });
    expect(there.leg.wakeAtMs).toBe(policy.firstRetryMs);
  });

  it('ends when there is no such recording, until the call says again that there is', () => {
    const there = sending();
    there.give({ type: 'lost' });
    there.advance(policy.scatterMs);
    there.give({ type: 'unanswered', why: 'gone' });
    there.advance(60_000);
    expect([there.leg, there.done()]).toEqual([noLeg, ['close', 'open', 'close']]);
    there.give(recorded);
    expect(there.done()).toEqual(['open']);
  });

  it('is not tried again when its offer is at fault, but for another recording', () => {
    const there = legOf();
    there.give(recorded);
    there.give({ type: 'unanswered', why: 'refused' });
    there.advance(60_000);
    for (const input of [recorded, { type: 'back' }, { type: 'doubt' }, { type: 'lost' }] as const) there.give(input);
    expect([there.state, there.done()]).toEqual(['refused', ['open', 'close']]);
    there.give({ type: 'recorded', recordingId: 'two' });
    expect(there.done()).toEqual(['open']);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('holds its promises whatever happens (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const there = legOf(random);
    const inputs: readonly LegInput[] = [
      recorded,
      { type: 'recorded', recordingId: 'two' },
      { type: 'recorded', recordingId: null },
      { type: 'connected' },
      { type: 'connected' },
      { type: 'lost' },
      { type: 'unanswered', why: 'later' },
      { type: 'unanswered', why: 'gone' },
      { type: 'unanswered', why: 'refused' },
      { type: 'look', ...flows },
      { type: 'look', ...silent },
      { type: 'look', ...idle },
      { type: 'back' },
      { type: 'doubt' },
      { type: 'tick' },
    ];
    let open = false;
    for (let steps = 0; steps < 400; steps += 1) {
      if (random() < 0.5) there.advance(random() * 4_000);
      there.give(inputs[Math.floor(random() * inputs.length)] as LegInput);
      for (const effect of there.done()) open = effect === 'open';
      const { phase, wakeAtMs, recordingId } = there.leg;
      // There is a connection where there should be one, and nowhere else.
      expect(open).toBe(phase === 'opening' || phase === 'open');
      // What waits is woken, soon.
      if (phase === 'waiting' || phase === 'opening') expect(wakeAtMs).not.toBeNull();
      else expect(wakeAtMs).toBeNull();
      expect((wakeAtMs ?? 0) - there.nowMs).toBeLessThanOrEqual(policy.maxWaitMs);
      expect(recordingId === null).toBe(phase === 'none');
    }
  });
});
