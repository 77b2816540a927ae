import type { ServiceState } from '@sightline/sdk';
import { useEffect, useRef } from 'react';

/** What may have been missed while the socket was down or the page hidden is asked for again. */
export function useReloadOnReturn(service: ServiceState, reload: () => void): void {
  const before = useRef(service);
  useEffect(() => {
    const cameBack = service === 'online' && before.current !== 'online';
    before.current = service;
    if (cameBack) reload();
  }, [service, reload]);

  useEffect(() => {
    const onVisible = () => document.visibilityState === 'visible' && reload();
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [reload]);
}
