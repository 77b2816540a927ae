import type { EndReason } from '../api.js';
import type { Scope, Undo } from '../lifetime.js';
import { capture as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import { type CaptureHint, captureForCall, captureOne } from './capture.js';

export type Kind = 'audio' | 'video';

export interface LocalMediaEvents {
  /** What the person wants, sees or is told has changed. */
  changed(): void;
  /** What is to be sent has changed. */
  track(kind: Kind, track: MediaStreamTrack | null): void;
}

/**
 * Microphone and camera of one call. What the person wants is kept apart from what is captured: nothing but the person
 * changes it, except that a camera that cannot be had is off.
 */
export class LocalMedia {
  /** The same object for the whole call; tracks come and go inside it. */
  readonly stream: MediaStream;
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #events: LocalMediaEvents;
  readonly #tracks: { [K in Kind]: { readonly track: MediaStreamTrack; readonly stop: Undo } | null } = {
    audio: null,
    video: null,
  };
  readonly #capturing = new Set<Kind>();
  #microphoneOn = true;
  #cameraOn: boolean;
  #hint: CaptureHint | null = null;
  #started = false;

  constructor(scope: Scope, runtime: Runtime, options: { readonly cameraOn: boolean }, events: LocalMediaEvents) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#cameraOn = options.cameraOn;
    this.#events = events;
    this.stream = runtime.mediaStream();
  }

  get microphoneOn(): boolean {
    return this.#microphoneOn;
  }

  get cameraOn(): boolean {
    return this.#cameraOn;
  }

  get hint(): CaptureHint | null {
    return this.#hint;
  }

  /** Whether capture has come to an end, well or not. */
  get started(): boolean {
    return this.#started;
  }

  track(kind: Kind): MediaStreamTrack | null {
    return this.#tracks[kind]?.track ?? null;
  }

  /** Captures what the person wants; a reason when the call cannot go on. */
  async start(): Promise<EndReason | null> {
    const captured = await captureForCall(this.#runtime, this.#cameraOn);
    this.#started = true;
    if (!captured.ok) return captured.reason;
    this.#hint = captured.hint;
    for (const track of captured.tracks) this.#add(track);
    if (this.#hint?.startsWith('camera')) this.#cameraOn = false;
    this.#events.changed();
    this.#settleCamera();
    return null;
  }

  setMicrophone(on: boolean): void {
    this.#microphoneOn = on;
    const track = this.track('audio');
    if (track !== null) track.enabled = on;
    this.#events.changed();
  }

  setCamera(on: boolean): void {
    this.#cameraOn = on;
    if (on && this.#hint?.startsWith('camera')) this.#hint = null;
    this.#settleCamera();
    this.#events.changed();
  }

  /** Brings the camera to what the person wants. Off means released, so that its light goes out. */
  #settleCamera(): void {
    if (!this.#started || this.#scope.disposed) return;
    if (!this.#cameraOn) this.#remove('video');
    else if (this.track('video') === null) void this.#capture('video');
  }

  async #capture(kind: Kind): Promise<void> {
    if (this.#capturing.has(kind) || this.track(kind) !== null) return;
    this.#capturing.add(kind);
    const { track, hint } = await captureOne(this.#runtime, kind);
    this.#capturing.delete(kind);
    if (track !== null) this.#add(track);
    else {
      this.#hint = hint;
      if (kind === 'video') this.#cameraOn = false;
    }
    this.#events.changed();
    // The person may have changed their mind meanwhile.
    if (kind === 'video') this.#settleCamera();
  }

  #add(track: MediaStreamTrack): void {
    const kind: Kind = track.kind === 'video' ? 'video' : 'audio';
    const scope = this.#scope.child();
    scope.track(track);
    // Captured for a call that is over by now; the scope has stopped it.
    if (scope.disposed) return;
    this.#remove(kind);
    track.enabled = kind === 'video' ? this.#cameraOn : this.#microphoneOn;
    this.stream.addTrack(track);
    this.#tracks[kind] = { track, stop: () => scope.dispose() };
    // The device was unplugged, or taken away by the browser: try to have it, or another one, back.
    scope.listen(track, 'ended', () => {
      this.#remove(kind);
      this.#events.changed();
      this.#scope.timer(() => void this.#capture(kind), policy.recaptureDelayMs);
    });
    this.#events.track(kind, track);
  }

  #remove(kind: Kind): void {
    const present = this.#tracks[kind];
    if (present === null) return;
    this.#tracks[kind] = null;
    this.stream.removeTrack(present.track);
    present.track.enabled = false;
    present.stop();
    this.#events.track(kind, null);
  }
}
