import type { Call, CallSnapshot, CallState, RemotePeer, StateChange } from '@sightline/sdk';

const idle: CallSnapshot = {
  callId: null,
  callType: 'video',
  direction: 'outgoing',
  state: 'INITIATING',
  others: [{ personId: 'ada', displayName: 'Ada' }],
  remotes: [],
  localStream: null,
  microphoneOn: true,
  cameraOn: true,
  handRaised: false,
  captureHint: null,
  quality: null,
  stats: null,
  signallingUp: true,
  connectedAtMs: null,
  endedAtMs: null,
  endReason: null,
  endedBySelf: false,
  history: [],
};

/** A call without network or media, that tests and the gallery put into any state. */
export class FakeCall implements Call {
  snapshot: CallSnapshot;
  /** What the UI asked for, in order. */
  readonly asked: string[] = [];
  disposed = false;
  readonly #listeners = new Set<() => void>();
  readonly #stateListeners = new Set<(change: StateChange) => void>();

  constructor(start: Partial<CallSnapshot> = {}) {
    this.snapshot = { ...idle, ...start };
  }

  patch(change: Partial<CallSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  patchRemote(change: Partial<RemotePeer>): void {
    this.patch({ remotes: this.snapshot.remotes.map((remote) => ({ ...remote, ...change })) });
  }

  go(to: CallState, change: Partial<CallSnapshot> = {}): void {
    const step: StateChange = { atMs: Date.now(), from: this.snapshot.state, to, cause: 'test' };
    this.patch({ ...change, state: to, history: [...this.snapshot.history, step] });
    for (const listener of [...this.#stateListeners]) listener(step);
  }

  end(endReason: NonNullable<CallSnapshot['endReason']>, endedBySelf = false): void {
    this.go('ENDED', { endReason, endedBySelf, endedAtMs: Date.now() });
  }

  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onState(listener: (change: StateChange) => void) {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  answer(options: { video?: boolean } = {}): void {
    const video = options.video ?? true;
    this.asked.push(video ? 'answer with video' : 'answer with voice');
    this.go('CONNECTING', { cameraOn: video });
  }

  decline(): void {
    this.asked.push('decline');
    this.end('declined', true);
  }

  hangUp(): void {
    this.asked.push('hang up');
    this.end(this.snapshot.connectedAtMs === null ? 'cancelled' : 'ended', true);
  }

  setMicrophone(on: boolean): void {
    this.asked.push(on ? 'microphone on' : 'microphone off');
    this.patch({ microphoneOn: on });
  }

  setCamera(on: boolean): void {
    this.asked.push(on ? 'camera on' : 'camera off');
    this.patch({ cameraOn: on });
  }

  setHand(raised: boolean): void {
    this.asked.push(raised ? 'raise hand' : 'lower hand');
    this.patch({ handRaised: raised });
  }

  retryNow(): void {
    this.asked.push('retry now');
  }

  dispose(): void {
    this.disposed = true;
    this.#listeners.clear();
    this.#stateListeners.clear();
  }
}
