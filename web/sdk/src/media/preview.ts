import type { Preview, Unsubscribe } from '../api.js';
import type { Scope, Undo } from '../lifetime.js';
import { Listeners } from '../listeners.js';
import { capture as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import type { DeviceList } from './devices.js';
import { Inputs } from './inputs.js';

/** A look in the mirror: what a call would capture, and nothing of it leaves. */
export class LivePreview implements Preview {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #inputs: Inputs;
  readonly #listeners = new Listeners<[]>();
  readonly #levelListeners = new Listeners<[number]>();
  #microphoneOn: boolean;
  #cameraOn: boolean;
  #meters = 0;
  #stopMeter: Undo = () => {};
  #snapshot: Preview['snapshot'];

  constructor(
    scope: Scope,
    runtime: Runtime,
    devices: DeviceList,
    options: { readonly microphone: boolean; readonly camera: boolean },
  ) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#microphoneOn = options.microphone;
    this.#cameraOn = options.camera;
    this.#inputs = new Inputs(scope, runtime, devices, () => this.#changed());
    this.#snapshot = this.#picture();
    void this.#inputs.ask({ audio: options.microphone, video: options.camera });
  }

  get snapshot(): Preview['snapshot'] {
    return this.#snapshot;
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  onLevel(listener: (level: number) => void): Unsubscribe {
    const forget = this.#levelListeners.add(listener);
    this.#meters += 1;
    if (this.#meters === 1) void this.#meter();
    const done = this.#scope.own(() => {
      forget();
      this.#meters -= 1;
      if (this.#meters === 0) this.#stopMeter();
    });
    return done;
  }

  setMicrophone(on: boolean): void {
    this.#microphoneOn = on;
    this.#inputs.audio.enable(on);
    if (on) {
      this.#inputs.audio.want(true);
      this.#inputs.audio.retry();
    }
    this.#changed();
  }

  setCamera(on: boolean): void {
    this.#cameraOn = on;
    this.#inputs.video.want(on);
    if (on) this.#inputs.video.retry();
    this.#changed();
  }

  retry(): void {
    this.#inputs.retry();
  }

  dispose(): void {
    this.#scope.dispose();
    this.#listeners.clear();
    this.#levelListeners.clear();
  }

  async #meter(): Promise<void> {
    const own = this.#scope.child();
    this.#stopMeter = () => own.dispose();
    const extras = await this.#runtime.extras().catch(() => null);
    if (extras === null || own.disposed) return;
    const { Follower, loudness, levelOf } = extras;
    const ear = new Follower(own, (track) => loudness(track, policy.levelIntervalMs));
    own.interval(
      () => this.#levelListeners.tell(levelOf(ear.follow(this.#inputs.audio.raw) ?? 0)),
      policy.levelIntervalMs,
    );
  }

  #changed(): void {
    if (this.#scope.disposed) return;
    this.#snapshot = this.#picture();
    this.#listeners.tell();
  }

  #picture(): Preview['snapshot'] {
    const { audio, video, stream, problems } = this.#inputs;
    return {
      stream,
      pending: audio.pending || video.pending,
      microphoneOn: this.#microphoneOn,
      cameraOn: this.#cameraOn,
      cameraFacing: video.facing,
      problems,
    };
  }
}
