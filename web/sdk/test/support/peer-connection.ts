import type { Clock } from './clock.js';
import { CountingTarget } from './events.js';
import { FakeTrack } from './media.js';

/** What a session description says here. Real ones are long, and these tests are about their order. */
interface Sdp {
  readonly connection: number;
  readonly ufrag: string;
  readonly kinds: readonly string[];
}

const connectMs = 20;
const failMs = 5_000;

/** The network between all peer connections. */
export class Network {
  readonly connections: FakePeerConnection[] = [];
  /** The next description of this kind cannot be set, as with a browser that has a bad day. */
  fails: 'local' | 'remote' | null = null;
  #up = true;

  constructor(readonly clock: Clock) {}

  get open(): number {
    return this.connections.filter((connection) => connection.signalingState !== 'closed').length;
  }

  get up(): boolean {
    return this.#up;
  }

  cut(): void {
    this.#up = false;
    for (const connection of this.connections) connection.interrupted();
  }

  heal(): void {
    this.#up = true;
    for (const connection of this.connections) connection.tryToConnect();
  }
}

class FakeChannel extends CountingTarget {
  readyState = 'connecting';
  other: FakeChannel | null = null;

  open(other: FakeChannel): void {
    this.other = other;
    if (this.readyState === 'open') return;
    this.readyState = 'open';
    this.fire('open');
  }

  send(data: unknown): void {
    if (this.readyState !== 'open') throw new DOMException('', 'InvalidStateError');
    this.other?.fire('message', { data });
  }
}

interface FakeTransceiver {
  mid: string | null;
  direction: string;
  readonly sender: {
    track: FakeTrack | null;
    streams: object[];
    replaceTrack(track: FakeTrack | null): Promise<void>;
    setStreams(...streams: object[]): void;
  };
  readonly receiver: { readonly track: FakeTrack };
  stop(): void;
}

export class FakePeerConnection extends CountingTarget {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  readonly channel = new FakeChannel();
  readonly #id: number;
  readonly #network: Network;
  #transceivers: FakeTransceiver[] = [];
  #local: Sdp | null = null;
  #remote: Sdp | null = null;
  /** What a rollback goes back to. */
  #stable: { readonly local: Sdp | null; readonly remote: Sdp | null } = { local: null, remote: null };
  readonly #candidatesFor = new Set<string>();
  #restart = true;
  #generation = 0;
  /** The credentials that a failed connection had: they do not come back to life. */
  #dead = '';

  constructor(
    network: Network,
    public configuration: RTCConfiguration,
  ) {
    super();
    this.#network = network;
    this.#id = network.connections.push(this) - 1;
  }

  createDataChannel(): FakeChannel {
    return this.channel;
  }

  addTransceiver(trackOrKind: FakeTrack | string, init: { streams: object[] }): FakeTransceiver {
    const transceiver =
      typeof trackOrKind === 'string' ? this.#add(trackOrKind, null) : this.#add(trackOrKind.kind, trackOrKind);
    transceiver.sender.setStreams(...init.streams);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.#transceivers;
  }

