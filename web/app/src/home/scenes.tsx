import type { CallRecord, Participant } from '@sightline/sdk';
import { PushCard } from '../push/PushCard';
import { PushSwitch } from '../push/PushSwitch';
import type { PushState } from '../push/pushClient';
import { FakeSightline, grace } from '../testing/fakeSightline';
import { people, recentCalls, record } from '../testing/samples';
import { app, home, type Scenes } from '../testing/stage';

const ada: Participant = { personId: 'ada', displayName: 'Ada Lovelace', standing: 'joined' };
const alan: Participant = { personId: 'alan', displayName: 'Alan Turing', standing: 'declined' };
const katherine: Participant = { personId: 'katherine', displayName: 'Katherine Johnson', standing: 'missed' };

/** A call of several, as the list of recent calls shows it. */
export function groupRecord(
  callId: string,
  own: Participant['standing'],
  change: Partial<CallRecord>,
  others: readonly Participant[] = [ada, alan, katherine],
): CallRecord {
  return {
    ...record(callId, ada, 'ended', { agoMs: 6 * 60_000, lastedMs: 4 * 60_000 }),
    participants: [{ personId: grace.personId, displayName: grace.displayName, standing: own }, ...others],
    ...change,
  };
}

const groupCalls = [
  groupRecord('g1', 'left', { outcome: null, endedAtMs: null }),
  groupRecord('g2', 'joined', {}),
  groupRecord('g3', 'missed', { callerId: 'ada' }),
  ...recentCalls,
];

const states: readonly PushState[] = ['off', 'on', 'refused', 'failed', 'unsupported'];

/** What came to home with groups, missed calls and push. */
export const homeExtraScenes: Scenes = {
  'home-missed': () => app(new FakeSightline({ people, calls: recentCalls, missedCalls: 2 })),
  'home-groups': () => app(new FakeSightline({ people, calls: groupCalls, missedCalls: 1 })),
  settings: () => pressed('Settings'),
  'group-dialog': () => pressed('Group call'),
  'push-off': () => card('off'),
  'push-card': () => (
    <main className="home">
      {states.map((state) => (
        <div key={state}>
          <PushCard push={{ state, busy: false, set: () => {} }} />
          <PushSwitch push={{ state, busy: false, set: () => {} }} />
        </div>
      ))}
    </main>
  ),
};

const card = (state: PushState) => (
  <main className="home">
    <PushCard push={{ state, busy: false, set: () => {} }} />
  </main>
);

function pressed(name: string) {
  const whenThere = setInterval(() => {
    const buttons = [...document.querySelectorAll<HTMLElement>('button')];
    const button = buttons.find((one) => one.ariaLabel === name || one.textContent === name);
    button?.click();
    if (button) clearInterval(whenThere);
  }, 50);
  return app(home());
}
