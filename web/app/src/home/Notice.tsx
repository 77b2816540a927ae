import { PhoneMissed, X } from 'lucide-react';
import type { RingNotice } from '../call/callDesk';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { endWords } from '../words';
import type { OnCall } from './HomePage';

interface Props {
  notice: RingNotice;
  onCall: OnCall;
  onDismiss: () => void;
}

/** A call stopped ringing before it was answered. Stays until it is dismissed: the person may not be looking. */
export function Notice({ notice, onCall, onDismiss }: Props) {
  const { caller, reason } = notice;
  const words = endWords[reason];
  const title = words.title({ name: caller.displayName, incoming: true, bySelf: false, video: false });
  return (
    <div className="notice" role="status" data-notice="">
      <PhoneMissed aria-hidden="true" />
      <p>{title}</p>
      {words.again && <Button onClick={() => onCall([caller], 'video', `video:${caller.personId}`)}>Call back</Button>}
      <IconButton label="Dismiss" icon={X} onClick={onDismiss} />
    </div>
  );
}
