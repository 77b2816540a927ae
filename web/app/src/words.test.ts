import type { EndReason } from '@sightline/sdk';
import { describe, expect, it } from 'vitest';
import { clockWords, durationWords, endWords, whenWords } from './words';

const reasons = Object.keys(endWords) as EndReason[];

describe('the words for the end of a call', () => {
  it.each(reasons)('have a headline for %s on either side', (reason) => {
    for (const incoming of [true, false]) {
      for (const bySelf of [true, false]) {
        for (const group of [true, false]) {
          const context = { name: 'Ada', incoming, bySelf, video: true, group };
          expect(endWords[reason].title(context)).toMatch(/^\p{Lu}.*[^.]$/u);
          expect(endWords[reason].detail(context)).toMatch(/^$|[.:]$/);
        }
      }
    }
  });

  it('say who hung up', () => {
    const context = { name: 'Ada', incoming: false, video: true };
    expect(endWords.ended.detail({ ...context, bySelf: true })).toBe('You hung up.');
    expect(endWords.ended.detail({ ...context, bySelf: false })).toBe('Ada hung up.');
  });

  it('speak of several people where there were several', () => {
    const context = { name: 'Ada and Alan', incoming: false, bySelf: false, video: true, group: true };
    expect(endWords.ended.detail(context)).toBe('Everybody else has left.');
    expect(endWords.declined.title(context)).toBe('Nobody can talk right now');
    expect(endWords.busy.title(context)).toBe('Everybody is in another call');
    expect(endWords.left.detail({ ...context, bySelf: true })).toBe('The others can go on without you.');
  });

  it('offer no second call where it cannot help', () => {
    expect(reasons.filter((reason) => !endWords[reason].again)).toEqual(['answered_elsewhere', 'signed_out']);
  });
});

describe('times', () => {
  it('run like a clock', () => {
    expect([0, 42_900, 725_000, 3_729_000, -5].map(clockWords)).toEqual(['0:00', '0:42', '12:05', '1:02:09', '0:00']);
  });

  it('are rounded where they are read', () => {
    expect([45_000, 60_000, 1_380_000, 3_600_000, 3_900_000].map(durationWords)).toEqual([
      '45 s',
      '1 min',
      '23 min',
      '1 h',
      '1 h 5 min',
    ]);
  });

  it('are as near as it still matters', () => {
    const now = new Date(2026, 10, 20, 12).getTime();
    const daysAgo = (days: number) => whenWords(now - days * 86_400_000, now);
    expect(daysAgo(0)).toMatch(/12:00/);
    expect([daysAgo(1), daysAgo(3), daysAgo(30), daysAgo(400)]).toEqual(['Yesterday', 'Tue', '21 Oct', '16 Oct 2025']);
  });
});
