import type { ServiceState, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useRef } from 'react';
import { useLoad } from '../ui/useLoad';
import { useReloadOnReturn } from './useReloadOnReturn';

const listedCalls = 30;

/** The latest calls, asked for again whenever one has ended. */
export function useRecentCalls(sightline: Sightline, service: ServiceState, callsEnded: number) {
  const { state, reload } = useLoad(useCallback(() => sightline.calls({ limit: listedCalls }), [sightline]));
  const seen = useRef(callsEnded);
  useReloadOnReturn(service, reload);
  useEffect(() => {
    if (seen.current === callsEnded) return;
    seen.current = callsEnded;
    reload();
  }, [callsEnded, reload]);
  return { state, reload };
}
