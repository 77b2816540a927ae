import type { Gauge } from '../runtime.js';

/** Every so many samples are looked at: how loud it is needs no more, and all of them are 80,000 a second. */
const stride = 8;

/** One for the page, while anything is measured. */
let shared: { readonly context: AudioContext; users: number } | null = null;

/**
 * The root mean square of a track's samples over about `windowMs`, 0 to 1, by an `AnalyserNode`; nothing is heard of it.
 * `null` where it cannot be measured.
 */
export function measureLoudness(track: MediaStreamTrack, windowMs: number): Gauge | null {
  try {
    shared ??= { context: new AudioContext(), users: 0 };
  } catch {
    return null;
  }
  const using = shared;
  const { context } = using;
  using.users += 1;
  let nodes: { readonly source: AudioNode; readonly analyser: AnalyserNode } | null = null;
  try {
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = windowSize(context.sampleRate, windowMs);
    source.connect(analyser);
    nodes = { source, analyser };
  } catch {
    // Firefox refuses tracks whose sample rate is not the context's.
    release(using);
    return null;
  }
  const { source, analyser } = nodes;
  const samples = new Float32Array(analyser.fftSize);
  const bornAt = context.currentTime;
  let closed = false;
  return {
    read: () => {
      resume(context);
      // Before the first window is full, the rest of it is zeros.
      if (context.state !== 'running' || context.currentTime - bornAt < samples.length / context.sampleRate)
        return null;
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (let at = 0; at < samples.length; at += stride) sum += (samples[at] ?? 0) ** 2;
      return Math.sqrt(sum / Math.ceil(samples.length / stride));
    },
    close: () => {
      if (closed) return;
      closed = true;
      source.disconnect();
      release(using);
    },
  };
}

/**
 * Leaves a copy of a microphone's track as the device delivers it, where a copy has the browser's work on the sound for
 * itself. That is Firefox, where an echo canceller fills silence with a noise of its own while the other side is heard.
 */
export function leaveRaw(copy: MediaStreamTrack): void {
  if (!('mozGetUserMedia' in navigator)) return;
  copy.applyConstraints({ echoCancellation: false, noiseSuppression: false, autoGainControl: false }).catch(() => {});
}

function release(using: { readonly context: AudioContext; users: number }): void {
  using.users -= 1;
  if (using.users > 0) return;
  shared = null;
  using.context.close().catch(() => {});
}

/** A context that was made before the person touched the page is silent until it is asked again. */
function resume(context: AudioContext): void {
  if (context.state === 'suspended' && navigator.userActivation?.hasBeenActive !== false) {
    context.resume().catch(() => {});
  }
}

/** The power of two that holds the window, within what an analyser takes. */
export function windowSize(sampleRate: number, windowMs: number): number {
  const exponent = Math.ceil(Math.log2((sampleRate * windowMs) / 1000));
  return 2 ** Math.min(15, Math.max(5, exponent));
}

/** Loudness as people hear it: 0 at −60 dB, 1 at full scale. */
export function levelOf(loudness: number): number {
  return Math.min(1, Math.max(0, 1 + Math.log10(Math.max(loudness, 1e-9)) / 3));
}
