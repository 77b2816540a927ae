import type { Gauge } from '../runtime.js';

/**
 * The pictures of a track so far: as the track counts them, or as they come to a video element that nobody sees. `null`
 * where they cannot be counted.
 */
export function countFrames(track: MediaStreamTrack): Gauge | null {
  const counting = track as MediaStreamTrack & { readonly stats?: { readonly totalFrames?: number } };
  if (counting.stats?.totalFrames !== undefined) {
    return { read: () => counting.stats?.totalFrames ?? null, close: () => {} };
  }
  const video = document.createElement('video');
  if (!('requestVideoFrameCallback' in video)) return null;
  let frames: number | null = null;
  let request = 0;
  const next = () => {
    request = video.requestVideoFrameCallback(() => {
      frames = (frames ?? 0) + 1;
      next();
    });
  };
  next();
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => {});
  return {
    // Unknown before the first: where such elements do not play, nothing is said.
    read: () => frames,
    close: () => {
      video.cancelVideoFrameCallback(request);
      video.srcObject = null;
    },
  };
}
