import type { Participant } from '@sightline/sdk';
import { describe, expect, it } from 'vitest';
import { grace } from '../testing/fakeSightline';
import { record } from '../testing/samples';
import { recentRow } from './recentRow';
import { groupRecord } from './scenes';

const ada = { personId: 'ada', displayName: 'Ada' };
const row = (...given: Parameters<typeof record>) => recentRow(record(...given), grace.personId);
const group = (...given: Parameters<typeof groupRecord>) => recentRow(groupRecord(...given), grace.personId);

describe('a recent call between two', () => {
  it('was missed when it came in and nobody answered, whoever gave up', () => {
    for (const outcome of ['missed', 'cancelled', 'busy'] as const) {
      expect(row('1', ada, outcome, { incoming: true }).missed).toBe(true);
      expect(row('1', ada, outcome).missed).toBe(false);
    }
  });

  it('tells how long people talked', () => {
    expect(row('1', ada, 'ended', { incoming: true, lastedMs: 23 * 60_000 })).toMatchObject({
      text: 'Incoming, 23 min',
      each: null,
      missed: false,
      incoming: true,
    });
  });

  it.each([
    ['missed', 'No answer', 'Missed'],
    ['declined', 'Declined', 'You declined'],
    ['busy', 'Busy', 'Missed while busy'],
    ['cancelled', 'Cancelled', 'Missed'],
    ['answered_elsewhere', 'Answered on another device', 'Answered on another device'],
    ['failed_setup', 'Could not connect', 'Could not connect'],
    ['ended', 'Not connected', 'Not connected'],
  ] as const)('that ended as %s says “%s” to the caller and “%s” to the callee', (outcome, out, incoming) => {
    expect(row('1', ada, outcome).text).toBe(out);
    expect(row('1', ada, outcome, { incoming: true }).text).toBe(incoming);
  });
});

describe('a recent call of several', () => {
  it('says how it went for each of the others', () => {
    expect(group('1', 'joined', {})).toMatchObject({
      names: 'Ada Lovelace, Alan Turing and Katherine Johnson',
      text: 'Outgoing, 4 min',
      each: 'Ada Lovelace took part, Alan Turing declined, Katherine Johnson did not answer',
    });
  });

  it('was missed by whoever did not answer, though it went well for others', () => {
    expect(group('1', 'missed', { callerId: 'ada' })).toMatchObject({ text: 'Missed', missed: true });
    expect(group('1', 'declined', { callerId: 'ada' })).toMatchObject({ text: 'You declined', missed: false });
    expect(group('1', 'busy', { callerId: 'ada' })).toMatchObject({ text: 'Missed while busy', missed: true });
    expect(group('1', 'left', { callerId: 'ada' })).toMatchObject({ text: 'Incoming, 4 min', missed: false });
  });
});

describe('a call that still runs', () => {
  const standings: readonly Participant['standing'][] = ['left', 'lost', 'missed', 'declined', 'busy'];
  it.each(standings)('can be rejoined by whoever is %s', (standing) => {
    expect(group('1', standing, { outcome: null })).toMatchObject({ canRejoin: true, text: 'Goes on without you' });
  });

  it('cannot be rejoined by whoever is in it or rings', () => {
    expect(group('1', 'joined', { outcome: null })).toMatchObject({ canRejoin: false, text: 'In progress' });
    expect(group('1', 'ringing', { outcome: null })).toMatchObject({ canRejoin: false, text: 'Ringing' });
  });
});
