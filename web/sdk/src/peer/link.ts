import type { PeerName, PersonId, StatsSample } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Kind, LocalMedia } from '../media/local.js';
import { candidates as candidatePolicy, outbox as outboxPolicy } from '../policy.js';
import type { Candidate, Description, PeerBody } from '../protocol/messages.js';
import type { Runtime } from '../runtime.js';
import { CandidateBatcher } from '../signalling/candidates.js';
import { meter } from '../stats/meter.js';
import { controlChannel, type Intents, readIntents, writeIntents } from './control.js';
import { type RecoveryInput, recover, recovery, type Transport, wakeAtMs } from './recovery.js';
import { RemoteMedia } from './remote.js';

export interface LinkOptions {
  readonly who: { readonly peer: PeerName; readonly personId: PersonId; readonly displayName: string };
  /** Gives way when offers cross. */
  readonly polite: boolean;
  /** Offers first, and so is the one to restart. */
  readonly leads: boolean;
  /** What to believe of the other side's camera until it says. */
  readonly remoteCameraOn: boolean;
  readonly media: LocalMedia;
  readonly iceServers: () => readonly RTCIceServer[];
  readonly intents: () => Intents;
}

export interface LinkEvents {
  send(body: PeerBody): void;
  /** `status`, `remote` or `sample` is another. */
  changed(): void;
  /** Media falters: whether signalling still works should be found out now. */
  doubtful(): void;
}

export type LinkStatus = 'connecting' | 'connected' | 'reconnecting' | 'failed';

const transports: Readonly<Partial<Record<RTCPeerConnectionState, Transport>>> = {
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'disconnected',
  failed: 'failed',
};

/**
 * One peer connection to one peer: perfect negotiation, candidates, recovery, the control channel and statistics.
 *
 * Everything that touches descriptions is one step in one queue, so that no step ever sees the middle of another; what
 * the usual example of perfect negotiation guards with flags cannot happen here. Audio and video are negotiated once, also
 * where there is nothing to send yet: turning a camera on later only replaces a track.
 */
export class PeerLink {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #remote: RemoteMedia;
  readonly #batcher = new CandidateBatcher<Candidate>();
  readonly #setCandidatesAlarm: (atMs: number | null) => void;
  readonly #setRecoveryAlarm: (atMs: number | null) => void;
  readonly #senders: { [K in Kind]: RTCRtpSender | null } = { audio: null, video: null };
  #steps: Promise<void> = Promise.resolve();
  #recovery;
  #mayAnswer = false;
  /** The answer to the offer that is applied, made while it rings: answering then waits for nothing. */
  #prepared: RTCSessionDescriptionInit | null = null;
  #status: LinkStatus = 'connecting';
  #sample: StatsSample | null = null;

