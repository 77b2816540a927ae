import type { RemotePeer } from '@sightline/sdk';
import { MonitorUp } from 'lucide-react';
import { useRef } from 'react';
import { useSpeaker } from './useSpeaker';
import { useStream } from './useStream';

/** Somebody's shared screen, never cut. */
export function ScreenTile({ remote, featured, silent }: { remote: RemotePeer; featured: boolean; silent: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useStream(video, silent ? null : remote.screenStream);
  useSpeaker(video);
  const name = `Screen of ${remote.displayName}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture with its name, not a set of fields
    <div className="tile tile-screen" role="group" aria-label={name} data-featured={featured || undefined}>
      {/* biome-ignore lint/a11y/useMediaCaption: a live screen has no captions */}
      <video ref={video} tabIndex={-1} data-remote-screen={remote.personId} autoPlay playsInline />
      <p className="tile-marks">
        <MonitorUp aria-hidden="true" />
        <span className="tile-name">{name}</span>
      </p>
    </div>
  );
}
