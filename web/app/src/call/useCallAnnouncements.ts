import type { CallSnapshot } from '@sightline/sdk';
import { useEffect, useRef } from 'react';
import { announce } from '../ui/announcer';
import { endWords } from '../words';
import { otherOf } from './otherOf';

/** Tells people who do not see the screen what changed on it. */
export function useCallAnnouncements(snapshot: CallSnapshot): void {
  const { state, direction, endReason, endedBySelf, callType } = snapshot;
  const name = otherOf(snapshot).displayName;
  const wasConnected = useRef(false);

  useEffect(() => {
    switch (state) {
      case 'RINGING':
        return announce(`Calling ${name}…`);
      case 'CONNECTING':
        return announce('Connecting…');
      case 'CONNECTED':
        announce(wasConnected.current ? `Connected to ${name} again` : `Connected to ${name}`);
        wasConnected.current = true;
        return;
      case 'RECONNECTING':
        return announce('Reconnecting…');
      case 'ENDED': {
        const context = { name, incoming: direction === 'incoming', bySelf: endedBySelf, video: callType === 'video' };
        const words = endWords[endReason ?? 'ended'];
        return announce(`${words.title(context)}. ${words.detail(context)}`.trim());
      }
    }
  }, [state, name, direction, endReason, endedBySelf, callType]);

  const handRaised = snapshot.remotes.some((remote) => remote.handRaised);
  useEffect(() => {
    if (handRaised) announce(`${name} raised a hand`);
  }, [handRaised, name]);
}
