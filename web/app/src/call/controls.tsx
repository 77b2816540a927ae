import type { Call, CallSnapshot, CaptureProblem } from '@sightline/sdk';
import { Hand, Mic, MicOff, PhoneOff, Video, VideoOff, X } from 'lucide-react';
import { RoundButton } from './RoundButton';

interface Props {
  call: Call;
  snapshot: CallSnapshot;
}

interface CaptureProps extends Props {
  /** Shows why the device cannot be had. */
  onProblem: () => void;
}

const troubled = ({ captureProblems }: CallSnapshot, device: CaptureProblem['device']) =>
  captureProblems.some((problem) => problem.device === device);

export function MicrophoneControl({ call, snapshot, onProblem }: CaptureProps) {
  const on = snapshot.microphoneOn;
  if (on && troubled(snapshot, 'microphone')) {
    return (
      <RoundButton
        label="Microphone: what is wrong"
        text="Microphone"
        icon={MicOff}
        tone="warn"
        data-control="microphone"
        onClick={onProblem}
      />
    );
  }
  return (
    <RoundButton
      label={on ? 'Turn microphone off' : 'Turn microphone on'}
      text="Microphone"
      icon={on ? Mic : MicOff}
      tone={on ? 'plain' : 'off'}
      data-control="microphone"
      aria-keyshortcuts="M"
      onClick={() => call.setMicrophone(!on)}
    />
  );
}

export function CameraControl({ call, snapshot, onProblem }: CaptureProps) {
  const on = snapshot.cameraOn;
  if (on && troubled(snapshot, 'camera')) {
    return <RoundButton label="Camera: what is wrong" text="Camera" icon={VideoOff} tone="warn" onClick={onProblem} />;
  }
  return (
    <RoundButton
      label={on ? 'Turn camera off' : 'Turn camera on'}
      text="Camera"
      icon={on ? Video : VideoOff}
      tone={on ? 'plain' : 'off'}
      aria-keyshortcuts="V"
      onClick={() => call.setCamera(!on)}
    />
  );
}

export function HandControl({ call, snapshot }: Props) {
  const raised = snapshot.handRaised;
  return (
    <RoundButton
      label={raised ? 'Lower hand' : 'Raise hand'}
      text={raised ? 'Lower hand' : 'Raise hand'}
      icon={Hand}
      tone={raised ? 'on' : 'plain'}
      aria-keyshortcuts="H"
      onClick={() => call.setHand(!raised)}
    />
  );
}

export function HangUpControl({ call }: { call: Call }) {
  return <RoundButton label="Hang up" text="Hang up" icon={PhoneOff} tone="negative" onClick={() => call.hangUp()} />;
}

export function CancelControl({ call }: { call: Call }) {
  return <RoundButton label="Cancel" text="Cancel" icon={X} tone="negative" onClick={() => call.hangUp()} />;
}
