import type { CallRecord, CallSnapshot, Sightline } from '@sightline/sdk';
import { LogIn, Phone, Video } from 'lucide-react';
import { useEffect } from 'react';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { clockWords, endWords } from '../words';
import { Avatars } from './Avatars';
import { contextOf } from './namesOf';
import { useRunningCall } from './useRunningCall';

interface Props {
  sightline: Sightline;
  snapshot: CallSnapshot;
  onReturn: () => void;
  onAgain: () => void;
  onRejoin: (record: CallRecord) => void;
}

/** How the call ended, and what can be done next. */
export function EndedView({ sightline, snapshot, onReturn, onAgain, onRejoin }: Props) {
  const running = useRunningCall(sightline, snapshot);
  const words = endWords[snapshot.endReason ?? 'ended'];
  const context = contextOf(snapshot);
  const detail = running ? 'The call goes on without you.' : words.detail(context);
  const { connectedAtMs, endedAtMs } = snapshot;
  useEffect(() => {
    if (running) announce('The call goes on without you. You can rejoin it.');
  }, [running]);
  return (
    <div className="ended">
      <Avatars people={snapshot.others} />
      <h1>{words.title(context)}</h1>
      {detail && <p>{detail}</p>}
      {connectedAtMs !== null && endedAtMs !== null && (
        <p className="ended-duration">
          <span className="duration" data-duration="">
            <span className="visually-hidden">Duration </span>
            {clockWords(endedAtMs - connectedAtMs)}
          </span>
        </p>
      )}
      <div className="ended-actions">
        <Button onClick={onReturn} look={words.again || running ? 'plain' : 'primary'}>
          Return
        </Button>
        {running && (
          <Button look="primary" onClick={() => onRejoin(running)}>
            <LogIn aria-hidden="true" />
            Rejoin
          </Button>
        )}
        {words.again && !running && (
          <Button look="primary" onClick={onAgain}>
            {context.video ? <Video aria-hidden="true" /> : <Phone aria-hidden="true" />}
            Call again
          </Button>
        )}
      </div>
    </div>
  );
}
