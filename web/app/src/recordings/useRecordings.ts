import type { Recording, RecordingDetails, ServiceState, Sightline } from '@sightline/sdk';
import { useCallback, useEffect, useState } from 'react';
import { useReloadOnReturn } from '../home/useReloadOnReturn';
import { useLoad } from '../ui/useLoad';

export const pageSize = 30;
/** The server gives no more at once. */
export const mostListed = 200;
/** How often the page of a recording asks how far it is, where no news comes. */
const checkMs = 10_000;

/** The newest recordings; what becomes of them is news that comes by itself. */
export function useRecordings(sightline: Sightline, service: ServiceState, limit: number) {
  const { state, reload } = useLoad(useCallback(() => sightline.recordings.list({ limit }), [sightline, limit]));
  const [news, setNews] = useState<ReadonlyMap<string, Recording>>(new Map());
  useReloadOnReturn(service, reload);
  const known = state.status === 'ready' ? state.data : null;

  useEffect(() => {
    // What was loaded is as new as what was heard before.
    if (known) setNews(new Map());
  }, [known]);

  useEffect(
    () =>
      sightline.recordings.subscribe((recording) => {
        if (known?.some((one) => one.recordingId === recording.recordingId)) {
          setNews((before) => new Map(before).set(recording.recordingId, recording));
        } else reload();
      }),
    [sightline, known, reload],
  );
  const recordings = known?.map((one) => news.get(one.recordingId) ?? one) ?? null;
  return { status: state.status, recordings, reload };
}

/** One recording with its files, asked for again with each news of it. */
export function useRecordingDetails(sightline: Sightline, recordingId: string) {
  const { state, reload } = useLoad(
    useCallback(() => sightline.recordings.details(recordingId), [sightline, recordingId]),
  );
  const [told, setTold] = useState<Recording | null>(null);

  useEffect(
    () =>
      sightline.recordings.subscribe((recording) => {
        if (recording.recordingId !== recordingId) return;
        setTold(recording);
        if (recording.status === 'ready' || recording.status === 'failed') reload();
      }),
    [sightline, recordingId, reload],
  );

  const loaded = state.status === 'ready' ? state.data : null;
  const details: RecordingDetails | null = loaded && isNews(loaded, told) ? { ...loaded, ...told } : loaded;
  const unfinished = loaded?.status === 'recording' || loaded?.status === 'finishing';
  useEffect(() => {
    if (!unfinished) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), checkMs);
    return () => clearInterval(timer);
  }, [unfinished, reload]);
  return { status: state.status, details, reload };
}

const order = { recording: 0, finishing: 1, ready: 2, failed: 2 } as const;

/** Whether what was told is further than what was loaded; its files are there when they are loaded. */
function isNews(loaded: Recording, told: Recording | null): boolean {
  if (told === null || told.status === 'ready' || order[told.status] < order[loaded.status]) return false;
  return order[told.status] > order[loaded.status] || told.progress > loaded.progress;
}
