import type { CallSnapshot } from '@sightline/sdk';
import { Info, X } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../ui/IconButton';

type Hint = NonNullable<CallSnapshot['captureHint']>;

const words: Readonly<Record<Hint, string>> = {
  camera_not_found: 'No camera was found, so you are here with your voice only.',
  camera_in_use:
    'Another app is using your camera, so you are here with your voice only. Close it, then turn the camera on.',
  camera_not_allowed: 'Sightline may not use your camera, so you are here with your voice only.',
  microphone_not_found: 'No microphone was found. You can hear, but nobody hears you.',
};

/** The call goes on with less than was asked for: why, and what helps. */
export function CaptureHint({ hint }: { hint: Hint }) {
  const [dismissed, setDismissed] = useState<Hint | null>(null);
  return (
    <div className="capture-hint-area" role="status">
      {dismissed !== hint && (
        <div className="capture-hint" data-capture-hint={hint}>
          <Info aria-hidden="true" />
          <p>{words[hint]}</p>
          <IconButton label="Dismiss" icon={X} onClick={() => setDismissed(hint)} />
        </div>
      )}
    </div>
  );
}
