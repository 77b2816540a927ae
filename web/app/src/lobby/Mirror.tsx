import type { Facing, Preview } from '@sightline/sdk';
import { VideoOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Avatar } from '../ui/Avatar';
import { Spinner } from '../ui/Spinner';

interface Props {
  me: { readonly personId: string; readonly displayName: string };
  snapshot: Preview['snapshot'] | null;
  /** Whether this is for a call with pictures. */
  video: boolean;
}

/** Oneself as the others will see it, the right way round for oneself. */
export function Mirror({ me, snapshot, video }: Props) {
  const wanted = video && snapshot?.cameraOn === true;
  const problem = snapshot?.problems.some(({ device }) => device === 'camera') ?? false;
  const state = !video ? 'voice' : !wanted ? 'off' : problem ? 'problem' : snapshot?.pending ? 'pending' : 'on';
  return (
    <div className="mirror" data-mirror={snapshot ? state : 'pending'}>
      {snapshot && state === 'on' && <Picture stream={snapshot.stream} facing={snapshot.cameraFacing} />}
      {state === 'pending' || !snapshot ? (
        <p role="status" className="mirror-words">
          <Spinner />
          Starting your camera… Your browser may ask you to allow it.
        </p>
      ) : (
        state !== 'on' && (
          <>
            <Avatar person={me} size="large" />
            {state === 'off' && (
              <p className="mirror-words">
                <VideoOff aria-hidden="true" />
                Your camera is off
              </p>
            )}
          </>
        )
      )}
    </div>
  );
}

function Picture({ stream, facing }: { stream: MediaStream; facing: Facing }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    // Muted pictures may always play; an element that is gone before they do is no trouble.
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  // Firefox stops twice at a film on its way by Tab, though there is nothing to press.
  return (
    <video ref={video} tabIndex={-1} muted playsInline data-preview="" data-facing={facing} aria-label="Your camera" />
  );
}
