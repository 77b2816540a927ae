import { useSyncExternalStore } from 'react';

/** Where home.css shows one list at a time. */
const query = '(width < 800px)';

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => globalThis.matchMedia?.(query).matches ?? false);
}

function subscribe(listener: () => void) {
  const list = globalThis.matchMedia?.(query);
  list?.addEventListener('change', listener);
  return () => list?.removeEventListener('change', listener);
}
