import type { Call, Sharing } from '@sightline/sdk';
import { useEffect, useState } from 'react';
import { announce } from '../ui/announcer';
import { remember, remembered } from '../ui/storage';

type Content = 'text' | 'motion';
type Reason = Extract<Sharing, { ok: false }>['reason'];

export interface ScreenSharing {
  share: (content: Content) => void;
  /** Stops, or shares what was shared the last time. */
  toggle: () => void;
  /** Why the screen is not shared, for a while. */
  readonly trouble: { readonly reason: Reason; readonly words: string } | null;
}

const shownMs = 10_000;

const words: Readonly<Record<Reason, string>> = {
  refused: 'Your screen is not shared: nothing was chosen, or the browser or system did not allow it.',
  unsupported: 'This browser can’t share a screen. Chrome, Edge, Firefox and Safari on a computer can.',
  failed: 'Your screen could not be shared. Try again, or choose another window.',
};

/** Sharing one's own screen, with words for when it does not work. */
export function useSharing(call: Call): ScreenSharing {
  const [trouble, setTrouble] = useState<ScreenSharing['trouble']>(null);

  useEffect(() => {
    if (!trouble) return;
    announce(trouble.words);
    const timer = setTimeout(() => setTrouble(null), shownMs);
    return () => clearTimeout(timer);
  }, [trouble]);

  const share = (content: Content) => {
    remember('share', content);
    setTrouble(null);
    call.shareScreen({ content }).then((sharing) => {
      if (!sharing.ok) setTrouble({ reason: sharing.reason, words: words[sharing.reason] });
    });
  };
  return {
    trouble,
    share,
    toggle: () => {
      if (call.snapshot.screenStream) call.stopSharing();
      else share(remembered('share') === 'motion' ? 'motion' : 'text');
    },
  };
}
