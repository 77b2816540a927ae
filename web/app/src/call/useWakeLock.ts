import { useEffect } from 'react';

/** Keeps the screen of a phone on during a call. The browser drops the lock when the page is hidden. */
export function useWakeLock(active: boolean): void {
  useEffect(() => {
    if (!active || !('wakeLock' in navigator)) return;
    let lock: Promise<WakeLockSentinel | null> = Promise.resolve(null);
    const request = () => {
      if (document.visibilityState !== 'visible') return;
      // Refused on low battery, for example; the call goes on without it.
      lock = navigator.wakeLock.request('screen').catch(() => null);
    };
    request();
    document.addEventListener('visibilitychange', request);
    return () => {
      document.removeEventListener('visibilitychange', request);
      lock.then((held) => held?.release()).catch(() => {});
    };
  }, [active]);
}
