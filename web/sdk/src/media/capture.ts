import type { CallSnapshot, EndReason } from '../api.js';
import type { Runtime } from '../runtime.js';

export type CaptureHint = NonNullable<CallSnapshot['captureHint']>;

export type Captured =
  | { readonly ok: true; readonly tracks: readonly MediaStreamTrack[]; readonly hint: CaptureHint | null }
  | { readonly ok: false; readonly reason: Extract<EndReason, `capture_${string}`> };

const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const video: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

type Problem = 'not_allowed' | 'not_found' | 'in_use' | 'failed';
type Attempt =
  | { readonly ok: true; readonly tracks: readonly MediaStreamTrack[] }
  | { readonly ok: false; readonly problem: Problem };

/** Microphone and camera for a call that begins. Goes on with less where it can, and says so in `hint`. */
export async function captureForCall(runtime: Runtime, wantsVideo: boolean): Promise<Captured> {
  const all = await attempt(runtime, { audio, ...(wantsVideo ? { video } : {}) });
  if (all.ok) return { ...all, hint: null };
  if (!wantsVideo) return { ok: false, reason: `capture_${all.problem}` };

  // The browser does not say which of the two was at fault.
  const withoutCamera = await attempt(runtime, { audio });
  if (withoutCamera.ok) return { ...withoutCamera, hint: cameraHint(all.problem) };
  if (withoutCamera.problem === 'not_found') {
    const withoutMicrophone = await attempt(runtime, { video });
    if (withoutMicrophone.ok) return { ...withoutMicrophone, hint: 'microphone_not_found' };
  }
  return { ok: false, reason: `capture_${withoutCamera.problem}` };
}

/** One device that is turned on later, or came back. */
export async function captureOne(
  runtime: Runtime,
  kind: 'audio' | 'video',
): Promise<{ readonly track: MediaStreamTrack | null; readonly hint: CaptureHint | null }> {
  const result = await attempt(runtime, kind === 'audio' ? { audio } : { video });
  if (result.ok) return { track: result.tracks[0] ?? null, hint: null };
  return { track: null, hint: kind === 'audio' ? 'microphone_not_found' : cameraHint(result.problem) };
}

function cameraHint(problem: Problem): CaptureHint {
  if (problem === 'not_allowed') return 'camera_not_allowed';
  return problem === 'not_found' ? 'camera_not_found' : 'camera_in_use';
}

async function attempt(runtime: Runtime, constraints: MediaStreamConstraints): Promise<Attempt> {
  // Pages without TLS have no devices at all.
  if (runtime.mediaDevices === undefined) return { ok: false, problem: 'failed' };
  try {
    return { ok: true, tracks: (await runtime.mediaDevices.getUserMedia(constraints)).getTracks() };
  } catch (error) {
    const name = String((error as { name?: unknown } | null)?.name);
    if (name === 'OverconstrainedError' && isConstrained(constraints)) {
      return attempt(runtime, { audio: constraints.audio !== undefined, video: constraints.video !== undefined });
    }
    return { ok: false, problem: problems[name] ?? 'failed' };
  }
}

const problems: Readonly<Record<string, Problem>> = {
  NotAllowedError: 'not_allowed',
  SecurityError: 'not_allowed',
  NotFoundError: 'not_found',
  NotReadableError: 'in_use',
  AbortError: 'in_use',
};

function isConstrained(constraints: MediaStreamConstraints): boolean {
  return typeof constraints.audio === 'object' || typeof constraints.video === 'object';
}
