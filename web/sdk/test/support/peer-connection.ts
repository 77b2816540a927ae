import { CountingTarget } from './events.js';
import { FakeTrack } from './media.js';
import type { Network } from './network.js';
import { type Line, read, type Sdp, write } from './sdp.js';

const connectMs = 20;
const failMs = 5_000;

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
    streams: { readonly id?: string }[];
    parameters: { encodings: RTCRtpEncodingParameters[] };
    replaceTrack(track: FakeTrack | null): Promise<void>;
    setStreams(...streams: object[]): void;
    getParameters(): object;
    setParameters(parameters: { encodings: RTCRtpEncodingParameters[] }): Promise<void>;
  };
  readonly receiver: {
    readonly track: FakeTrack;
    /** How loud what arrives is, 0 to 1. */
    level: number;
    getSynchronizationSources(): readonly object[];
  };
  preferences: readonly RTCRtpCodec[];
  setCodecPreferences(codecs: readonly RTCRtpCodec[]): void;
  stop(): void;
}

export class FakePeerConnection extends CountingTarget {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  broken = false;
  readonly channel = new FakeChannel();
  /** What it was made for. */
  readonly channels: (readonly [label: string, init?: RTCDataChannelInit])[] = [];
  readonly #id: number;
  readonly #network: Network;
  #transceivers: FakeTransceiver[] = [];
  /** By m-line, those that were stopped as well. */
  readonly #lines = new Map<string, FakeTransceiver>();
  /** M-lines whose track the page has. */
  readonly #received = new Set<string>();
  #local: Sdp | null = null;
  #remote: Sdp | null = null;
  /** What a rollback goes back to. */
  #stable: { readonly local: Sdp | null; readonly remote: Sdp | null; readonly lines: number } = {
    local: null,
    remote: null,
    lines: 0,
  };
  readonly #candidatesFor = new Set<string>();
  #restart = true;
  #generation = 0;
  #descriptions = 0;
  #flowedAtMs = 0;
  #sentAtMs = 0;
  /** The credentials that a failed connection had: they do not come back to life. */
  #dead = '';

  constructor(
    network: Network,
    public configuration: RTCConfiguration,
    readonly person: string,
  ) {
    super();
    this.#network = network;
    this.#id = network.connections.push(this) - 1;
  }

  /** Whether it could talk to the other side. */
  get hasRemoteCandidates(): boolean {
    return this.#candidatesFor.size > 0;
  }

  /** Who is at the other end. */
  get otherPerson(): string | undefined {
    return this.#network.connections[this.#remote?.connection ?? -1]?.person;
  }

  createDataChannel(...given: readonly [label: string, init?: RTCDataChannelInit]): FakeChannel {
    this.channels.push(given);
    return this.channel;
  }

  addTransceiver(
    trackOrKind: FakeTrack | string,
    init: { direction: string; streams: object[]; sendEncodings?: RTCRtpEncodingParameters[] },
  ): FakeTransceiver {
    const transceiver =
      typeof trackOrKind === 'string' ? this.#add(trackOrKind, null) : this.#add(trackOrKind.kind, trackOrKind);
    transceiver.direction = init.direction;
    transceiver.sender.setStreams(...init.streams);
    if (init.sendEncodings) transceiver.sender.parameters = { encodings: init.sendEncodings };
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.#transceivers;
  }

  getReceivers() {
    return this.#transceivers.map(({ receiver }) => receiver);
  }

  restartIce(): void {
    this.#restart = true;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  async setLocalDescription(description?: { type: string; sdp?: string }): Promise<void> {
    await null;
    if (description?.type === 'rollback') {
      this.#rollBack();
      this.signalingState = 'stable';
      return;
    }
    this.#failIf('local');
    const answers = this.signalingState === 'have-remote-offer';
    const sdp = write(this.#describe());
    // As in a browser: what was made for another state of things does not fit any more.
    if (description !== undefined && description.sdp !== sdp) throw new DOMException('', 'InvalidModificationError');
    if (this.#restart || this.#local === null) this.#generation += 1;
    this.#restart = false;
    this.#descriptions += 1;
    this.#local = read(sdp);
    this.localDescription = { type: answers ? 'answer' : 'offer', sdp };
    this.#enter(answers ? 'stable' : 'have-local-offer');
    const usernameFragment = this.#local.ufrag;
    for (const [candidate, type] of [
      ['candidate:1', 'host'],
      ['candidate:2', this.#network.relayed.has(this.person) ? 'relay' : 'host'],
    ]) {
      this.#later(() => {
        this.#gathered(usernameFragment);
        this.fire('icecandidate', { candidate: { candidate, type, sdpMid: '0', sdpMLineIndex: 0, usernameFragment } });
      });
    }
    this.#later(() => this.fire('icecandidate', { candidate: null }));
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    await null;
    this.#failIf('remote');
    if (this.#network.rejects(this.person, sdp)) throw new DOMException('', 'OperationError');
    const remote = read(sdp);
    if (type === 'answer' && this.signalingState !== 'have-local-offer')
      throw new DOMException('', 'InvalidStateError');
    this.remoteDescription = { type, sdp };
    if (remote.candidates === true) this.#candidatesFor.add(remote.ufrag);
    if (type === 'answer') {
      this.#remote = remote;
      this.#refuse(remote);
      this.#receive(remote);
      this.#enter('stable');
      this.tryToConnect();
      return;
    }
    if (this.signalingState === 'have-local-offer') this.#rollBack();
    if (remote.ufrag !== this.#remote?.ufrag) this.#restart = true;
    this.#remote = remote;
    for (const [index, line] of remote.lines.entries()) {
      if (this.#lines.has(String(index))) continue;
      const transceiver = this.#add(line.kind, null);
      transceiver.mid = String(index);
      transceiver.direction = 'recvonly';
      this.#lines.set(transceiver.mid, transceiver);
    }
    this.#receive(remote);
    this.#enter('have-remote-offer');
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (this.#remote === null) throw new DOMException('', 'InvalidStateError');
    if (candidate.usernameFragment) this.#candidatesFor.add(candidate.usernameFragment);
    this.tryToConnect();
  }

  async getStats(): Promise<Map<string, object>> {
    const { connectionState, flowedAtMs: bytesReceived } = this;
    const sends = connectionState === 'connected' && this.#transceivers.some(({ sender }) => sender.track !== null);
    if (sends) this.#sentAtMs = this.#network.clock.nowMs;
    return new Map<string, object>([
      ['in', { id: 'in', type: 'inbound-rtp', kind: 'audio', bytesReceived }],
      ['out', { id: 'out', type: 'outbound-rtp', packetsSent: this.#sentAtMs }],
      ['pair', { id: 'pair', type: 'candidate-pair', bytesReceived }],
    ]);
  }

  /** When media arrived last; it flows all the time while the two reach each other. */
  get flowedAtMs(): number {
    const other = this.otherPerson;
    const peer = this.#network.connections[this.#remote?.connection ?? -1];
    const cut = this.broken || (peer?.broken ?? false) || peer?.signalingState === 'closed';
    const reached = other !== undefined && this.#network.reaches(this.person, other) && !cut;
    if (this.connectionState === 'connected' && reached) this.#flowedAtMs = this.#network.clock.nowMs;
    return this.#flowedAtMs;
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  interrupted(): void {
    if (this.connectionState !== 'connected') return;
    const other = this.#network.connections[this.#remote?.connection ?? -1];
    if (!this.broken && other !== undefined && this.#network.reaches(this.person, other.person)) return;
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

  #gathered(ufrag: string): void {
    const { localDescription } = this;
    if (localDescription === null || this.#local?.ufrag !== ufrag) return;
    localDescription.sdp = write({ ...read(localDescription.sdp), candidates: true });
  }

  #describe(): Sdp {
    const generation = this.#generation + (this.#restart || this.#local === null ? 1 : 0);
    const answers = this.signalingState === 'have-remote-offer';
    for (const transceiver of answers ? [] : this.#transceivers) {
      if (transceiver.mid !== null) continue;
      transceiver.mid = String(this.#lines.size);
      this.#lines.set(transceiver.mid, transceiver);
    }
    const lines = [...this.#lines.values()].map((transceiver, index): Line => {
      const { receiver, direction, sender } = transceiver;
      const { kind } = receiver.track;
      const mine = kind === 'video' ? (this.#network.videoCodecs.get(this.person) ?? ['VP8']) : ['opus'];
      const theirs = answers ? (this.#remote?.lines[index]?.codecs ?? []) : mine;
      const stopped = !this.#transceivers.includes(transceiver);
      const codecs = stopped ? [] : mine.filter((codec) => theirs.includes(codec));
      return { kind, sends: direction.startsWith('send'), stream: sender.streams[0]?.id ?? null, codecs };
    });
    return { connection: this.#id, ufrag: `${this.#id}.${generation}`, version: this.#descriptions + 1, lines };
  }

  /** What only the own offer had made belongs to no m-line any more. */
  #rollBack(): void {
    this.#local = this.#stable.local;
    for (const [mid, transceiver] of [...this.#lines].slice(this.#stable.lines)) {
      this.#lines.delete(mid);
      transceiver.mid = null;
    }
  }

  /** What the other side does not take is stopped here as well. */
  #refuse(answer: Sdp): void {
    for (const [index, { codecs }] of answer.lines.entries()) {
      const refused = this.#lines.get(String(index));
      if (codecs.length === 0) this.#transceivers = this.#transceivers.filter((one) => one !== refused);
    }
  }

  #receive({ lines }: Sdp): void {
    for (const [index, { sends, stream, codecs }] of lines.entries()) {
      const mid = String(index);
      if (!sends || codecs.length === 0 || this.#received.has(mid)) continue;
      this.#received.add(mid);
      const track = this.#lines.get(mid)?.receiver.track;
      this.fire('track', { track, streams: stream === null ? [] : [{ id: stream }] });
    }
  }

  #matches(other: FakePeerConnection): boolean {
    return (
      this.#network.reaches(this.person, other.person) &&
      !this.broken &&
      this.signalingState === 'stable' &&
      other.#local !== null &&
      this.#remote?.ufrag === other.#local.ufrag &&
      this.#local?.ufrag !== this.#dead &&
      (this.#candidatesFor.has(other.#local.ufrag) || this.#isLite(other))
    );
  }

  #isLite(other: FakePeerConnection): boolean {
    return this.#network.lite.has(this.person) || this.#network.lite.has(other.person);
  }

  #failIf(kind: 'local' | 'remote'): void {
    if (this.#network.fails !== kind) return;
    this.#network.failures -= 1;
    if (this.#network.failures <= 0) Object.assign(this.#network, { fails: null, failures: 1 });
    throw new DOMException('', 'OperationError');
  }

  #enter(state: RTCSignalingState): void {
    this.signalingState = state;
    if (state !== 'stable') return;
    this.#stable = { local: this.#local, remote: this.#remote, lines: this.#lines.size };
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
    const played = () => this.flowedAtMs;
    const transceiver: FakeTransceiver = {
      mid: null,
      preferences: [],
      setCodecPreferences: (codecs) => {
        transceiver.preferences = codecs;
      },
      direction: 'sendrecv',
      sender: {
        track,
        replaceTrack: async (next) => {
          transceiver.sender.track = next;
        },
        streams: [],
        parameters: { encodings: [{}] },
        getParameters: () => structuredClone(transceiver.sender.parameters),
        setParameters: async (parameters) => {
          transceiver.sender.parameters = parameters;
        },
        setStreams: (...streams) => {
          transceiver.sender.streams = streams;
        },
      },
      receiver: {
        track: received,
        level: 0,
        getSynchronizationSources() {
          return [{ source: 1, timestamp: played(), audioLevel: this.level }];
        },
      },
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
