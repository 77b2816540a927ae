import type { Call, CallRecord, CallSnapshot, CallType, Sightline } from '@sightline/sdk';
import { type ReactNode, useEffect, useRef } from 'react';
import { Spinner } from '../ui/Spinner';
import { ConversationView } from './ConversationView';
import { EndedView } from './EndedView';
import { CaptureCard } from './hints/CaptureCard';
import { useCaptureCard } from './hints/useCaptureCard';
import { namesOf } from './namesOf';
import { Pictures } from './Pictures';
import { useRecordingAnnouncements } from './recording/useRecording';
import { isOn } from './states';
import { useCall } from './useCall';
import { useCallAnnouncements } from './useCallAnnouncements';
import { type LayoutChoice, useLayout } from './useLayout';
import { useTune } from './useTune';
import { useWakeLock } from './useWakeLock';
import { WaitingView } from './WaitingView';

interface Props {
  call: Call;
  sightline: Sightline;
  onReturn: () => void;
  onAgain: (type: CallType) => void;
  onRejoin: (record: CallRecord) => void;
  /** What stands over the call as long as it goes on: the other call that is on hold. */
  children?: ReactNode;
}

/** A call from its first moment to its last screen: pictures behind, one view for each state in front. */
export function CallScreen(props: Props) {
  const { call, children } = props;
  const snapshot = useCall(call);
  const { state, callType, endReason } = snapshot;
  const root = useRef<HTMLElement>(null);
  const layout = useLayout();
  const capture = useCaptureCard(snapshot.captureProblems);
  useCallAnnouncements(snapshot);
  useRecordingAnnouncements(snapshot);
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
      aria-label={`Call with ${namesOf(snapshot)}`}
      data-screen="call"
      data-call-state={state}
      data-call-type={callType}
      data-end-reason={state === 'ENDED' ? (endReason ?? undefined) : undefined}
      data-on-hold={snapshot.onHold || undefined}
    >
      {state !== 'ENDED' && <Pictures snapshot={snapshot} layout={layout.wanted} />}
      <View {...props} snapshot={snapshot} layout={layout} onProblem={capture.open} />
      {isOn(state) && (
        <div className="over-call">
          {children}
          {capture.shown && <CaptureCard call={call} problems={snapshot.captureProblems} onClose={capture.close} />}
        </div>
      )}
    </main>
  );
}

interface ViewProps extends Props {
  snapshot: CallSnapshot;
  layout: LayoutChoice;
  /** Shows again why microphone or camera cannot be had. */
  onProblem: () => void;
}

function View({ call, sightline, snapshot, layout, onProblem, onReturn, onAgain, onRejoin }: ViewProps) {
  switch (snapshot.state) {
    case 'INITIATING':
    case 'RINGING':
    case 'CONNECTING':
      return <WaitingView call={call} snapshot={snapshot} onProblem={onProblem} />;
    case 'CONNECTED':
    case 'RECONNECTING':
      return (
        <ConversationView call={call} sightline={sightline} snapshot={snapshot} layout={layout} onProblem={onProblem} />
      );
    case 'ENDING':
      return (
        <div className="ending" role="status">
          <Spinner />
          <p>Ending the call…</p>
        </div>
      );
    case 'ENDED':
      return (
        <EndedView
          sightline={sightline}
          snapshot={snapshot}
          onReturn={onReturn}
          onAgain={() => onAgain(snapshot.callType)}
          onRejoin={onRejoin}
        />
      );
    case 'IDLE':
    case 'INCOMING':
      return null;
  }
}
