import type { CallSnapshot } from '@sightline/sdk';
import { Phone, Video } from 'lucide-react';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { clockWords, endWords } from '../words';
import { otherOf } from './otherOf';

interface Props {
  snapshot: CallSnapshot;
  onReturn: () => void;
  onAgain: () => void;
}

/** How the call ended, and what can be done next. */
export function EndedView({ snapshot, onReturn, onAgain }: Props) {
  const other = otherOf(snapshot);
  const reason = snapshot.endReason ?? 'ended';
  const words = endWords[reason];
  const context = {
    name: other.displayName,
    incoming: snapshot.direction === 'incoming',
    bySelf: snapshot.endedBySelf,
    video: snapshot.callType === 'video',
  };
  const detail = words.detail(context);
  const { connectedAtMs, endedAtMs } = snapshot;
  return (
    <div className="ended">
      <Avatar person={other} size="large" />
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
        <Button onClick={onReturn} look={words.again ? 'plain' : 'primary'}>
          Return
        </Button>
        {words.again && (
          <Button look="primary" onClick={onAgain}>
            {context.video ? <Video aria-hidden="true" /> : <Phone aria-hidden="true" />}
            Call again
          </Button>
        )}
      </div>
    </div>
  );
}
