import type { Device, DeviceKind, Devices, DevicesSnapshot, Preview } from '@sightline/sdk';
import { fakeStream } from './fakeStream';

const device = (kind: DeviceKind, deviceId: string, label: string): Device => ({ kind, deviceId, label });

const desk: DevicesSnapshot = {
  microphones: [device('microphone', 'built-in', 'Built-in microphone'), device('microphone', 'headset', 'Headset')],
  cameras: [device('camera', 'front', 'Built-in camera'), device('camera', 'usb', 'USB camera')],
  speakers: [device('speaker', 'built-in', 'Built-in speakers'), device('speaker', 'headset', 'Headset')],
  chosen: { microphone: null, camera: null, speaker: null },
  offered: null,
  change: null,
  canChooseSpeaker: true,
  canSwitchCamera: false,
};

/** The devices of a computer on a desk, in memory. */
export class FakeDevices implements Devices {
  snapshot: DevicesSnapshot = desk;
  readonly asked: string[] = [];
  /** Previews that were opened, the last one last. */
  readonly previews: FakePreview[] = [];
  /** What the next preview shows at first. */
  previewStart: Partial<Preview['snapshot']> = {};
  readonly #listeners = new Set<() => void>();

  patch(change: Partial<DevicesSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  choose(kind: DeviceKind, deviceId: string | null): void {
    this.asked.push(`${kind} ${deviceId}`);
    const taken = this.snapshot.offered?.deviceId === deviceId;
    this.patch({
      chosen: { ...this.snapshot.chosen, [kind]: deviceId },
      offered: taken ? null : this.snapshot.offered,
    });
  }

  switchCamera(): void {
    this.asked.push('switch camera');
  }

  dismissOffer(): void {
    this.asked.push('dismiss offer');
    this.patch({ offered: null });
  }

  preview(options: { microphone: boolean; camera: boolean }): FakePreview {
    const preview = new FakePreview({
      microphoneOn: options.microphone,
      cameraOn: options.camera,
      ...this.previewStart,
    });
    this.previews.push(preview);
    return preview;
  }
}

export class FakePreview implements Preview {
  snapshot: Preview['snapshot'];
  readonly asked: string[] = [];
  disposed = false;
  readonly #listeners = new Set<() => void>();
  readonly #levelListeners = new Set<(level: number) => void>();

  constructor(start: Partial<Preview['snapshot']>) {
    this.snapshot = {
      stream: start.stream ?? fakeStream(),
      pending: false,
      microphoneOn: true,
      cameraOn: true,
      cameraFacing: null,
      problems: [],
      ...start,
    };
  }

  patch(change: Partial<Preview['snapshot']>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Sound arrives, 0 to 1. */
  sound(level: number): void {
    for (const listener of [...this.#levelListeners]) listener(level);
  }

  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLevel(listener: (level: number) => void) {
    this.#levelListeners.add(listener);
    return () => this.#levelListeners.delete(listener);
  }

  setMicrophone(on: boolean): void {
    this.asked.push(on ? 'microphone on' : 'microphone off');
    this.patch({ microphoneOn: on });
  }

  setCamera(on: boolean): void {
    this.asked.push(on ? 'camera on' : 'camera off');
    this.patch({ cameraOn: on });
  }

  retry(): void {
    this.asked.push('retry');
  }

  dispose(): void {
    this.disposed = true;
    this.#listeners.clear();
    this.#levelListeners.clear();
  }
}
