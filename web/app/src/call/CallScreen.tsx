import type { Call, CallSnapshot, CallType } from '@sightline/sdk';
import { useEffect, useRef } from 'react';
import { Avatar } from '../ui/Avatar';
import { Spinner } from '../ui/Spinner';
import { ConversationView } from './ConversationView';
import { EndedView } from './EndedView';
import { OwnPicture } from './OwnPicture';
import { otherOf } from './otherOf';
import { RemoteVideo } from './RemoteVideo';
import { useCall } from './useCall';
import { useCallAnnouncements } from './useCallAnnouncements';
import { useTune } from './useTune';
import { useWakeLock } from './useWakeLock';
import { WaitingView } from './WaitingView';

interface Props {
  call: Call;
  onReturn: () => void;
  onAgain: (type: CallType) => void;
}

/** A call from its first moment to its last screen: pictures behind, one view for each state in front. */
export function CallScreen({ call, onReturn, onAgain }: Props) {
  const snapshot = useCall(call);
  const { state, callType, endReason } = snapshot;
  const root = useRef<HTMLElement>(null);
  useCallAnnouncements(snapshot);
  useTune(state === 'RINGING' ? 'ringback' : null);
  useWakeLock(state !== 'ENDED');

  // A button that had the focus may be gone in the new state.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after every change of state
  useEffect(() => {
    if (!document.activeElement || document.activeElement === document.body) root.current?.focus();
  }, [state]);

  return (
    <main
      className="call"
      ref={root}
      tabIndex={-1}
      aria-label={`Call with ${otherOf(snapshot).displayName}`}
      data-screen="call"
      data-call-state={state}
      data-call-type={callType}
      data-end-reason={state === 'ENDED' ? (endReason ?? undefined) : undefined}
    >
      {state !== 'ENDED' && <Pictures snapshot={snapshot} />}
      <View call={call} snapshot={snapshot} onReturn={onReturn} onAgain={() => onAgain(callType)} />
    </main>
  );
}

const isWaiting = (state: CallSnapshot['state']) => ['INITIATING', 'RINGING', 'CONNECTING'].includes(state);
const isOn = (state: CallSnapshot['state']) => state !== 'ENDING' && state !== 'ENDED';

/** Stays in place while the states change, so that neither picture flickers. */
function Pictures({ snapshot }: { snapshot: CallSnapshot }) {
  const { state, localStream, cameraOn, remotes } = snapshot;
  const last = useRef(remotes[0]);
  if (remotes[0]) last.current = remotes[0];
  // A call that is ending has no peers any more; their last picture stays until the last screen.
  const remote = state === 'ENDING' ? last.current : remotes[0];
  const waiting = isWaiting(state);
  return (
    <div className={waiting ? 'pictures pictures-waiting' : 'pictures'}>
      {!remote && !waiting && (
        <div className="remote">
          <Avatar person={otherOf(snapshot)} size="large" />
        </div>
      )}
      {remote && <RemoteVideo remote={remote} dimmed={state === 'RECONNECTING' || state === 'ENDING'} />}
      {localStream && cameraOn && isOn(state) && (
        <OwnPicture stream={localStream} place={waiting ? 'full' : 'corner'} />
      )}
    </div>
  );
}

interface ViewProps {
  call: Call;
  snapshot: CallSnapshot;
  onReturn: () => void;
  onAgain: () => void;
}

function View({ call, snapshot, onReturn, onAgain }: ViewProps) {
  switch (snapshot.state) {
    case 'INITIATING':
    case 'RINGING':
    case 'CONNECTING':
      return <WaitingView call={call} snapshot={snapshot} />;
    case 'CONNECTED':
    case 'RECONNECTING':
      return <ConversationView call={call} snapshot={snapshot} remote={snapshot.remotes[0] ?? null} />;
    case 'ENDING':
      return (
        <div className="ending" role="status">
          <Spinner />
          <p>Ending the call…</p>
        </div>
      );
    case 'ENDED':
      return <EndedView snapshot={snapshot} onReturn={onReturn} onAgain={onAgain} />;
    case 'IDLE':
    case 'INCOMING':
      return null;
  }
}
