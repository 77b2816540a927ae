import type { Scope } from '../lifetime.js';
import type { Kind, LocalMedia } from '../media/local.js';
import { candidates as candidatePolicy, outbox as outboxPolicy, recovery as recoveryPolicy } from '../policy.js';
import type { Candidate, Description, PeerBody } from '../protocol/messages.js';
import type { Runtime } from '../runtime.js';
import { CandidateBatcher } from '../signalling/candidates.js';
import { toAdd, toSend } from './candidates.js';
import { preferred, refusesVideo, versionOf, videoCodecs } from './codecs.js';
import { controlChannel } from './control.js';
import { applyEncodings, encodingsFor } from './encodings.js';

export interface NegotiationOptions {
  readonly configuration: RTCConfiguration;
  /** Gives way when offers cross. */
  readonly polite: boolean;
  readonly media: LocalMedia;
  /** Names the screen to the other side: the same for the whole call, whatever is shared. */
  readonly screenMark: MediaStream;
  /** Video codecs by preference. */
  readonly videoCodecs: () => readonly string[];
}

export interface NegotiationEvents {
  send(body: PeerBody): void;
  transport(state: RTCPeerConnectionState): void;
  track(track: MediaStreamTrack, streamId: string | null): void;
  message(data: unknown): void;
  opened(): void;
  /** The other side restarts. */
  restarts(): void;
  /** A TURN server does not take the credentials. */
  refused(): void;
  /** A TURN server has given this side an address. */
  relayed(): void;
  /** This side's offer gave way to the other's. */
  gaveWay(): void;
  /** Whether the two sides have a video codec in common. */
  video(refused: boolean): void;
}

/** Unauthorized, allocation mismatch, stale nonce (RFC 8656, section 18). */
const refusals = [401, 437, 438];

/** What an answer says of the offer that it answers. */
const answers = /^a=x-answers:(.*)\r\n/m;

/**
 * One peer connection: perfect negotiation, candidates, and what is sent.
 *
 * Everything that touches descriptions is one step in one queue, so that no step ever sees the middle of another; what
 * the usual example of perfect negotiation guards with flags cannot happen here. Audio and video are negotiated once, also
 * where there is nothing to send yet: turning a camera on later only replaces a track. A screen gets an m-line of its own
 * when it is shared for the first time.
 */
export class Negotiation {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #options: NegotiationOptions;
  readonly #events: NegotiationEvents;
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #batcher = new CandidateBatcher<Candidate>();
  readonly #setCandidatesAlarm: (atMs: number | null) => void;
  readonly #senders: { [K in Kind]: RTCRtpTransceiver | null } = { audio: null, video: null, screen: null };
  #steps: Promise<void> = Promise.resolve();
  #mayAnswer = false;
  /** The offer is answered, while it rings, and nobody told: answering then waits for nothing. */
  #prepared = false;
  #heldCandidates: Candidate[] = [];
  /** How often the present offer has been said again. */
  #repeats = 0;
  /** A restart was offered and is not through yet: it survives what it has to give way to. */
  #restarting = false;
  /** What a browser did not accept is tried with less: 1 is without wishes for codecs, 2 without pictures. */
  #reduction = 0;
  #people = 2;
  /** Whether adaptation sets what is sent: it joins the rule. */
  adapted = false;

