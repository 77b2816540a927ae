import type { Me, ServiceState, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { CallScreen } from './call/CallScreen';
import { IncomingCard } from './call/IncomingCard';
import { otherOf } from './call/otherOf';
import { useCallDesk } from './call/useCallDesk';
import { HomePage } from './home/HomePage';
import { useTitle } from './ui/useTitle';

interface Props {
  sightline: Sightline;
  me: Me;
  onSignedOut: () => void;
}

/** What a signed-in person sees: home, or a call; and over both, whoever rings. */
export function Workspace({ sightline, me, onSignedOut }: Props) {
  const service = useService(sightline);
  const { desk, current, busy, ringing, notice, callsEnded } = useCallDesk(sightline);
  const lastCalled = useRef<string | null>(null);
  const rings = ringing[0];

  useEffect(() => {
    sightline.connect();
    return () => sightline.disconnect();
  }, [sightline]);

  useTitle(
    rings
      ? `${otherOf(rings.snapshot).displayName} is calling`
      : current
        ? `Call with ${otherOf(current.snapshot).displayName}`
        : null,
    rings !== undefined,
  );

  return (
    <>
      {current ? (
        <CallScreen
          call={current}
          key={keyOf(current)}
          onReturn={() => {
            // Whoever was called by the other has no button to come back to.
            if (current.snapshot.direction === 'incoming') lastCalled.current = null;
            desk.close();
          }}
          onAgain={(type) => desk.start(otherOf(current.snapshot), type)}
        />
      ) : (
        <HomePage
          sightline={sightline}
          me={me}
          service={service}
          notice={notice}
          callsEnded={callsEnded}
          focusFirst={lastCalled.current}
          onDismissNotice={() => desk.dismissNotice()}
          onCall={(person, type, button) => {
            lastCalled.current = button;
            desk.start(person, type);
          }}
          onSignedOut={onSignedOut}
        />
      )}
      {rings && <IncomingCard call={rings} busy={busy} key={keyOf(rings)} />}
    </>
  );
}

function useService(sightline: Sightline): ServiceState {
  const subscribe = useCallback((listener: () => void) => sightline.onService(listener), [sightline]);
  return useSyncExternalStore(subscribe, () => sightline.service);
}

const keys = new WeakMap<object, number>();
let nextKey = 1;

/** A call has no id before the server made it, but each is its own object. */
function keyOf(call: object): number {
  const key = keys.get(call) ?? nextKey++;
  keys.set(call, key);
  return key;
}