  constructor(scope: Scope, runtime: Runtime, options: LinkOptions, events: LinkEvents) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#options = options;
    this.#events = events;
    this.#recovery = recovery(options.leads);
    this.#setCandidatesAlarm = scope.alarm(() => this.#sendCandidates());
    this.#setRecoveryAlarm = scope.alarm(() => this.#recover({ type: 'tick' }));
    this.#connection = scope.peerConnection(this.#configuration(false));
    this.#channel = this.#connection.createDataChannel(controlChannel.label, controlChannel.init);
    this.#remote = new RemoteMedia(
      scope,
      options.who,
      { stream: runtime.mediaStream(), cameraOn: options.remoteCameraOn },
      () => events.changed(),
    );

    scope.listen<RTCPeerConnectionIceEvent>(this.#connection, 'icecandidate', (event) =>
      this.#gathered(event.candidate),
    );
    scope.listen<RTCTrackEvent>(this.#connection, 'track', (event) => this.#remote.addTrack(event.track));
    scope.listen(this.#connection, 'connectionstatechange', () => this.#transportChanged());
    scope.listen(this.#channel, 'open', () => this.sendIntents());
    scope.listen<MessageEvent>(this.#channel, 'message', (event) => {
      const intents = readIntents(event.data);
      if (intents !== null) this.#remote.update(intents);
    });
  }

  get peer(): PeerName {
    return this.#options.who.peer;
  }

  get personId(): PersonId {
    return this.#options.who.personId;
  }

  get remote() {
    return this.#remote.view;
  }

  get status(): LinkStatus {
    return this.#status;
  }

  get sample(): StatsSample | null {
    return this.#sample;
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** The first offer. */
  offer(): void {
    this.#enqueue(async () => {
      const { media } = this.#options;
      for (const kind of ['audio', 'video'] as const) {
        // Both in one stream, so that the other side keeps them in sync.
        const init: RTCRtpTransceiverInit = { direction: 'sendrecv', streams: [media.stream] };
        this.#senders[kind] = this.#connection.addTransceiver(media.track(kind) ?? kind, init).sender;
      }
      await this.#describe('offer');
    });
  }

  /** The other side has answered the call, or this one has: from here the link must come up. */
  start(): void {
    if (this.#mayAnswer) return;
    this.#mayAnswer = true;
    const prepared = this.#prepared;
    // Sent before it is applied: candidates, which are gathered only then, cannot overtake it.
    if (prepared !== null) this.#send('answer', prepared.sdp);
    this.#recover({ type: 'started' });
    this.#enqueue(() => (prepared === null ? this.#answer() : this.#connection.setLocalDescription(prepared)));
  }

  receive(body: PeerBody): void {
    if (body.type === 'offer' || body.type === 'ice_restart') this.#prepared = null;
    this.#enqueue(() =>
      body.type === 'ice_candidates_batch' ? this.#addCandidates(body.candidates) : this.#apply(body),
    );
  }

  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    this.#senders[kind]?.replaceTrack(track).catch(() => {});
  }

  sendIntents(): void {
    if (this.#channel.readyState === 'open') this.#channel.send(writeIntents(this.#options.intents()));
  }

  setReachable(reachable: boolean): void {
    this.#recover({ type: 'reachable', reachable });
  }

  networkChanged(): void {
    this.#recover({ type: 'network_changed' });
  }

  retryNow(): void {
    this.#recover({ type: 'retry_now' });
  }

  #enqueue(step: () => Promise<void>): void {
    // A description that cannot be applied leaves the link without a connection; recovery is what handles that.
    this.#steps = this.#steps.then(() => (this.#scope.disposed ? undefined : step())).catch(() => {});
  }

  async #describe(type: Description['type']): Promise<void> {
    if (type !== 'answer') this.#batcher.restart();
    await this.#connection.setLocalDescription();
    this.#send(type);
  }

  #send(type: Description['type'], sdp = this.#connection.localDescription?.sdp ?? ''): void {
    if (!this.#scope.disposed && sdp.length <= outboxPolicy.maxSdpChars) this.#events.send({ type, sdp });
  }

  async #apply({ type, sdp }: Description): Promise<void> {
    const crossing = this.#connection.signalingState === 'have-local-offer';
    if (type === 'answer') {
      // Otherwise it answers an offer that has been given up since.
      if (crossing) await this.#connection.setRemoteDescription({ type, sdp });
      return;
    }
    if (crossing && !this.#options.polite) return;
    if (crossing) this.#recovery = { ...this.#recovery, leads: false };
    if (type === 'ice_restart') this.#recover({ type: 'peer_restarted' });
    await this.#connection.setRemoteDescription({ type: 'offer', sdp });
    this.#adoptTransceivers();
    await this.#answer();
  }

  async #answer(): Promise<void> {
    if (this.#connection.signalingState !== 'have-remote-offer') return;
    if (this.#mayAnswer) return this.#describe('answer');
    // While it rings nothing leaves, and no address is looked up: candidates are gathered by setLocalDescription.
    const answer = await this.#connection.createAnswer();
    if (this.#mayAnswer) await this.#describe('answer');
    else this.#prepared = answer;
  }

  /** Sends on what the other side's offer has made. */
  #adoptTransceivers(): void {
    const { media } = this.#options;
    for (const transceiver of this.#connection.getTransceivers()) {
      const { sender } = transceiver;
      const kind = transceiver.receiver.track.kind as Kind;
      const present = this.#senders[kind];
      if (transceiver.mid === null) {
        // Left over from an own offer that gave way.
        transceiver.stop();
        if (present === sender) this.#senders[kind] = null;
      } else if (this.#senders[kind] === null) {
        transceiver.direction = 'sendrecv';
        sender.setStreams(media.stream);
        this.#senders[kind] = sender;
        this.setTrack(kind, media.track(kind));
      }
    }
  }

  async #addCandidates(candidates: readonly Candidate[]): Promise<void> {
    for (const one of candidates) {
      const candidate: RTCIceCandidateInit = {
        candidate: one.candidate,
        sdpMid: one.sdp_mid ?? null,
        sdpMLineIndex: one.sdp_m_line_index ?? null,
        usernameFragment: one.username_fragment ?? null,
      };
      // One that belongs to an offer that was ignored or replaced, or that the browser does not know: others may do.
      await this.#connection.addIceCandidate(candidate).catch(() => {});
    }
  }

  #gathered(candidate: RTCIceCandidate | null): void {
    // Firefox ends each m-line with an empty candidate before the `null` that ends them all.
    if (candidate?.candidate === '' || (candidate?.candidate.length ?? 0) > candidatePolicy.maxChars) return;
    this.#batcher.add(
      candidate === null
        ? { candidate: '', sdp_mid: '0', sdp_m_line_index: 0 }
        : {
            candidate: candidate.candidate,
            sdp_mid: candidate.sdpMid,
            sdp_m_line_index: candidate.sdpMLineIndex,
            username_fragment: candidate.usernameFragment,
          },
      this.#runtime.now(),
    );
    this.#sendCandidates();
  }

  /** As a step, so that candidates follow the description that they belong to. */
  #sendCandidates(): void {
    this.#enqueue(async () => {
      for (const candidates of this.#batcher.poll(this.#runtime.now())) {
        this.#events.send({ type: 'ice_candidates_batch', candidates });
      }
      this.#setCandidatesAlarm(this.#batcher.wakeAtMs);
    });
  }

  #transportChanged(): void {
    const transport = transports[this.#connection.connectionState];
    if (transport === undefined) return;
    if (transport === 'disconnected' || transport === 'failed') this.#events.doubtful();
    this.#recover({ type: 'transport', transport });
  }

  #recover(input: RecoveryInput): void {
    if (this.#scope.disposed) return;
    const [next, outputs] = recover(this.#recovery, input, this.#runtime.now());
    this.#recovery = next;
    this.#setRecoveryAlarm(wakeAtMs(next));
    for (const output of outputs) {
      if (output.type === 'restart') this.#restart(output.relayOnly);
      else this.#setStatus(output.type);
    }
  }

  #restart(relayOnly: boolean): void {
    this.#enqueue(async () => {
      switch (this.#connection.signalingState) {
        case 'have-local-offer':
          // Unanswered. The same again and not a new one, so that an answer that is on its way still fits.
          return this.#send('offer');
        case 'have-remote-offer':
          return this.#answer();
        case 'stable':
          this.#connection.setConfiguration(this.#configuration(relayOnly));
          this.#connection.restartIce();
          return this.#describe('ice_restart');
      }
    });
  }

  #setStatus(status: LinkStatus): void {
    const first = this.#status === 'connecting' && status === 'connected';
    this.#status = status;
    if (first) {
      meter(this.#scope, this.#runtime, this.#connection, ({ sample, quality, receiving }) => {
        this.#sample = sample;
        if (receiving) this.#recover({ type: 'received' });
        this.#remote.update(this.#status === 'connected' ? { quality } : {});
      });
    }
    // Without media, what was measured before says nothing of the connection now.
    const interrupted = status === 'reconnecting' ? ({ quality: 'critical' } as const) : {};
    this.#remote.update({ connected: status === 'connected', ...interrupted });
  }

  #configuration(relayOnly: boolean): RTCConfiguration {
    const iceServers = [...this.#options.iceServers()];
    const hasRelay = iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
    return {
      iceServers,
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      iceTransportPolicy: relayOnly && hasRelay ? 'relay' : 'all',
    };
  }
}
