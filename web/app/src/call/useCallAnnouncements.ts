import type { CallSnapshot } from '@sightline/sdk';
import { useEffect, useRef } from 'react';
import { announce } from '../ui/announcer';
import { endWords } from '../words';
import { changeWords } from './changeWords';
import { contextOf, namesOf } from './namesOf';

/** Tells people who do not see the screen what changed on it. */
export function useCallAnnouncements(snapshot: CallSnapshot): void {
  const { state } = snapshot;
  const wasConnected = useRef(false);
  const before = useRef(snapshot);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each state, in the words of that moment
  useEffect(() => {
    const names = namesOf(snapshot);
    switch (state) {
      case 'RINGING':
        return announce(`Calling ${names}…`);
      case 'CONNECTING':
        return announce('Connecting…');
      case 'CONNECTED':
        announce(wasConnected.current ? `Connected to ${names} again` : `Connected to ${names}`);
        wasConnected.current = true;
        return;
      case 'RECONNECTING':
        return announce('Reconnecting…');
      case 'ENDED': {
        const context = contextOf(snapshot);
        const words = endWords[snapshot.endReason ?? 'ended'];
        return announce(`${words.title(context)}. ${words.detail(context)}`.trim());
      }
    }
  }, [state]);

  useEffect(() => {
    const words = changeWords(before.current, snapshot);
    before.current = snapshot;
    if (words.length > 0) announce(words.join(' '));
  }, [snapshot]);
}
