import type { RemotePeer } from '@sightline/sdk';
import { Volume2 } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { fitOf } from './fitOf';
import { useStream } from './useStream';

interface Props {
  remote: RemotePeer;
  /** Dims the last picture while the line is down. */
  dimmed: boolean;
}

/** The other's picture and sound, edge to edge; an avatar where there is no picture. */
export function RemoteVideo({ remote, dimmed }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const { blocked, play } = useStream(video, remote.stream);
  const [fit, setFit] = useState<'cover' | 'contain' | null>(null);
  const pictured = remote.cameraOn && fit !== null;

  const measure = () => {
    const element = video.current;
    if (!element || element.videoWidth === 0) return setFit(null);
    setFit(fitOf(element.videoWidth / element.videoHeight, element.clientWidth / element.clientHeight));
  };

  useEffect(() => {
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  });

  return (
    <div className={dimmed ? 'remote remote-dimmed' : 'remote'}>
      {/* biome-ignore lint/a11y/useMediaCaption: live speech has no captions */}
      <video
        ref={video}
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