  restartIce(): void {
    this.#restart = true;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  async createAnswer(): Promise<{ type: 'answer'; sdp: string }> {
    await null;
    if (this.signalingState !== 'have-remote-offer') throw new DOMException('', 'InvalidStateError');
    return { type: 'answer', sdp: JSON.stringify(this.#describe()) };
  }

  async setLocalDescription(description?: { sdp: string }): Promise<void> {
    await null;
    this.#failIf('local');
    const answers = this.signalingState === 'have-remote-offer';
    const sdp = JSON.stringify(this.#describe());
    // As in a browser: what was made for another state of things does not fit any more.
    if (description !== undefined && description.sdp !== sdp) throw new DOMException('', 'InvalidModificationError');
    if (this.#restart || this.#local === null) this.#generation += 1;
    this.#restart = false;
    this.#local = JSON.parse(sdp) as Sdp;
    this.localDescription = { type: answers ? 'answer' : 'offer', sdp };
    this.#enter(answers ? 'stable' : 'have-local-offer');
    const usernameFragment = this.#local.ufrag;
    for (const candidate of ['candidate:1', 'candidate:2']) {
      this.#later(() =>
        this.fire('icecandidate', { candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0, usernameFragment } }),
      );
    }
    this.#later(() => this.fire('icecandidate', { candidate: null }));
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    await null;
    this.#failIf('remote');
    const remote = JSON.parse(sdp) as Sdp;
    if (type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new DOMException('', 'InvalidStateError');
      if (this.#remote === null)
        for (const { receiver } of this.#transceivers) this.fire('track', { track: receiver.track });
      this.#remote = remote;
      this.#enter('stable');
      return;
    }
    if (this.signalingState === 'have-local-offer') {
      // Rolled back: what only the own offer had made belongs to no m-line any more.
      this.#local = this.#stable.local;
      if (this.#stable.local === null) for (const transceiver of this.#transceivers) transceiver.mid = null;
    }
    if (remote.ufrag !== this.#remote?.ufrag) this.#restart = true;
    this.#remote = remote;
    const known = this.#transceivers.filter((transceiver) => transceiver.mid !== null).length;
    for (const [index, kind] of remote.kinds.slice(known).entries()) {
      const transceiver = this.#add(kind, null);
      transceiver.mid = String(known + index);
      transceiver.direction = 'recvonly';
      this.fire('track', { track: transceiver.receiver.track });
    }
    this.#enter('have-remote-offer');
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#remote === null) throw new DOMException('', 'InvalidStateError');
    if (candidate.usernameFragment) this.#candidatesFor.add(candidate.usernameFragment);
    this.tryToConnect();
  }

  async getStats(): Promise<Map<string, object>> {
    const bytesReceived = this.connectionState === 'connected' ? this.#network.clock.nowMs : 0;
    return new Map([['in', { id: 'in', type: 'inbound-rtp', kind: 'audio', bytesReceived }]]);
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  interrupted(): void {
    if (this.connectionState !== 'connected') return;
    this.#become('disconnected');
    this.#network.clock.setTimer(() => {
      if (this.connectionState !== 'disconnected') return;
      this.#dead = this.#local?.ufrag ?? '';
      this.#become('failed');
    }, failMs);
  }

  tryToConnect(): void {
    const other = this.#network.connections[this.#remote?.connection ?? -1];
    if (other === undefined || !this.#matches(other) || !other.#matches(this)) return;
    this.#network.clock.setTimer(() => {
      for (const one of [this, other]) if (this.#matches(other) && other.#matches(this)) one.#become('connected');
      if (this.connectionState !== 'connected') return;
      this.channel.open(other.channel);
      other.channel.open(this.channel);
    }, connectMs);
  }

  #describe(): Sdp {
    const generation = this.#generation + (this.#restart || this.#local === null ? 1 : 0);
    for (const [index, transceiver] of this.#transceivers.entries()) transceiver.mid ??= String(index);
    const kinds = this.#transceivers.map((transceiver) => transceiver.receiver.track.kind);
    return { connection: this.#id, ufrag: `${this.#id}.${generation}`, kinds };
  }

  #matches(other: FakePeerConnection): boolean {
    return (
      this.#network.up &&
      this.signalingState === 'stable' &&
      other.#local !== null &&
      this.#remote?.ufrag === other.#local.ufrag &&
      this.#local?.ufrag !== this.#dead &&
      this.#candidatesFor.has(other.#local.ufrag)
    );
  }

  #failIf(kind: 'local' | 'remote'): void {
    if (this.#network.fails !== kind) return;
    this.#network.fails = null;
    throw new DOMException('', 'OperationError');
  }

  #enter(state: RTCSignalingState): void {
    this.signalingState = state;
    if (state !== 'stable') return;
    this.#stable = { local: this.#local, remote: this.#remote };
    this.tryToConnect();
  }

  #become(state: RTCPeerConnectionState): void {
    if (this.connectionState === state || this.connectionState === 'closed') return;
    this.connectionState = state;
    this.fire('connectionstatechange');
    if (state !== 'connected') return;
    for (const { receiver } of this.#transceivers) {
      receiver.track.muted = false;
      receiver.track.fire('unmute');
    }
  }

  #add(kind: string, track: FakeTrack | null): FakeTransceiver {
    const received = new FakeTrack(kind);
    received.muted = true;
    const transceiver: FakeTransceiver = {
      mid: null,
      direction: 'sendrecv',
      sender: {
        track,
        replaceTrack: async (next) => {
          transceiver.sender.track = next;
        },
        streams: [],
        setStreams: (...streams) => {
          transceiver.sender.streams = streams;
        },
      },
      receiver: { track: received },
      stop: () => {
        this.#transceivers = this.#transceivers.filter((one) => one !== transceiver);
      },
    };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  #later(run: () => void): void {
    this.#network.clock.setTimer(() => {
      if (this.signalingState !== 'closed') run();
    }, 5);
  }
}
