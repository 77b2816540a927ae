import type { CaptureProblem, Facing, Sharing, TrackProcessor, Warning } from '../api.js';
import type { Scope } from '../lifetime.js';
import { watch as watchPolicy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import type { InputKind } from './capture.js';
import type { DeviceList } from './devices.js';
import { Inputs } from './inputs.js';
import type { Screen } from './screen.js';
import type { Watch } from './watch.js';

export type Kind = InputKind | 'screen';

const inputKinds = ['audio', 'video'] as const;
const noWarnings: readonly Warning[] = [];

export interface LocalMediaEvents {
  /** What the person wants, sees or is told has changed. */
  changed(): void;
  /** What is to be sent has changed. */
  track(kind: Kind, track: MediaStreamTrack | null): void;
}

/** What the person wants, and what the page allows. */
export interface Intents {
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly onHold: boolean;
  /** The page is hidden, and pictures are to pause then. */
  readonly paused: boolean;
}

/** What follows for the devices and for what is sent. */
export function plan({ microphoneOn, cameraOn, onHold, paused }: Intents) {
  const cameraWanted = cameraOn && !onHold;
  return {
    // Kept while muted, so that speaking is heard at once.
    audio: { wanted: true, enabled: microphoneOn && !onHold, sent: !onHold },
    // Let go when it is off or on hold, so that its light goes out. Kept while the page is hidden: it comes back soon.
    video: { wanted: cameraWanted, enabled: !paused, sent: cameraWanted && !paused },
    screen: { sent: !onHold },
  } as const;
}

/**
 * Microphone, camera and screen of one call. What the person wants is kept apart from what is captured: nothing but the
 * person changes it, and what cannot be had is a problem that the call goes on with.
 */
export class LocalMedia {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #devices: DeviceList;
  readonly #events: LocalMediaEvents;
  readonly #inputs: Inputs;
  /** `null` until something is shared for the first time. */
  #screen: Screen | null = null;
  /** `null` until the call has had time to connect. */
  #watch: Watch | null = null;
  readonly #sent = new Map<Kind, MediaStreamTrack | null>();
  #intents: Omit<Intents, 'paused'>;
  #started = false;

  constructor(
    scope: Scope,
    runtime: Runtime,
    devices: DeviceList,
    options: { readonly cameraOn: boolean; readonly microphoneOn: boolean },
    events: LocalMediaEvents,
  ) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#devices = devices;
    this.#events = events;
    this.#intents = { microphoneOn: options.microphoneOn, cameraOn: options.cameraOn, onHold: false };
    this.#inputs = new Inputs(scope, runtime, devices, () => this.#publish());
  }

  /** The same object for the whole call; tracks come and go inside it. */
  get stream(): MediaStream {
    return this.#inputs.stream;
  }

  get microphoneOn(): boolean {
    return this.#intents.microphoneOn;
  }

  get cameraOn(): boolean {
    return this.#intents.cameraOn;
  }

  get cameraFacing(): Facing {
    return this.#inputs.video.facing;
  }

  get onHold(): boolean {
    return this.#intents.onHold;
  }

  /** While something is shared; the same object each time. */
  get screenStream(): MediaStream | null {
    return this.#screen?.stream ?? null;
  }

  get problems(): readonly CaptureProblem[] {
    return this.#inputs.problems;
  }

  get warnings(): readonly Warning[] {
    return this.#watch?.warnings ?? noWarnings;
  }

  /** Whether capture has come to an end, well or not. */
  get started(): boolean {
    return this.#started;
  }

  /** What is to be sent now. */
  track(kind: Kind): MediaStreamTrack | null {
    if (!this.#plan[kind].sent) return null;
    return kind === 'screen' ? (this.#screen?.track ?? null) : this.#inputs[kind].track;
  }

  /** Captures what the person wants. */
  async start(): Promise<void> {
    this.#scope.listen(this.#runtime.visibility, 'visibilitychange', () => this.#turned());
    this.#enable();
    const { audio, video } = this.#plan;
    await this.#inputs.ask({ audio: audio.wanted, video: video.wanted });
    this.#started = true;
    if (this.#scope.disposed) return;
    this.#scope.timer(() => void this.#beginToWatch(), watchPolicy.startDelayMs);
    this.#settle();
  }

  setMicrophone(on: boolean): void {
    this.#intend({ microphoneOn: on });
  }

  setCamera(on: boolean): void {
    this.#intend({ cameraOn: on });
    if (on) this.#inputs.video.retry();
  }

  setHold(onHold: boolean): void {
    this.#intend({ onHold });
  }

  /** Asks again for what could not be had. */
  retry(): void {
    this.#inputs.retry();
  }

  async shareScreen(options: { readonly content?: 'text' | 'motion' } = {}): Promise<Sharing> {
    if (this.#screen === null) {
      const extras = await this.#runtime.extras().catch(() => null);
      if (extras === null || this.#scope.disposed) return { ok: false, reason: 'failed' };
      this.#screen ??= new extras.Screen(this.#scope, this.#runtime, () => this.#publish());
    }
    return this.#screen.share(options.content ?? 'text');
  }

  stopSharing(): void {
    this.#screen?.stop();
  }

  /** `false`: it could not be had, and what was sent before still is. */
  setProcessor(kind: InputKind, processor: TrackProcessor | null): Promise<boolean> {
    return this.#inputs[kind].setProcessor(processor);
  }

  async #beginToWatch(): Promise<void> {
    const runtime = this.#runtime;
    const extras = await runtime.extras().catch(() => null);
    if (extras === null || this.#scope.disposed) return;
    const inputs = () => ({
      microphone: this.onHold ? null : this.#inputs.audio.raw,
      microphoneOn: this.microphoneOn,
      camera: runtime.visibility.hidden ? null : this.#inputs.video.raw,
    });
    this.#watch = new extras.Watch(this.#scope, runtime, extras, inputs, () => this.#events.changed());
  }

  get #plan() {
    const paused = this.#runtime.visibility.hidden && this.#devices.pauseVideoWhenHidden;
    return plan({ ...this.#intents, paused });
  }

  #intend(change: Partial<Intents>): void {
    this.#intents = { ...this.#intents, ...change };
    this.#settle();
  }

  #turned(): void {
    this.#settle();
    if (!this.#runtime.visibility.hidden) for (const kind of inputKinds) this.#inputs[kind].check();
  }

  /** Brings the devices to what the person wants. */
  #settle(): void {
    this.#enable();
    if (this.#started && !this.#scope.disposed) {
      for (const kind of inputKinds) this.#inputs[kind].want(this.#plan[kind].wanted);
    }
    this.#publish();
  }

  #enable(): void {
    for (const kind of inputKinds) this.#inputs[kind].enable(this.#plan[kind].enabled);
  }

  /** Tells of what is another than it was. */
  #publish(): void {
    if (this.#scope.disposed) return;
    for (const kind of [...inputKinds, 'screen'] as const) {
      const now = this.track(kind);
      if (now === (this.#sent.get(kind) ?? null)) continue;
      this.#sent.set(kind, now);
      this.#events.track(kind, now);
    }
    this.#events.changed();
  }
}
