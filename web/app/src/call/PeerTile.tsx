import type { RemotePeer } from '@sightline/sdk';
import { Volume2 } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { TileMarks, TileNotes } from './TileMarks';
import { useFit } from './useFit';
import { useSpeaker } from './useSpeaker';
import { useStream } from './useStream';

interface Props {
  remote: RemotePeer;
  /** Whether the tile is alone on the screen: the head of the page then says whose it is. */
  alone: boolean;
  featured: boolean;
  /** Dims the last picture while the line is down. */
  dimmed: boolean;
  /** This person has put the call on hold. */
  silent: boolean;
}

/** Somebody's picture and sound; an avatar where there is no picture. */
export function PeerTile({ remote, alone, featured, dimmed, silent }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const { blocked, play } = useStream(video, silent ? null : remote.stream);
  const { fit, measure } = useFit(video);
  useSpeaker(video);
  const pictured = remote.cameraOn && !remote.onHold && !silent && fit !== null;
  const dark = dimmed || (!alone && !remote.connected);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture with marks, not a set of fields
    <div
      className={dark ? 'tile remote remote-dimmed' : 'tile remote'}
      role="group"
      aria-label={remote.displayName}
      data-peer={remote.personId}
      data-speaking={remote.speaking || undefined}
      data-featured={featured || undefined}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: live speech has no captions */}
      <video
        ref={video}
        tabIndex={-1}
        data-remote=""
        data-fit={fit ?? 'cover'}
        className={pictured ? 'remote-video' : 'remote-video remote-video-hidden'}
        autoPlay
        playsInline
        onLoadedMetadata={measure}
        onResize={measure}
      />
      {dimmed && pictured && <LastPicture video={video} />}
      {!pictured && <Avatar person={remote} size="large" />}
      {blocked && (
        <Button look="primary" className="remote-blocked" onClick={play}>
          <Volume2 aria-hidden="true" />
          Click to hear {remote.displayName}
        </Button>
      )}
      <TileNotes remote={remote} alone={alone} />
      {!alone && <TileMarks remote={remote} />}
    </div>
  );
}

/** A fresh connection takes the tracks, and with them the picture, out of the video: a copy of it stays. */
function LastPicture({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const from = video.current;
    const to = canvas.current;
    if (!from || !to) return;
    to.width = from.videoWidth;
    to.height = from.videoHeight;
    to.getContext('2d')?.drawImage(from, 0, 0);
  }, [video]);
  return <canvas ref={canvas} className="remote-video" data-fit={video.current?.dataset.fit} />;
}
