import type { CaptureProblem } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Runtime } from '../runtime.js';
import { captureBoth, type InputKind } from './capture.js';
import type { DeviceList } from './devices.js';
import { Input } from './input.js';

const kinds: readonly InputKind[] = ['audio', 'video'];

/** Microphone and camera of one call or preview, and the stream in which the person sees and hears them. */
export class Inputs {
  readonly audio: Input;
  readonly video: Input;
  /** The same object for good; tracks come and go inside it. */
  readonly stream: MediaStream;
  readonly #runtime: Runtime;
  readonly #devices: DeviceList;
  readonly #shown: { [K in InputKind]: MediaStreamTrack | null } = { audio: null, video: null };

  constructor(scope: Scope, runtime: Runtime, devices: DeviceList, changed: () => void) {
    this.#runtime = runtime;
    this.#devices = devices;
    this.stream = runtime.mediaStream();
    const input = (kind: InputKind) =>
      new Input(scope, runtime, devices, kind, () => {
        this.#show(kind);
        changed();
      });
    this.audio = input('audio');
    this.video = input('video');
  }

  get problems(): readonly CaptureProblem[] {
    return [this.audio.problem, this.video.problem].filter((problem) => problem !== null);
  }

  /** Asks for what is wanted, by one prompt where it is both. */
  async ask(wanted: { readonly [K in InputKind]: boolean }): Promise<void> {
    const both =
      wanted.audio && wanted.video
        ? captureBoth(this.#runtime, { audio: this.#devices.wish('audio'), video: this.#devices.wish('video') })
        : undefined;
    await Promise.all(kinds.map((kind) => wanted[kind] && this[kind].ask(both?.then((captured) => captured[kind]))));
  }

  /** Asks again for what could not be had. */
  retry(): void {
    void this.ask({ audio: this.audio.problem !== null, video: this.video.problem !== null });
  }

  #show(kind: InputKind): void {
    const [before, now] = [this.#shown[kind], this[kind].track];
    if (before === now) return;
    if (before !== null) this.stream.removeTrack(before);
    if (now !== null) this.stream.addTrack(now);
    this.#shown[kind] = now;
  }
}
