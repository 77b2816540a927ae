import type { Devices, Preview } from '@sightline/sdk';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

/** A look in the mirror for as long as the component is on the page; `null` for the moment before it opens. */
export function usePreview(devices: Devices, start: { microphone: boolean; camera: boolean }) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const { microphone, camera } = start;
  useEffect(() => {
    const opened = devices.preview({ microphone, camera });
    setPreview(opened);
    return () => {
      setPreview(null);
      opened.dispose();
    };
  }, [devices, microphone, camera]);

  const subscribe = useCallback((listener: () => void) => preview?.subscribe(listener) ?? (() => {}), [preview]);
  const snapshot = useSyncExternalStore(subscribe, () => preview?.snapshot ?? null);
  return { preview, snapshot };
}
