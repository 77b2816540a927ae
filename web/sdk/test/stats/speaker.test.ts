import { describe, expect, it } from 'vitest';
import { speaker } from '../../src/policy.js';
import { voices as policy } from '../../src/policy.later.js';
import { nextSpeakers, type Speakers } from '../../src/stats/speaker.js';

/** The state after levels at one poll after the other. */
function after(polls: readonly Readonly<Record<string, number>>[]): Speakers {
  return polls.reduce<Speakers>(
    (state, levels, index) => nextSpeakers(state, new Map(Object.entries(levels)), index * speaker.intervalMs),
    nextSpeakers(null, new Map(), 0),
  );
}

const speaking = ({ voices }: Speakers) => [...voices].filter(([, voice]) => voice.speaking).map(([peer]) => peer);
/** So many polls are a second. */
const second = 1_000 / speaker.intervalMs;
const times = <T>(count: number, poll: T): T[] => Array.from({ length: count }, () => poll);

describe('who speaks', () => {
  it('is nobody for a single click or a murmur', () => {
    expect(speaking(after([{ a: 0.9 }, { a: 0 }, { a: 0.9 }, { a: 0 }]))).toEqual([]);
    expect(speaking(after(times(20, { a: policy.offLevel })))).toEqual([]);
  });

  it('is whoever is heard three times in a row, until a second of silence', () => {
    const spoke = times(policy.pollsOn, { a: 0.2 });
    expect(speaking(after(spoke.slice(1)))).toEqual([]);
    expect(speaking(after(spoke))).toEqual(['a']);
    expect(speaking(after([...spoke, ...times(second - 1, { a: 0 })]))).toEqual(['a']);
    expect(speaking(after([...spoke, ...times(second, { a: 0 })]))).toEqual([]);
  });

  it('does not jump between two who talk over each other', () => {
    const both = [...times(policy.pollsOn, { a: 0.2, b: 0 }), ...times(second, { a: 0.2, b: 0.9 })];
    expect(after(both).active).toBe('a');
    expect(after([...both, ...times(second, { a: 0.2, b: 0.9 })]).active).toBe('b');
  });

  it('stays with the last one while nobody speaks, and goes with whoever leaves', () => {
    const spoke = times(policy.pollsOn, { a: 0.2, b: 0 });
    expect(after([...spoke, ...times(100, { a: 0, b: 0 })]).active).toBe('a');
    expect(after([...spoke, { b: 0 }]).active).toBeNull();
  });
});
