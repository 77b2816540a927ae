import { type Participant, SightlineError } from '@sightline/sdk';
import { FakeSightline, grace } from '../testing/fakeSightline';
import { record } from '../testing/samples';
import { app, home, type Scenes } from '../testing/stage';
import { calmReport, troubledReport } from './samples';

function opened(prepare: (sightline: FakeSightline) => void) {
  const sightline = home();
  prepare(sightline);
  location.hash = 'report=2';
  return app(sightline);
}

/** An operator, and calls that are mostly of others. */
export function withOperator(): FakeSightline {
  const sightline = new FakeSightline({ me: { ...grace, isOperator: true } });
  const [ada, alan, katherine] = ['Ada Lovelace', 'Alan Turing', 'Katherine Johnson'].map((displayName) => ({
    ...{ personId: displayName, displayName, standing: 'joined' as const },
  })) as [Participant, Participant, Participant];
  const between = (
    callId: string,
    others: Participant[],
    ...how: Parameters<typeof record> extends [string, unknown, ...infer Rest] ? Rest : never
  ) => ({
    ...record(callId, ada, ...how),
    callerId: ada.personId,
    participants: others,
  });
  sightline.callsOfEverybody = [
    between('11111111-1111-4111-8111-111111111111', [ada, alan], null, { agoMs: 60_000 }),
    between('22222222-2222-4222-8222-222222222222', [ada, alan, katherine], 'ended', {
      agoMs: 3_600_000,
      lastedMs: 240_000,
    }),
    record('33333333-3333-4333-8333-333333333333', ada, 'connection_lost', { agoMs: 7_200_000, lastedMs: 90_000 }),
    between('44444444-4444-4444-8444-444444444444', [katherine, alan], 'failed_setup', { agoMs: 9_000_000 }),
    between('55555555-5555-4555-8555-555555555555', [alan, katherine], 'missed', { agoMs: 90_000_000 }),
  ];
  return sightline;
}

function everyCall(sightline: FakeSightline) {
  location.hash = 'calls';
  return app(sightline);
}

export const reportScenes: Scenes = {
  'every-call': () => everyCall(withOperator()),
  'every-call-empty': () => everyCall(new FakeSightline({ me: { ...grace, isOperator: true } })),
  'every-call-refused': () => {
    const sightline = home();
    sightline.failures.calls = new SightlineError('not_a_participant', 'not open to you');
    return everyCall(sightline);
  },
  report: () =>
    opened((sightline) => {
      sightline.report = troubledReport();
    }),
  'report-calm': () =>
    opened((sightline) => {
      sightline.report = calmReport();
    }),
  'report-empty': () => opened(() => {}),
  'report-loading': () =>
    opened((sightline) => {
      sightline.callReport = () => new Promise(() => {});
    }),
  'report-failed': () =>
    opened((sightline) => {
      sightline.failures.callReport = new SightlineError('unreachable', 'no answer');
    }),
};
