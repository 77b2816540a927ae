import type { Call } from '@sightline/sdk';
import { Phone, PhoneOff, Video } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { Avatar } from '../ui/Avatar';
import { announce } from '../ui/announcer';
import { otherOf } from './otherOf';
import { RoundButton } from './RoundButton';
import { useCall } from './useCall';
import { useTune } from './useTune';

interface Props {
  call: Call;
  /** During another call it can only be declined, and takes neither the screen nor the focus. */
  busy: boolean;
}

/** Somebody rings. */
export function IncomingCard({ call, busy }: Props) {
  const snapshot = useCall(call);
  const caller = otherOf(snapshot);
  const video = snapshot.callType === 'video';
  useTune(busy ? 'knock' : 'ringtone');
  useEffect(() => announce(`${caller.displayName} is calling`), [caller.displayName]);

  const Card = busy ? CornerCard : ModalCard;
  return (
    <Card>
      <span className="pulsing">
        <Avatar person={caller} size={busy ? 'medium' : 'large'} />
      </span>
      <div className="incoming-words">
        <h2 id="incoming-name">{caller.displayName}</h2>
        <p id="incoming-what">{video ? 'is calling with video' : 'is calling'}</p>
      </div>
      <div className="incoming-actions">
        <RoundButton label="Decline" text="Decline" icon={PhoneOff} tone="negative" onClick={() => call.decline()} />
        {!busy && (
          <RoundButton
            label="Answer with voice"
            text="Voice"
            icon={Phone}
            tone={video ? 'plain' : 'positive'}
            onClick={() => call.answer({ video: false })}
          />
        )}
        {!busy && video && (
          <RoundButton
            label="Answer with video"
            text="Video"
            icon={Video}
            tone="positive"
            onClick={() => call.answer({ video: true })}
          />
        )}
      </div>
    </Card>
  );
}

/**
 * Over everything. The card itself takes the focus and not a button, so that whoever was just typing neither answers nor
 * declines by accident; Escape does nothing.
 */
function ModalCard({ children }: { children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.focus();
    // Closing before the removal lets the browser return the focus.
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="incoming"
      aria-labelledby="incoming-name incoming-what"
      data-call-state="INCOMING"
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}
      onCancel={(event) => event.preventDefault()}
    >
      {children}
    </dialog>
  );
}

function CornerCard({ children }: { children: ReactNode }) {
  return (
    <section
      className="incoming incoming-corner"
      aria-labelledby="incoming-name incoming-what"
      data-call-state="INCOMING"
    >
      {children}
    </section>
  );
}
