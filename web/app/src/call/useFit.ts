import { type RefObject, useCallback, useEffect, useState } from 'react';
import { fitOf } from './fitOf';

/** How a video fills its box; `null` while it has no picture. `measure` belongs to its load and resize events. */
export function useFit(video: RefObject<HTMLVideoElement | null>) {
  const [fit, setFit] = useState<'cover' | 'contain' | null>(null);

  const measure = useCallback(() => {
    const element = video.current;
    if (!element || element.videoWidth === 0) return setFit(null);
    setFit(fitOf(element.videoWidth / element.videoHeight, element.clientWidth / element.clientHeight));
  }, [video]);

  useEffect(() => {
    const element = video.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [video, measure]);

  return { fit, measure };
}
