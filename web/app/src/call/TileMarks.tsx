import type { RemotePeer } from '@sightline/sdk';
import { Hand, MicOff, Pause, VideoOff } from 'lucide-react';
import { qualityWords } from '../words';
import { QualityDots } from './QualityDots';

/** Whose tile it is, and how they are, at its lower edge. */
export function TileMarks({ remote }: { remote: RemotePeer }) {
  const quality = remote.quality ?? 'unknown';
  return (
    <p className="tile-marks">
      {remote.handRaised && (
        <span className="tile-hand" data-remote-hand="raised">
          <Hand aria-hidden="true" />
          <span className="visually-hidden">Hand raised</span>
        </span>
      )}
      {!remote.microphoneOn && (
        <span data-remote-microphone="off">
          <MicOff aria-hidden="true" />
          <span className="visually-hidden">Microphone off</span>
        </span>
      )}
      {!remote.cameraOn && (
        <span data-remote-camera="off">
          <VideoOff aria-hidden="true" />
          <span className="visually-hidden">Camera off</span>
        </span>
      )}
      <span className="tile-name">{remote.displayName}</span>
      <span className="quality-dots" data-peer-quality={quality}>
        <span className="visually-hidden">Connection: {qualityWords[quality]}</span>
        <QualityDots quality={remote.quality} />
      </span>
    </p>
  );
}

/** What keeps somebody from being seen or heard just now. */
export function TileNotes({ remote, alone }: { remote: RemotePeer; alone: boolean }) {
  return (
    <div className="tile-notes">
      {remote.onHold && (
        <p className="tile-note" data-remote-hold="">
          <Pause aria-hidden="true" />
          {remote.displayName} put this call on hold
        </p>
      )}
      {!remote.connected && !alone && (
        <p className="tile-note" data-remote-connecting="">
          Connecting…
        </p>
      )}
      {remote.videoProblem && (
        <p className="tile-note" data-video-problem={remote.videoProblem}>
          <VideoOff aria-hidden="true" />
          Your two browsers have no video format in common. The sound goes on; another browser may help.
        </p>
      )}
    </div>
  );
}
