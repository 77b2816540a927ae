import type { Gauge } from '../runtime.js';

/** The pictures of a track so far: as the track counts them, or a video element that nobody sees. */
export function countFrames(track: MediaStreamTrack): Gauge | null {
  const counting = track as MediaStreamTrack & { readonly stats?: { readonly totalFrames?: number } };
  if (counting.stats?.totalFrames !== undefined) {
    return { read: () => counting.stats?.totalFrames ?? null, close: () => {} };
  }
  const video = document.createElement('video');
  if (!('getVideoPlaybackQuality' in video)) return null;
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => {});
  return {
    read: () => (video.paused ? null : video.getVideoPlaybackQuality().totalVideoFrames),
    close: () => {
      video.srcObject = null;
    },
  };
}
