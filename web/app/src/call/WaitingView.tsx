import type { Call, CallSnapshot } from '@sightline/sdk';
import { Avatar } from '../ui/Avatar';
import { Spinner } from '../ui/Spinner';
import { CameraControl, CancelControl, MicrophoneControl } from './controls';
import { otherOf } from './otherOf';

interface Props {
  call: Call;
  snapshot: CallSnapshot;
}

/** Before two people hear each other: the call is made, rings, or connects. */
export function WaitingView({ call, snapshot }: Props) {
  const other = otherOf(snapshot);
  const ringing = snapshot.state === 'RINGING';
  return (
    <div className="waiting">
      <div className="waiting-who">
        <span className={ringing ? 'pulsing' : 'circled'}>
          <Avatar person={other} size="large" />
        </span>
        <h1>{other.displayName}</h1>
        <p>
          {!ringing && <Spinner />}
          {waitingWords(snapshot)}
        </p>
      </div>
      <div className="dock">
        {snapshot.state !== 'INITIATING' && (
          <>
            <MicrophoneControl call={call} snapshot={snapshot} />
            <CameraControl call={call} snapshot={snapshot} />
          </>
        )}
        <CancelControl call={call} />
      </div>
    </div>
  );
}

function waitingWords({ state }: CallSnapshot): string {
  switch (state) {
    case 'RINGING':
      return 'Calling…';
    case 'CONNECTING':
      return 'Connecting…';
    default:
      return 'Starting the call…';
  }
}
