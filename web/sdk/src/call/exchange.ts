import type {
  CallId,
  CallType,
  EndReason,
  Participant,
  PeerName,
  PersonId,
  Reaction,
  RemotePeer,
  Warning,
} from '../api.js';
import type { IceServers } from '../ice-servers.js';
import type { Scope } from '../lifetime.js';
import type { DeviceList } from '../media/devices.js';
import { type Kind, LocalMedia } from '../media/local.js';
import type { Intents } from '../peer/control.js';
import { call as policy } from '../policy.js';
import type { CallView } from '../protocol/messages.js';
import type { RecordingSender } from '../recording/sender.js';
import type { RecordingAnswer, RecordingId, RecordingLeg } from '../recordings.js';
import type { Rest } from '../rest.js';
import { type Runtime, recordingPart } from '../runtime.js';
import { Session } from '../signalling/session.js';
import type { SocketRefusal } from '../signalling/socket.js';
import { Links, type LinksStatus, personOf } from './links.js';
import type { Meaning } from './record.js';

/** What a call needs from its surroundings. */
export interface Surroundings {
  readonly runtime: Runtime;
  readonly rest: Rest;
  readonly iceServers: IceServers;
  readonly devices: DeviceList;
  readonly usesTickets: boolean;
  /** Whether a call needs its socket more than anything else needs one. */
  readonly urgent: (call: object, urgent: boolean) => void;
  /** Video codecs by preference, as far as they are known. */
  readonly videoCodecs: () => readonly string[];
  /** Of the request that makes the call, where it is traced. */
  readonly headers?: Record<string, string>;
}

/** How a call begins on this device. */
export interface CallStart {
  readonly type: 'dial' | 'ring' | 'rejoin';
  readonly direction: 'outgoing' | 'incoming';
  readonly callType: CallType;
  /** `null` for a call that is still to be made. */
  readonly callId: CallId | null;
  readonly others: readonly Participant[];
  /** What the person wants to begin with; by default both, but no camera in an audio call. */
  readonly camera?: boolean | undefined;
  readonly microphone?: boolean | undefined;
}

export interface ExchangeStart {
  readonly callType: CallType;
  readonly cameraOn: boolean;
  readonly microphoneOn: boolean;
  readonly nameOf: (personId: PersonId) => string;
}

export interface ExchangeEvents {
  /** Something that a picture of the call shows is another. */
  changed(): void;
  linksChanged(): void;
  record(record: CallView): void;
  refused(reason: SocketRefusal): void;
  /** The server does not let this device into the call. */
  notAccepted(reason: EndReason): void;
  chat(from: RemotePeer, id: string, text: string): void;
  reaction(reaction: Reaction, from: RemotePeer): void;
}

/** Links for which only the socket can do something. */
const waits: readonly LinksStatus[] = ['connecting', 'reconnecting'];

/** What one device exchanges in one call: its media, its links and its socket, each wired to the others. */
export class Exchange {
  readonly deviceId: string;
  readonly media: LocalMedia;
  readonly links: Links;
  readonly #scope: Scope;
  /** Tracks and connections: they end before the socket does. */
  readonly #mediaScope: Scope;
  readonly #around: Surroundings;
  readonly #events: ExchangeEvents;
  readonly #setRenewal: (atMs: number | null) => void;
  #session: Session | null = null;
  #self: PeerName | null = null;
  /** The stream that names the screen to the others, whatever is shared in the course of the call. */
  readonly #screenMark: MediaStream;
  #handRaised = false;
  /** `null` until this device is to send to a recording for the first time. */
  #recordingSender: RecordingSender | null = null;
  #recordingId: RecordingId | null = null;
  #captured = false;
  #accepted = false;

