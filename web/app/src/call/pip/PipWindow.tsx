import type { Call, RemotePeer } from '@sightline/sdk';
import { Maximize2, Mic, MicOff, PhoneOff } from 'lucide-react';
import { useRef } from 'react';
import { createPortal } from 'react-dom';
import { Avatar } from '../../ui/Avatar';
import { IconButton } from '../../ui/IconButton';
import { namesOf } from '../namesOf';
import { otherOf } from '../otherOf';
import { RecordingDot } from '../recording/RecordingBar';
import { useCall } from '../useCall';
import { useStream } from '../useStream';

interface Props {
  target: Window;
  call: Call;
  onBack: () => void;
}

/** The small window: who speaks, or a shared screen, and the controls that one needs while working elsewhere. */
export function PipWindow({ target, call, onBack }: Props) {
  const snapshot = useCall(call);
  const { remotes, activeSpeaker, microphoneOn } = snapshot;
  const sharing = remotes.find((remote) => remote.screenStream !== null);
  const remote = sharing ?? remotes.find((one) => one.peer === activeSpeaker) ?? remotes[0];
  return createPortal(
    <main className="pip" data-pip="" aria-label={`Call with ${namesOf(snapshot)}`}>
      {remote && (sharing || remote.cameraOn) ? (
        <PipVideo remote={remote} />
      ) : (
        <Avatar person={remote ?? otherOf(snapshot)} size="large" />
      )}
      <p className="pip-name">{remote?.displayName ?? namesOf(snapshot)}</p>
      {snapshot.recording && <RecordingDot />}
      <div className="pip-controls">
        <IconButton
          label={microphoneOn ? 'Turn microphone off' : 'Turn microphone on'}
          icon={microphoneOn ? Mic : MicOff}
          aria-pressed={!microphoneOn}
          onClick={() => call.setMicrophone(!microphoneOn)}
        />
        <IconButton label="Back to the call" icon={Maximize2} onClick={onBack} />
        <IconButton label="Hang up" icon={PhoneOff} className="pip-end" onClick={() => call.hangUp()} />
      </div>
    </main>,
    target.document.body,
  );
}

/** Silent: the page itself plays the sound. */
function PipVideo({ remote }: { remote: RemotePeer }) {
  const video = useRef<HTMLVideoElement>(null);
  useStream(video, remote.screenStream ?? remote.stream);
  return (
    <video
      ref={video}
      tabIndex={-1}
      className={remote.screenStream ? 'pip-video pip-screen' : 'pip-video'}
      autoPlay
      playsInline
      muted
    />
  );
}
