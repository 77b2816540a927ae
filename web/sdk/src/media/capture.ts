import type { CaptureProblem, Facing } from '../api.js';
import type { Runtime } from '../runtime.js';

export type InputKind = 'audio' | 'video';

/** Which device is wanted; nothing set: the system's choice. */
export interface Wish {
  readonly deviceId: string | null;
  readonly facing: Facing;
}

export type Captured =
  | { readonly ok: true; readonly track: MediaStreamTrack }
  | { readonly ok: false; readonly reason: CaptureProblem['reason'] };

/** `exact`: that device and no other. `preferred`: or another. `lower`: with a smaller picture. `any`: whatever there is. */
export interface Rung {
  readonly step: 'exact' | 'preferred' | 'lower' | 'any';
  readonly constraints: MediaTrackConstraints | true;
}

const sound: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

function picture(width: number, height: number, frameRate: number): MediaTrackConstraints {
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
}

/** What to ask for, from what is wanted most to anything at all. */
export function ladder(kind: InputKind, { deviceId, facing }: Wish): readonly [Rung, ...Rung[]] {
  const device = (strictness: 'exact' | 'ideal'): MediaTrackConstraints => ({
    ...(deviceId !== null && { deviceId: { [strictness]: deviceId } }),
    ...(facing !== null && { facingMode: { [strictness]: facing } }),
  });
  const best = kind === 'audio' ? sound : picture(1280, 720, 30);
  const preferred: Rung = { step: 'preferred', constraints: { ...best, ...device('ideal') } };
  const rest: Rung[] = [{ step: 'any', constraints: true }];
  if (kind === 'video') {
    rest.unshift({ step: 'lower', constraints: { ...picture(640, 360, 15), ...device('ideal') } });
  }
  if (deviceId === null && facing === null) return [preferred, ...rest];
  return [{ step: 'exact', constraints: { ...best, ...device('exact') } }, preferred, ...rest];
}

/** What the browser's error means for this rung: try the next one, or give up for a reason. */
export function afterError(error: unknown, isLastRung: boolean): CaptureProblem['reason'] | 'next' {
  const name = String((error as { name?: unknown } | null)?.name);
  if (name === 'OverconstrainedError' && !isLastRung) return 'next';
  return reasons[name] ?? 'failed';
}

const reasons: Readonly<Record<string, CaptureProblem['reason']>> = {
  NotAllowedError: 'not_allowed',
  SecurityError: 'not_allowed',
  NotFoundError: 'not_found',
  NotReadableError: 'in_use',
  AbortError: 'in_use',
};

/** One device, by the first rung that can be had. */
export async function captureOne(runtime: Runtime, kind: InputKind, wish: Wish): Promise<Captured> {
  const rungs = ladder(kind, wish);
  for (const [index, { constraints }] of rungs.entries()) {
    const result = await ask(runtime, { [kind]: constraints });
    if (result.ok) {
      const [track] = result.tracks;
      return track === undefined ? { ok: false, reason: 'failed' } : { ok: true, track };
    }
    if (result.insecure) return { ok: false, reason: 'insecure_page' };
    const next = afterError(result.error, index === rungs.length - 1);
    if (next !== 'next') return { ok: false, reason: next };
  }
  return { ok: false, reason: 'failed' };
}

/** Microphone and camera by one prompt. The browser does not say which of the two was at fault: then one by one. */
export async function captureBoth(
  runtime: Runtime,
  wishes: { readonly [K in InputKind]: Wish },
): Promise<{ readonly [K in InputKind]: Captured }> {
  const both = await ask(runtime, {
    audio: ladder('audio', wishes.audio)[0].constraints,
    video: ladder('video', wishes.video)[0].constraints,
  });
  const [audio, video] = ['audio', 'video'].map((kind) =>
    both.ok ? both.tracks.find((track) => track.kind === kind) : undefined,
  );
  if (audio && video) return { audio: { ok: true, track: audio }, video: { ok: true, track: video } };
  return {
    audio: await captureOne(runtime, 'audio', wishes.audio),
    video: await captureOne(runtime, 'video', wishes.video),
  };
}

type Answer =
  | { readonly ok: true; readonly tracks: readonly MediaStreamTrack[] }
  | { readonly ok: false; readonly insecure: boolean; readonly error: unknown };

async function ask({ mediaDevices }: Runtime, constraints: MediaStreamConstraints): Promise<Answer> {
  // Pages without TLS have no devices at all.
  if (mediaDevices === undefined) return { ok: false, insecure: true, error: null };
  try {
    const tracks = (await mediaDevices.getUserMedia(constraints)).getTracks();
    if (tracks.every(({ readyState }) => readyState === 'live')) return { ok: true, tracks };
    // A camera that is opened and breaks down at once is a track that has ended, and never tells.
    for (const track of tracks) track.stop();
    return { ok: false, insecure: false, error: null };
  } catch (error) {
    return { ok: false, insecure: false, error };
  }
}
