import type { Sightline } from '@sightline/sdk';
import { useEffect, useState } from 'react';
import { announce } from '../ui/announcer';
import { type PushState, pushState, renewPush, turnPushOff, turnPushOn } from './pushClient';

export interface Push {
  /** `null` until the browser has said. */
  readonly state: PushState | null;
  readonly busy: boolean;
  set(on: boolean): void;
}

/** Whether calls ring here while no tab is open. */
export function usePush(sightline: Sightline): Push {
  const [state, setState] = useState<PushState | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let gone = false;
    pushState().then(
      (now) => {
        if (!gone) setState(now);
        // Without an answer now it is told again at the next start.
        if (now === 'on') renewPush(sightline).catch(() => {});
      },
      () => !gone && setState('failed'),
    );
    return () => {
      gone = true;
    };
  }, [sightline]);

  return {
    state,
    busy,
    set(on) {
      if (busy) return;
      setBusy(true);
      (on ? turnPushOn(sightline) : turnPushOff(sightline))
        .catch((): PushState => 'failed')
        .then((next) => {
          setState(next);
          setBusy(false);
          announce(
            next === 'on'
              ? 'Calls ring here when this tab is closed'
              : 'Calls do not ring here when this tab is closed',
          );
        });
    },
  };
}
