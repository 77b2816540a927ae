import type { ServiceState, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useRef } from 'react';
import { useLoad } from '../ui/useLoad';
import { useReloadOnReturn } from './useReloadOnReturn';

const listedCalls = 30;
/** Nobody tells this window how a call goes on that it has no part in. */
const runningCheckMs = 10_000;

/** The latest calls, asked for again whenever one has ended or was missed, and now and then while one runs. */
export function useRecentCalls(sightline: Sightline, service: ServiceState, callsEnded: number, missed: number) {
  const { state, reload } = useLoad(useCallback(() => sightline.calls({ limit: listedCalls }), [sightline]));
  const seen = useRef({ callsEnded, missed });
  useReloadOnReturn(service, reload);
  useEffect(() => {
    const changed = seen.current.callsEnded !== callsEnded || seen.current.missed < missed;
    seen.current = { callsEnded, missed };
    if (changed) reload();
  }, [callsEnded, missed, reload]);

  const runs = state.status === 'ready' && state.data.some((record) => record.outcome === null);
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), runningCheckMs);
    return () => clearInterval(timer);
  }, [runs, reload]);
  return { state, reload };
}