  constructor(scope: Scope, around: Surroundings, start: ExchangeStart, events: ExchangeEvents) {
    const { runtime, iceServers, devices, videoCodecs } = around;
    this.#scope = scope;
    this.#mediaScope = scope.child();
    this.#around = around;
    this.#events = events;
    this.deviceId = runtime.uuid();
    this.#screenMark = runtime.mediaStream();
    this.#setRenewal = this.#mediaScope.alarm(() => void this.#renewServers());
    this.media = new LocalMedia(
      this.#mediaScope,
      runtime,
      devices,
      { cameraOn: start.cameraOn, microphoneOn: start.microphoneOn },
      { changed: () => this.#intentsChanged(), track: (kind, track) => this.#sends(kind, track) },
    );
    this.links = new Links(
      this.#mediaScope,
      runtime,
      {
        media: this.media,
        screenMark: this.#screenMark,
        intents: () => this.#intents,
        iceServers: () => iceServers.current,
        videoCodecs,
        nameOf: start.nameOf,
        remoteCameraOn: start.callType === 'video',
      },
      {
        send: (to, body) => this.#session?.send(to, body),
        changed: () => {
          const urgent = waits.includes(this.links.status);
          if (this.#session !== null) this.#session.urgent = urgent;
          around.urgent(this, urgent);
          events.linksChanged();
        },
        doubtful: () => this.#session?.check(true),
        refused: () => void this.#renewServers(),
        slept: () => this.networkChanged(false),
        chat: (from, id, text) => events.chat(from, id, text),
        reaction: (reaction, from) => events.reaction(reaction, from),
        dropped: (peer) => this.#session?.forget(peer),
      },
    );
  }

  get handRaised(): boolean {
    return this.#handRaised;
  }

  get recordingLeg(): RecordingLeg {
    return this.#recordingSender?.state ?? 'connecting';
  }

  get warnings(): readonly Warning[] {
    const { warnings } = this.media;
    return this.recordingLeg === 'refused' ? [...warnings, 'not_recorded'] : warnings;
  }

  get localStream(): MediaStream | null {
    return this.#captured ? this.media.stream : null;
  }

  get signallingUp(): boolean {
    return this.#session?.joined === true;
  }

  /** Who this device belongs to, as the server says. */
  get personId(): PersonId | null {
    return this.#self === null ? this.#around.rest.personId : personOf(this.#self);
  }

  async capture(): Promise<void> {
    // Offers wait a moment for capture, but not for a person who reads a permission prompt.
    this.#mediaScope.timer(() => this.links.allowOffers(), policy.captureBeforeOfferMs);
    await this.media.start();
    if (this.#mediaScope.disposed) return;
    this.#captured = true;
    this.links.allowOffers();
    this.#events.changed();
  }

  async join(callId: CallId): Promise<void> {
    const { runtime, rest, iceServers, usesTickets } = this.#around;
    await iceServers.ready();
    if (this.#scope.disposed) return;
    this.#setRenewal(iceServers.renewAtMs);
    this.#session = new Session(
      this.#scope,
      runtime,
      { deviceId: this.deviceId, url: () => rest.socketUrl(`/ws/call/${callId}`), usesTickets },
      {
        joined: (self, record) => {
          this.#self = self;
          this.links.joined(self);
          this.#recordingSender?.back();
          this.#events.record(record);
        },
        present: (peers) => {
          this.links.present(peers.map(({ peer }) => peer));
          for (const { peer, standing } of peers) if (standing === 'ringing') this.links.offerTo(peer);
          this.#events.changed();
        },
        lost: () => {
          this.links.lost();
          this.#recordingSender?.doubt();
          this.#events.changed();
        },
        refused: (reason) => this.#events.refused(reason),
        call: (record) => this.#events.record(record),
        peerJoined: ({ peer }) => {
          this.links.came(peer);
          this.links.offerTo(peer);
        },
        peerLeft: (peer, forGood) => this.links.went(peer, forGood),
        answers: (peer, answers) => this.links.answers(peer, answers),
        received: (from, body) => this.links.receive(from, body),
        notAccepted: (reason) => this.#events.notAccepted(reason),
      },
    );
    if (this.#accepted) this.#session.accept();
  }

  /** Answers, or does so as soon as there is a socket. */
  accept(): void {
    if (this.#accepted) return;
    this.#accepted = true;
    this.#session?.accept();
    this.links.begin();
  }

  /** Who takes part, as the server says. */
  takePart({ selfJoined, joinedPeers, gone, recordingId }: Meaning): void {
    if (selfJoined) {
      this.#session?.acceptConfirmed();
      this.links.begin();
    }
    this.links.takePart(joinedPeers, gone);
    this.#record(recordingId);
  }

  /** Starts or stops the recording of the call. */
  async askToRecord(callId: CallId | null, on: boolean): Promise<RecordingAnswer> {
    const part = await recordingPart(this.#around.runtime).catch(() => null);
    return part?.askToRecord(this.#around.rest, callId, on) ?? { ok: false, reason: 'failed', detail: '' };
  }

  report(mediaState: 'connected' | 'reconnecting' | 'failed'): void {
    this.#session?.report(mediaState);
  }

  /** `false` when it could not leave. */
  end(): boolean {
    return this.#session?.end() === true;
  }

  leave(): void {
    this.#session?.leave();
  }

  setHand(raised: boolean): void {
    this.#handRaised = raised;
    this.#intentsChanged();
  }

  check(): void {
    this.#session?.check();
  }

  /** `reopens`: an open socket is not waited for. */
  networkChanged(reopens: boolean): void {
    if (reopens) this.#session?.reopen();
    else this.#session?.check(true);
    this.links.networkChanged();
  }

  /** Stops every track and closes every connection; the socket stays to say goodbye. */
  release(): void {
    this.#captured = false;
    this.#around.urgent(this, false);
    this.#mediaScope.dispose();
    this.#events.changed();
  }

  /** Before they end, and when they are refused. */
  async #renewServers(): Promise<void> {
    const { iceServers } = this.#around;
    const others = await iceServers.renew();
    if (this.#mediaScope.disposed) return;
    if (others) this.links.refresh();
    this.#setRenewal(iceServers.renewAtMs);
  }

  #record(recordingId: RecordingId | null): void {
    this.#recordingId = recordingId;
    if (this.#recordingSender !== null) this.#recordingSender.follow(recordingId);
    else if (recordingId !== null) void this.#beginToRecord();
  }

  async #beginToRecord(): Promise<void> {
    const part = await recordingPart(this.#around.runtime).catch(() => null);
    if (this.#mediaScope.disposed || this.#recordingSender !== null) return;
    if (part === null) this.#mediaScope.timer(() => this.#record(this.#recordingId), policy.reloadMs);
    else {
      const level = () => this.links.level;
      const call = { deviceId: this.deviceId, media: this.media, level };
      this.#recordingSender = new part.RecordingSender(this.#mediaScope, this.#around, call, () =>
        this.#events.changed(),
      );
      this.#recordingSender.follow(this.#recordingId);
    }
  }

  get #intents(): Intents {
    const { media } = this;
    // What is wanted and cannot be had, or pauses with the page, is off for the others. Until capture ends, it is expected.
    const sent = (kind: Kind) => !media.started || media.onHold || media.track(kind) !== null;
    return {
      microphoneOn: media.microphoneOn && sent('audio'),
      cameraOn: media.cameraOn && sent('video'),
      handRaised: this.#handRaised,
      onHold: media.onHold,
      screen: media.screenStream === null ? null : this.#screenMark.id,
    };
  }

  #sends(kind: Kind, track: MediaStreamTrack | null): void {
    this.links.setTrack(kind, track);
    this.#recordingSender?.setTrack(kind, track);
    this.links.sendIntents();
  }

  #intentsChanged(): void {
    this.links.sendIntents();
    this.#events.changed();
  }
}
