import type { Call, CallSnapshot } from '@sightline/sdk';
import { Spinner } from '../ui/Spinner';
import { standingWords } from '../words';
import { Avatars } from './Avatars';
import { CameraControl, CancelControl, MicrophoneControl } from './controls';
import { isGroup, namesOf } from './namesOf';
import { RecordingBar } from './recording/RecordingBar';

interface Props {
  call: Call;
  snapshot: CallSnapshot;
  onProblem: () => void;
}

/** Before people hear each other: the call is made, rings, or connects. */
export function WaitingView({ call, snapshot, onProblem }: Props) {
  const { state, others } = snapshot;
  const ringing = state === 'RINGING';
  return (
    <div className="waiting">
      <RecordingBar snapshot={snapshot} />
      <div className="waiting-who">
        <span className={ringing ? 'pulsing' : 'circled'}>
          <Avatars people={others} />
        </span>
        <h1>{namesOf(snapshot)}</h1>
        <p>
          {!ringing && <Spinner />}
          {waitingWords(snapshot)}
        </p>
        {ringing && isGroup(snapshot) && (
          <ul className="gone" aria-label="People">
            {others.map((person) => (
              <li key={person.personId} data-standing={person.standing} data-person={person.personId}>
                {person.displayName}: {standingWords[person.standing]}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="dock">
        {state !== 'INITIATING' && (
          <>
            <MicrophoneControl call={call} snapshot={snapshot} onProblem={onProblem} />
            <CameraControl call={call} snapshot={snapshot} onProblem={onProblem} />
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
