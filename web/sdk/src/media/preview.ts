import type { Preview, Unsubscribe } from '../api.js';
import type { Scope, Undo } from '../lifetime.js';
import { Listeners } from '../listeners.js';
import { capture as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import type { DeviceList } from './devices.js';
import { Input, type Inputs, mirror, problemsOf, takeBoth } from './input.js';
import { levelOf } from './level.js';
import { Follower } from './watch.js';

/** A look in the mirror: what a call would capture, and nothing of it leaves. */
export class LivePreview implements Preview {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #devices: DeviceList;
  readonly #inputs: Inputs;
  readonly #stream: MediaStream;
  readonly #show: () => void;
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
    this.#devices = devices;
    this.#microphoneOn = options.microphone;
    this.#cameraOn = options.camera;
    this.#stream = runtime.mediaStream();
    this.#inputs = {
      audio: new Input(scope, runtime, devices, 'audio', () => this.#changed()),
      video: new Input(scope, runtime, devices, 'video', () => this.#changed()),
    };
    this.#show = mirror(this.#stream, this.#inputs);
    this.#snapshot = this.#picture();
    void takeBoth(
      runtime,
      devices,
      this.#inputs,
      (['audio', 'video'] as const).filter((kind) => (kind === 'audio' ? options.microphone : options.camera)),
    );
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
    if (this.#meters === 1) this.#meter();
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
    void takeBoth(this.#runtime, this.#devices, this.#inputs, problemsOf(this.#inputs));
  }

  dispose(): void {
    this.#scope.dispose();
    this.#listeners.clear();
    this.#levelListeners.clear();
  }

  #meter(): void {
    const own = this.#scope.child();
    this.#stopMeter = () => own.dispose();
    const ear = new Follower(own, (track) => this.#runtime.loudness(track, policy.levelIntervalMs));
    own.interval(
      () => this.#levelListeners.tell(levelOf(ear.follow(this.#inputs.audio.raw) ?? 0)),
      policy.levelIntervalMs,
    );
  }

  #changed(): void {
    if (this.#scope.disposed) return;
    this.#show();
    this.#snapshot = this.#picture();
    this.#listeners.tell();
  }

  #picture(): Preview['snapshot'] {
    const { audio, video } = this.#inputs;
    return {
      stream: this.#stream,
      pending: audio.pending || video.pending,
      microphoneOn: this.#microphoneOn,
      cameraOn: this.#cameraOn,
      problems: [audio.problem, video.problem].filter((problem) => problem !== null),
    };
  }
}
