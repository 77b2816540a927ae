import type { Facing } from '@sightline/sdk';
import { type CSSProperties, useRef, useState } from 'react';
import { announce } from '../ui/announcer';
import { remember, remembered } from '../ui/storage';
import { type Corner, cornerTowards, isCorner, nextCorner } from './corners';
import { useDragToCorner } from './useDragToCorner';
import { useStream } from './useStream';

interface Props {
  stream: MediaStream;
  facing: Facing;
  /** Behind everything while it rings, in a corner while two talk, among the others in a group. */
  place: 'full' | 'corner' | 'tile';
}

/** One's own camera, mirrored as people know themselves unless it looks away from them. In a corner it can be dragged, clicked or moved by keys. */
export function OwnPicture({ stream, facing, place }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [ratio, setRatio] = useState(4 / 3);
  const [corner, setCorner] = useState<Corner>(() => {
    const stored = remembered('corner');
    return isCorner(stored) ? stored : 'bottom-right';
  });
  useStream(video, stream);

  const moveTo = (next: Corner) => {
    setCorner(next);
    remember('corner', next);
    if (next !== corner) announce(`Your picture is at the ${next.replace('-', ' ')}`);
  };
  const drag = useDragToCorner(frame, moveTo);

  const measure = () => {
    const element = video.current;
    if (element && element.videoWidth > 0) setRatio(element.videoWidth / element.videoHeight);
  };

  return (
    <div
      className={['own', drag.offset && 'own-dragged', place === 'tile' && 'tile'].filter(Boolean).join(' ')}
      ref={frame}
      data-place={place}
      data-corner={corner}
      style={
        {
          '--ratio': ratio,
          ...(drag.offset && { transform: `translate(${drag.offset.x}px, ${drag.offset.y}px)` }),
        } as CSSProperties
      }
    >
      <video
        ref={video}
        tabIndex={-1}
        data-local=""
        data-facing={facing}
        autoPlay
        playsInline
        muted
        aria-label="Your picture"
        onLoadedMetadata={measure}
        onResize={measure}
      />
      {place === 'tile' && (
        <p className="tile-marks">
          <span className="tile-name">You</span>
        </p>
      )}
      {place === 'corner' && (
        <button
          type="button"
          className="own-handle"
          aria-label="Move your picture"
          aria-description="Press for the next corner, or use the arrow keys."
          {...drag.handlers}
          onClick={() => !drag.justDragged() && moveTo(nextCorner(corner))}
          onKeyDown={(event) => {
            if (!event.key.startsWith('Arrow')) return;
            event.preventDefault();
            moveTo(cornerTowards(corner, event.key));
          }}
        />
      )}
    </div>
  );
}
