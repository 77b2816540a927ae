import type { Call } from '@sightline/sdk';
import { Phone, PhoneOff, Video } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Avatar } from '../ui/Avatar';
import { announce } from '../ui/announcer';
import { Button } from '../ui/Button';
import { startIntents } from '../ui/settings';
import { listWords } from './namesOf';
import { otherOf } from './otherOf';
import { RoundButton } from './RoundButton';
import { RecordingBar } from './recording/RecordingBar';
import { useCall } from './useCall';
import { useTune } from './useTune';

/** The next screen waits for the connection. Where that takes longer than this, the card says that it was answered. */
const noticedMs = 100;

interface Props {
  call: Call;
  /** During another call the card takes neither the screen nor the focus. */
  busy: boolean;
  /** Whether the running call can wait meanwhile. */
  canHold: boolean;
  /** `keep`: the running call is put on hold; otherwise it ends. */
  onAnswer: (how: { video: boolean; microphone: boolean }, keep: boolean) => void;
}

/** Somebody rings. */
export function IncomingCard({ call, busy, canHold, onAnswer }: Props) {
  const snapshot = useCall(call);
  const caller = otherOf(snapshot);
  const video = snapshot.callType === 'video';
  const guests = listWords(snapshot.others.slice(1).map((other) => other.displayName));
  const [answered, setAnswered] = useState(false);
  const answer: Props['onAnswer'] = (how, keep) => {
    onAnswer(how, keep);
    setTimeout(setAnswered, noticedMs, true);
  };
  useTune(busy ? 'knock' : 'ringtone');
  useEffect(() => announce(`${caller.displayName} is calling`), [caller.displayName]);

  const Card = busy ? CornerCard : ModalCard;
  return (
    <Card answered={answered}>
      <span className={answered ? 'circled' : 'pulsing'}>
        <Avatar person={caller} size={busy ? 'medium' : 'large'} />
      </span>
      <div className="incoming-words">
        <h2 id="incoming-name">{caller.displayName}</h2>
        <p id="incoming-what">
          {answered ? 'Connecting…' : video ? 'is calling with video' : 'is calling'}
          {guests && `, with ${guests}`}
        </p>
        <RecordingBar snapshot={snapshot} />
      </div>
      {busy ? (
        <WaitingActions call={call} video={video} canHold={canHold} onAnswer={answer} />
      ) : (
        <Actions call={call} video={video} onAnswer={answer} />
      )}
    </Card>
  );
}

type ActionProps = Pick<Props, 'call' | 'onAnswer'> & { video: boolean };

function Actions({ call, video, onAnswer }: ActionProps) {
  const answer = (camera: boolean) => onAnswer({ video: camera, microphone: startIntents().microphone }, false);
  return (
    <div className="incoming-actions">
      <RoundButton label="Decline" text="Decline" icon={PhoneOff} tone="negative" onClick={() => call.decline()} />
      <RoundButton
        label="Answer with voice"
        text="Voice"
        icon={Phone}
        tone={video ? 'plain' : 'positive'}
        onClick={() => answer(false)}
      />
      {video && (
        <RoundButton label="Answer with video" text="Video" icon={Video} tone="positive" onClick={() => answer(true)} />
      )}
    </div>
  );
}

/** During another call: what becomes of that one is part of the choice. */
function WaitingActions({ call, video, canHold, onAnswer }: ActionProps & { canHold: boolean }) {
  const answer = (keep: boolean) => {
    const { camera, microphone } = startIntents();
    onAnswer({ video: video && camera, microphone }, keep);
  };
  return (
    <div className="waiting-actions">
      {canHold && (
        <Button look="primary" onClick={() => answer(true)}>
          Hold and answer
        </Button>
      )}
      <Button onClick={() => answer(false)}>Hang up and answer</Button>
      <Button onClick={() => call.decline()}>Decline</Button>
    </div>
  );
}

interface CardProps {
  answered: boolean;
  children: ReactNode;
}

/**
 * Over everything. The card itself takes the focus and not a button, so that whoever was just typing neither answers nor
 * declines by accident; Escape does nothing.
 */
function ModalCard({ answered, children }: CardProps) {
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
      data-answered={answered || undefined}
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}
      onCancel={(event) => event.preventDefault()}
    >
      {children}
    </dialog>
  );
}

function CornerCard({ answered, children }: CardProps) {
  return (
    <section
      className="incoming incoming-corner"
      aria-labelledby="incoming-name incoming-what"
      data-call-state="INCOMING"
      data-answered={answered || undefined}
    >
      {children}
    </section>
  );
}
