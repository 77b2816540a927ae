import type { Call, Sightline } from '@sightline/sdk';
import { useSyncExternalStore } from 'react';
import { CallScreen } from './CallScreen';
import type { CallDesk } from './callDesk';
import { HeldStrip } from './HeldStrip';
import { IncomingCard } from './IncomingCard';
import { mostOthers } from './namesOf';
import { otherOf } from './otherOf';
import { PartedNotice } from './PartedNotice';

interface Props {
  sightline: Sightline;
  desk: CallDesk;
  /** The person has left the last screen of this call. */
  onReturn?: (call: Call) => void;
}

/** Every call of the desk: the one on screen, the one on hold, and whoever rings. */
export function CallLayer({ sightline, desk, onReturn }: Props) {
  const { current, held, busy, ringing, parted } = useSyncExternalStore(desk.subscribe, () => desk.snapshot);
  const rings = ringing[0];
  return (
    <>
      {current && (
        <CallScreen
          key={keyOf(current)}
          call={current}
          sightline={sightline}
          onReturn={() => {
            onReturn?.(current);
            desk.close();
          }}
          onAgain={(type) => {
            const { others } = current.snapshot;
            desk.start(others.length > 1 ? others.slice(0, mostOthers) : otherOf(current.snapshot), type);
          }}
          onRejoin={(record) => desk.rejoin(record)}
        >
          {held && <HeldStrip call={held} onSwap={() => desk.swap()} onEnd={() => desk.endHeld()} key={keyOf(held)} />}
          {parted && <PartedNotice notice={parted} onDismiss={() => desk.dismissParted()} />}
        </CallScreen>
      )}
      {rings && (
        <IncomingCard
          key={keyOf(rings)}
          call={rings}
          busy={busy}
          canHold={desk.canHold}
          onAnswer={(how, keep) => desk.answer(rings, how, keep)}
        />
      )}
    </>
  );
}

const keys = new WeakMap<object, number>();
let nextKey = 1;

/** A call has no id before the server made it, but each is its own object. */
function keyOf(call: object): number {
  const key = keys.get(call) ?? nextKey++;
  keys.set(call, key);
  return key;
}
