import * as extras from '../../src/extras.js';
import * as recording from '../../src/recording/index.js';
import type { Gauge, Runtime } from '../../src/runtime.js';
import { CountingTarget } from './events.js';

export class FakeTrack extends CountingTarget {
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';
  contentHint = '';
  /** How loud it is and how many pictures it has had, where a test measures it. */
  loudness: number | null = null;
  frames: number | null = null;
  readonly copies: FakeTrack[] = [];
  /** Without the browser's work on the sound. */
  raw = false;

  constructor(
    readonly kind: string,
    readonly settings: { readonly deviceId?: string; readonly groupId?: string; readonly label?: string } = {},
  ) {
    super();
  }

  get label(): string {
    return this.settings.label ?? '';
  }

  stop(): void {
    this.readyState = 'ended';
  }

  clone(): FakeTrack {
    const copy = new FakeTrack(this.kind, this.settings);
    copy.loudness = this.loudness;
    this.copies.push(copy);
    return copy;
  }

  getSettings() {
    return this.settings;
  }

  /** The device is unplugged. */
  unplug(): void {
    if (this.readyState === 'ended') return;
    this.readyState = 'ended';
    this.fire('ended');
  }
}

export class FakeStream {
  readonly #tracks = new Set<FakeTrack>();

  addTrack(track: FakeTrack): void {
    this.#tracks.add(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks.delete(track);
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  getVideoTracks(): FakeTrack[] {
    return this.getTracks().filter(({ kind }) => kind === 'video');
  }
}

export interface FakeDevice {
  readonly deviceId: string;
  readonly groupId: string;
  readonly kind: MediaDeviceKind;
  readonly label: string;
}

export function microphone(deviceId: string, groupId = deviceId): FakeDevice {
  return { deviceId, groupId, kind: 'audioinput', label: `${deviceId} microphone` };
}

export function camera(deviceId: string, label = `${deviceId} camera`): FakeDevice {
  return { deviceId, groupId: deviceId, kind: 'videoinput', label };
}

export function speaker(deviceId: string): FakeDevice {
  return { deviceId, groupId: deviceId, kind: 'audiooutput', label: `${deviceId} speaker` };
}

/**
 * Cameras, microphones and a screen. Each kind works until it is given a problem: the name of the browser's error. Where
 * devices are plugged in, capture finds one of them, the wanted one or the first; otherwise it finds some device.
 */
export class FakeDevices extends CountingTarget {
  readonly problems: { audio?: string; video?: string; screen?: string } = {};
  readonly captured: FakeTrack[] = [];
  readonly requests: MediaStreamConstraints[] = [];
  plugged: readonly FakeDevice[] = [];
  readonly permissions = { microphone: new FakePermission(), camera: new FakePermission() };
  /** Set to keep a permission prompt open. */
  prompt: Promise<void> = Promise.resolve();

  get live(): FakeTrack[] {
    return this.captured.filter((track) => track.readyState === 'live');
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.plugged.map((device) => ({ ...device, toJSON: () => device }));
  }

  async getUserMedia(constraints: MediaStreamConstraints = {}): Promise<MediaStream> {
    this.requests.push(constraints);
    await this.prompt;
    const stream = new FakeStream();
    for (const kind of ['audio', 'video'] as const) {
      if (constraints[kind] === undefined || constraints[kind] === false) continue;
      const problem = this.problems[kind];
      // Constraints cannot be too strict where there are none.
      if (problem !== undefined && !(problem === 'OverconstrainedError' && constraints[kind] === true)) {
        throw new DOMException('no', problem);
      }
      stream.addTrack(new FakeTrack(kind, this.#find(kind, constraints[kind])));
    }
    this.captured.push(...stream.getTracks());
    return stream as unknown as MediaStream;
  }

  async getDisplayMedia(): Promise<MediaStream> {
    await this.prompt;
    if (this.problems.screen !== undefined) throw new DOMException('no', this.problems.screen);
    const stream = new FakeStream();
    const track = new FakeTrack('video');
    stream.addTrack(track);
    this.captured.push(track);
    return stream as unknown as MediaStream;
  }

  /** Other devices are there from now on; tracks of those that are gone end. */
  plug(...devices: readonly FakeDevice[]): void {
    const gone = this.plugged.filter((one) => !devices.some((other) => other.deviceId === one.deviceId));
    this.plugged = devices;
    for (const track of this.live) if (gone.some((one) => one.deviceId === track.settings.deviceId)) track.unplug();
    this.fire('devicechange');
  }

  #find(kind: 'audio' | 'video', constraints: MediaTrackConstraints | boolean): FakeDevice | undefined {
    if (this.plugged.length === 0) return undefined;
    const there = this.plugged.filter((one) => one.kind === `${kind}input`);
    if (there.length === 0) throw new DOMException('no', 'NotFoundError');
    const wanted = typeof constraints === 'object' ? (constraints.deviceId as ConstrainDOMStringParameters) : undefined;
    const found = there.find((one) => one.deviceId === (wanted?.exact ?? wanted?.ideal));
    if (found === undefined && wanted?.exact !== undefined) throw new DOMException('no', 'OverconstrainedError');
    return found ?? there[0];
  }
}

/** What the person has allowed, and may change their mind about. */
export class FakePermission extends CountingTarget {
  state: PermissionState = 'denied';

  grant(): void {
    this.state = 'granted';
    this.fire('change');
  }
}

/** A page's visibility. */
export class FakeVisibility extends CountingTarget {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.fire('visibilitychange');
  }
}

/** What is open and measures a track. */
export class Gauges {
  open = 0;

  read(value: () => number | null): Gauge {
    this.open += 1;
    return { read: value, close: () => (this.open -= 1) };
  }
}

export type MediaRuntime = Pick<
  Runtime,
  'mediaStream' | 'mediaDevices' | 'permission' | 'canChooseSpeaker' | 'extras' | 'visibility' | 'storage'
>;

/** The part of a runtime that has to do with media. */
export function mediaRuntime(
  devices: FakeDevices | undefined,
  visibility = new FakeVisibility(),
  gauges = new Gauges(),
): MediaRuntime {
  const stored = new Map<string, string>();
  const fake = (track: MediaStreamTrack) => track as unknown as FakeTrack;
  return {
    mediaStream: () => new FakeStream() as unknown as MediaStream,
    mediaDevices: devices as unknown as Runtime['mediaDevices'],
    permission: async (device) => devices?.permissions[device] ?? null,
    canChooseSpeaker: true,
    extras: async () => ({
      ...extras,
      recording: async () => recording,
      loudness: (track) => gauges.read(() => fake(track).loudness),
      leaveRaw: (track) => {
        fake(track).raw = true;
      },
      frames: (track) => gauges.read(() => fake(track).frames),
    }),
    visibility,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    },
  };
}
