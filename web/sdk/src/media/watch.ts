import type { Warning } from '../api.js';
import type { Scope } from '../lifetime.js';
import { watching as policy } from '../policy.later.js';
import type { Extras, Gauge, Runtime } from '../runtime.js';

/** What is known of microphone and camera at one moment; `null` where there is none that should work now. */
export interface WatchSample {
  readonly atMs: number;
  readonly microphone: { readonly on: boolean; readonly muted: boolean; readonly loudness: number | null } | null;
  readonly camera: { readonly muted: boolean; readonly frames: number | null } | null;
}

export interface Watched {
  readonly warnings: readonly Warning[];
  /** Since when someone speaks into a muted microphone, and when that was heard last. */
  readonly speech: { readonly sinceMs: number; readonly lastMs: number } | null;
  readonly soundAtMs: number;
  readonly pictureAtMs: number;
  readonly frames: number | null;
}

export function watching(nowMs: number): Watched {
  return { warnings: [], speech: null, soundAtMs: nowMs, pictureAtMs: nowMs, frames: null };
}

/** What one more sample says. What cannot be measured is taken to be well. */
export function watch(before: Watched, { atMs, microphone, camera }: WatchSample): Watched {
  const listens = microphone !== null && !microphone.on;
  const loud = listens && (microphone.loudness ?? 0) >= policy.speechLoudness;
  const warned = before.warnings.includes('speaking_while_muted');
  const patienceMs = warned ? policy.lingerMs : policy.pauseMs;
  const goesOn = listens && before.speech !== null && atMs - before.speech.lastMs <= patienceMs;
  const sinceMs = goesOn ? (before.speech?.sinceMs ?? atMs) : atMs;
  const speech = loud ? { sinceMs, lastMs: atMs } : goesOn ? before.speech : null;

  const silent = microphone?.on && (microphone.muted || (microphone.loudness ?? 1) <= policy.silentLoudness);
  const soundAtMs = silent ? before.soundAtMs : atMs;

  const frames = camera?.frames ?? null;
  const still = camera !== null && (camera.muted || (frames !== null && frames === before.frames));
  const pictureAtMs = still ? before.pictureAtMs : atMs;

  const warnings: Warning[] = [];
  if (speech !== null && (warned || speech.lastMs - speech.sinceMs >= policy.speechMs)) {
    warnings.push('speaking_while_muted');
  }
  if (atMs - soundAtMs >= policy.silentMs) warnings.push('microphone_silent');
  if (atMs - pictureAtMs >= policy.frozenMs) warnings.push('camera_frozen');
  return { warnings, speech, soundAtMs, pictureAtMs, frames };
}

export interface WatchInputs {
  readonly microphone: MediaStreamTrack | null;
  readonly microphoneOn: boolean;
  readonly camera: MediaStreamTrack | null;
}

/** Looks at microphone and camera a few times a second. */
export class Watch {
  readonly #runtime: Runtime;
  readonly #inputs: () => WatchInputs;
  readonly #changed: () => void;
  /** For speech while muted: without the echo of what the others say. */
  readonly #ear: Follower;
  /** For any sound at all. */
  readonly #rawEar: Follower;
  readonly #eye: Follower;
  #watched: Watched;

  constructor(
    scope: Scope,
    runtime: Runtime,
    { loudness, leaveRaw, frames }: Pick<Extras, 'loudness' | 'leaveRaw' | 'frames'>,
    inputs: () => WatchInputs,
    changed: () => void,
  ) {
    this.#runtime = runtime;
    this.#inputs = inputs;
    this.#changed = changed;
    this.#watched = watching(runtime.now());
    const copied = (track: MediaStreamTrack, own: Scope) => {
      // A copy, because a muted track is silent; it stays on this device.
      const copy = own.track(track.clone());
      copy.enabled = true;
      return copy;
    };
    this.#ear = new Follower(scope, (track, own) => loudness(copied(track, own), policy.intervalMs));
    this.#rawEar = new Follower(scope, (track, own) => {
      const copy = copied(track, own);
      leaveRaw(copy);
      return loudness(copy, policy.intervalMs);
    });
    this.#eye = new Follower(scope, frames);
    scope.interval(() => this.#look(), policy.intervalMs);
  }

  get warnings(): readonly Warning[] {
    return this.#watched.warnings;
  }

  #look(): void {
    const { microphone, microphoneOn, camera } = this.#inputs();
    const processed = this.#ear.follow(microphoneOn ? null : microphone);
    const raw = this.#rawEar.follow(microphoneOn ? microphone : null);
    const frames = this.#eye.follow(camera);
    const before = this.#watched.warnings;
    this.#watched = watch(this.#watched, {
      atMs: this.#runtime.now(),
      microphone: microphone && { on: microphoneOn, muted: microphone.muted, loudness: microphoneOn ? raw : processed },
      camera: camera && { muted: camera.muted, frames },
    });
    if (before.join() !== this.#watched.warnings.join()) this.#changed();
  }
}

/** Reads the gauge of whichever track is in use. */
export class Follower {
  readonly #scope: Scope;
  readonly #open: (track: MediaStreamTrack, own: Scope) => Gauge | null;
  #following: { readonly track: MediaStreamTrack; readonly gauge: Gauge | null; readonly own: Scope } | null = null;

  constructor(scope: Scope, open: (track: MediaStreamTrack, own: Scope) => Gauge | null) {
    this.#scope = scope;
    this.#open = open;
  }

  follow(track: MediaStreamTrack | null): number | null {
    if (track !== (this.#following?.track ?? null)) {
      this.#following?.own.dispose();
      this.#following = null;
      if (track !== null) {
        const own = this.#scope.child();
        const gauge = this.#open(track, own);
        own.own(() => gauge?.close());
        this.#following = { track, gauge, own };
      }
    }
    return this.#following?.gauge?.read() ?? null;
  }
}
