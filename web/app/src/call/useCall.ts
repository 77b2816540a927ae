import type { Call, CallSnapshot } from '@sightline/sdk';
import { useCallback, useSyncExternalStore } from 'react';

/** The call as it is now; renders again after each of its changes. */
export function useCall(call: Call): CallSnapshot {
  const subscribe = useCallback((listener: () => void) => call.subscribe(listener), [call]);
  return useSyncExternalStore(subscribe, () => call.snapshot);
}
