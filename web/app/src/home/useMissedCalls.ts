import type { Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useSyncExternalStore } from 'react';

/** As long as it takes to notice a number and what it stands for. */
const lookMs = 3000;

export function useMissedCalls(sightline: Sightline): number {
  const subscribe = useCallback((listener: () => void) => sightline.onMissedCalls(listener), [sightline]);
  return useSyncExternalStore(subscribe, () => sightline.missedCalls);
}

/** Missed calls count as seen once the list that shows them has been in view for a moment. */
export function useMarkSeen(sightline: Sightline, missed: number, shown: boolean): void {
  useEffect(() => {
    if (missed === 0 || !shown) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = () => {
      clearTimeout(timer);
      // What could not be marked is marked at the next look.
      if (document.visibilityState === 'visible')
        timer = setTimeout(() => sightline.markCallsSeen().catch(() => {}), lookMs);
    };
    watch();
    document.addEventListener('visibilitychange', watch);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', watch);
    };
  }, [sightline, missed, shown]);
}
