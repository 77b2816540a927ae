import type { Devices, DevicesSnapshot } from '@sightline/sdk';
import { useCallback, useSyncExternalStore } from 'react';

/** The devices as they are now; renders again when one comes, goes or is chosen. */
export function useDevices(devices: Devices): DevicesSnapshot {
  const subscribe = useCallback((listener: () => void) => devices.subscribe(listener), [devices]);
  return useSyncExternalStore(subscribe, () => devices.snapshot);
}
