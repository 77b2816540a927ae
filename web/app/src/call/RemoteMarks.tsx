import type { CallType, RemotePeer } from '@sightline/sdk';
import { Hand, MicOff, VideoOff } from 'lucide-react';

/** What the other turned off, and whether they want to speak. */
export function RemoteMarks({ remote, callType }: { remote: RemotePeer; callType: CallType }) {
  return (
    <>
      {!remote.microphoneOn && (
        <span className="mark-chip" data-remote-microphone="off">
          <MicOff aria-hidden="true" />
          <span className="mark-words">Microphone off</span>
        </span>
      )}
      {!remote.cameraOn && callType === 'video' && (
        <span className="mark-chip" data-remote-camera="off">
          <VideoOff aria-hidden="true" />
          <span className="mark-words">Camera off</span>
        </span>
      )}
      {remote.handRaised && (
        <span className="mark-chip mark-chip-hand" data-remote-hand="raised">
          <Hand aria-hidden="true" />
          Hand raised
        </span>
      )}
    </>
  );
}
