import { useSyncExternalStore } from 'react';

/** The part of the address behind `#`: enough for two pages, and it asks nothing of the server. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash.slice(1));
}

function subscribe(listener: () => void) {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
