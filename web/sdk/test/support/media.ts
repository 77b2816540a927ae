import { CountingTarget } from './events.js';

export class FakeTrack extends CountingTarget {
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';

  constructor(readonly kind: string) {
    super();
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device is unplugged. */
  unplug(): void {
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
}

/** Cameras and microphones. Every kind works until it is given a problem: the name of the browser's error. */
export class FakeDevices {
  readonly problems: { audio?: string; video?: string } = {};
  readonly captured: FakeTrack[] = [];
  readonly requests: MediaStreamConstraints[] = [];
  /** Set to keep a permission prompt open. */
  prompt: Promise<void> = Promise.resolve();

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
      stream.addTrack(new FakeTrack(kind));
    }
    this.captured.push(...stream.getTracks());
    return stream as unknown as MediaStream;
  }
}