  constructor(scope: Scope, runtime: Runtime, options: NegotiationOptions, events: NegotiationEvents) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#options = options;
    this.#events = events;
    this.#setCandidatesAlarm = scope.alarm(() => this.#sendCandidates());
    this.#connection = scope.peerConnection(options.configuration);
    this.#channel = this.#connection.createDataChannel(controlChannel.label, controlChannel.init);
    scope.listen<RTCPeerConnectionIceEvent>(this.#connection, 'icecandidate', ({ candidate }) =>
      this.#gathered(candidate),
    );
    scope.listen<RTCPeerConnectionIceErrorEvent>(this.#connection, 'icecandidateerror', ({ errorCode }) => {
      if (refusals.includes(errorCode)) events.refused();
    });
    scope.listen<RTCTrackEvent>(this.#connection, 'track', ({ track, streams }) =>
      events.track(track, streams[0]?.id ?? null),
    );
    scope.listen(this.#connection, 'connectionstatechange', () => events.transport(this.#connection.connectionState));
    scope.listen(this.#channel, 'open', () => events.opened());
    scope.listen<MessageEvent>(this.#channel, 'message', (event) => events.message(event.data));
  }

  get connection(): RTCPeerConnection {
    return this.#connection;
  }

  /**
   * It rings here: this side may gather its candidates, so that a relay is there when the person answers, but none leaves,
   * and the other's wait, so that nobody is talked to.
   */
  get #listens(): boolean {
    return !this.#mayAnswer && this.#connection.remoteDescription?.type === 'offer';
  }

  /** `false` when nobody can hear it. */
  say(text: string): boolean {
    if (this.#channel.readyState !== 'open') return false;
    this.#channel.send(text);
    return true;
  }

  /** The first offer. */
  offer(): void {
    this.#enqueue(async () => {
      const { media } = this.#options;
      for (const kind of ['audio', 'video'] as const) {
        // Both in one stream, so that the other side keeps them in sync.
        const init: RTCRtpTransceiverInit = { direction: 'sendrecv', streams: [media.stream] };
        this.#senders[kind] = this.#connection.addTransceiver(media.track(kind) ?? kind, init);
      }
      this.#prefer(this.#senders.video);
      await this.#describe('offer');
    });
  }

  /** Answers may leave from now on. */
  start(): void {
    if (this.#mayAnswer) return;
    this.#mayAnswer = true;
    // Before whatever the queue is at.
    if (this.#prepared) this.#sendAnswer();
    this.#sendCandidates();
    this.#enqueue(async () => {
      await this.#answer();
      await this.#addCandidates(this.#heldCandidates.splice(0));
      await this.#settle();
    });
  }

  receive(body: PeerBody): void {
    if (body.type === 'offer' || body.type === 'ice_restart') this.#prepared = false;
    this.#enqueue(async () => {
      if (body.type === 'ice_candidates_batch') return this.#takeCandidates(body.candidates);
      await this.#apply(body);
      await this.#settle();
    });
  }

  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    this.#senders[kind]?.sender.replaceTrack(track).catch(() => {});
    if (kind === 'screen') this.#enqueue(() => this.#settle());
  }

  /** How many people are in the call: what is sent to each depends on it. */
  setPeople(people: number): void {
    this.#people = people;
    if (this.adapted || this.#connection.connectionState !== 'connected') return;
    for (const kind of ['video', 'screen'] as const) {
      const sender = this.sender(kind);
      if (sender) applyEncodings(sender, this.rule);
    }
  }

  get rule() {
    return encodingsFor({ choosesLayers: false, people: this.#people });
  }

  sender(kind: Kind) {
    return this.#senders[kind]?.sender;
  }

  restart(configuration: RTCConfiguration): void {
    this.#enqueue(async () => {
      const connection = this.#connection;
      if (connection.signalingState === 'have-remote-offer') return this.#answer();
      const unanswered = connection.signalingState === 'have-local-offer';
      if (unanswered && connection.remoteDescription === null) {
        this.#repeats += 1;
        // The first offer. The same again and not a new one: that would look for the same paths.
        if (this.#repeats < recoveryPolicy.reduceAfterRepeats) return this.#send('offer');
      }
      // What waits for an answer looks for paths in a network that may be gone.
      if (unanswered) await connection.setLocalDescription({ type: 'rollback' });
      connection.setConfiguration(configuration);
      if (connection.remoteDescription !== null) return this.#restart();
      // The other side cannot do anything with it.
      this.#reduce();
      return this.#describe('offer');
    });
  }

  #restart(): Promise<void> {
    this.#connection.restartIce();
    this.#restarting = true;
    return this.#describe('ice_restart');
  }

  #enqueue(step: () => Promise<void>): void {
    // A description that cannot be applied leaves the link without a connection; recovery is what handles that.
    this.#steps = this.#steps.then(() => (this.#scope.disposed ? undefined : step())).catch(() => {});
  }

  /** Says what this side wants; what its own browser does not accept, with less. */
  async #describe(type: Description['type']): Promise<void> {
    if (type !== 'answer') this.#batcher.restart();
    try {
      await this.#connection.setLocalDescription();
    } catch (error) {
      if (this.#scope.disposed || !this.#reduce()) throw error;
      return this.#describe(type);
    }
    if (type !== 'answer') {
      this.#repeats = 0;
      this.#send(type);
    } else if (this.#mayAnswer) this.#sendAnswer();
    else this.#prepared = true;
  }

  #send(type: Description['type'], sdp = this.#connection.localDescription?.sdp ?? ''): void {
    if (this.#scope.disposed || sdp.length > outboxPolicy.maxSdpChars) return;
    const version = type === 'answer' ? versionOf(this.#connection.remoteDescription?.sdp) : null;
    const whole = version === null ? sdp : `${sdp}a=x-answers:${version}\r\n`;
    this.#events.send({
      type,
      sdp: this.#opensDtls(type) ? whole.replaceAll('a=setup:actpass', 'a=setup:active') : whole,
    });
  }

  /**
   * Whoever offers first also opens DTLS. The side that answers could do so as soon as it has answered, and its first
   * flight would reach a peer that does not know the answer yet: it is lost, and the next comes 50 to 400 ms later.
   */
  #opensDtls(type: Description['type']): boolean {
    return type === 'offer' && this.#connection.remoteDescription === null;
  }

  #sendAnswer(): void {
    // The description names what was gathered before it leaves.
    if (this.#prepared) this.#batcher.restart();
    this.#prepared = false;
    this.#send('answer');
    this.#heardAnswer(this.#connection.localDescription?.sdp);
  }

  async #apply({ type, sdp }: Description): Promise<void> {
    const crossing = this.#connection.signalingState === 'have-local-offer';
    if (type === 'answer') {
      // Otherwise it answers an offer that has been given up since. Older versions do not say which one.
      const answered = answers.exec(sdp)?.[1];
      const fits = answered === undefined || answered === versionOf(this.#connection.localDescription?.sdp);
      if (crossing && fits) await this.#applyAnswer(sdp.replace(answers, ''));
      return;
    }
    if (crossing && !this.#options.polite) return;
    if (crossing) this.#events.gaveWay();
    if (type === 'ice_restart') this.#events.restarts();
    await this.#connection.setRemoteDescription({ type: 'offer', sdp });
    // A restart is one of both sides.
    if (type === 'ice_restart') this.#restarting = false;
    this.#adoptTransceivers();
    await this.#answer();
  }

  async #applyAnswer(sdp: string): Promise<void> {
    try {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp });
    } catch (error) {
      if (this.#scope.disposed || !this.#reduce()) throw error;
      await this.#connection.setLocalDescription({ type: 'rollback' });
      return this.#describe('offer');
    }
    this.#restarting = false;
    this.#heardAnswer(sdp);
  }

  #heardAnswer(sdp: string | undefined): void {
    this.#events.video(refusesVideo(sdp ?? ''));
    this.setPeople(this.#people);
  }

  async #answer(): Promise<void> {
    if (this.#connection.signalingState !== 'have-remote-offer') return;
    if (this.#mayAnswer || this.#runtime.iceWaits) await this.#describe('answer');
  }

  /** Offers what has come up since the first exchange, or had to give way: a restart, a screen. */
  async #settle(): Promise<void> {
    const connection = this.#connection;
    if (!this.#mayAnswer || connection.signalingState !== 'stable' || connection.remoteDescription === null) return;
    const { media, screenMark } = this.#options;
    const track = media.track('screen');
    if (track !== null && this.#senders.screen === null && this.#reduction < 2) {
      const init: RTCRtpTransceiverInit = { direction: 'sendonly', streams: [screenMark] };
      this.#senders.screen = connection.addTransceiver(track, init);
      this.#prefer(this.#senders.screen);
    }
    if (this.#restarting) return this.#restart();
    if (this.#senders.screen !== null && this.#senders.screen.mid === null) await this.#describe('offer');
  }

  /** Sends on what the other side's offer has made. */
  #adoptTransceivers(): void {
    const { media } = this.#options;
    for (const transceiver of this.#connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as 'audio' | 'video';
      if (transceiver === this.#senders.screen) continue;
      if (transceiver.mid === null) {
        // Left over from an own offer that gave way.
        transceiver.stop();
        if (this.#senders[kind] === transceiver) this.#senders[kind] = null;
      } else if (this.#senders[kind] === null) {
        transceiver.direction = 'sendrecv';
        transceiver.sender.setStreams(media.stream);
        this.#senders[kind] = transceiver;
        if (kind === 'video') this.#prefer(transceiver);
        this.setTrack(kind, media.track(kind));
      }
    }
  }

  #prefer(transceiver: RTCRtpTransceiver | null): void {
    const wanted = this.#reduction === 0 ? this.#options.videoCodecs() : [];
    const codecs = preferred(wanted, wanted.length === 0 ? [] : videoCodecs());
    try {
      if (codecs.length > 0) transceiver?.setCodecPreferences(codecs);
    } catch {
      // A wish that this browser does not take.
    }
  }

  /** `false` when there is nothing left to do without. */
  #reduce(): boolean {
    if (this.#reduction >= 2) return false;
    this.#reduction += 1;
    for (const kind of ['video', 'screen'] as const) {
      const transceiver = this.#senders[kind];
      if (this.#reduction === 2) transceiver?.stop();
      else transceiver?.setCodecPreferences?.([]);
    }
    if (this.#reduction === 2) this.#senders.screen = null;
    return true;
  }

  async #takeCandidates(candidates: readonly Candidate[]): Promise<void> {
    if (!this.#listens) return this.#addCandidates(candidates);
    const room = candidatePolicy.maxHeld - this.#heldCandidates.length;
    this.#heldCandidates.push(...candidates.slice(0, room));
  }

  async #addCandidates(candidates: readonly Candidate[]): Promise<void> {
    // Together, as the browser keeps their order. One that belongs to an offer that was ignored or replaced, or that the
    // browser does not know, fails by itself.
    await Promise.allSettled(candidates.map((one) => this.#connection.addIceCandidate(toAdd(one))));
  }

  #gathered(candidate: RTCIceCandidate | null): void {
    if (candidate?.type === 'relay') this.#events.relayed();
    const told = toSend(candidate);
    if (told === null) return;
    this.#batcher.add(told, candidate?.type ?? null, this.#runtime.now());
    this.#sendCandidates();
  }

  /** As a step, so that candidates follow the description that they belong to. */
  #sendCandidates(): void {
    this.#enqueue(async () => {
      if (this.#listens) return;
      for (const candidates of this.#batcher.poll(this.#runtime.now())) {
        this.#events.send({ type: 'ice_candidates_batch', candidates });
      }
      this.#setCandidatesAlarm(this.#batcher.wakeAtMs);
    });
  }
}
