import type { CallId, CallType, EndReason, PeerName, PersonId } from '../api.js';
import type { IceServers } from '../ice-servers.js';
import type { Scope } from '../lifetime.js';
import { LocalMedia } from '../media/local.js';
import type { Intents } from '../peer/control.js';
import { call as policy } from '../policy.js';
import type { CallView } from '../protocol/messages.js';
import type { Rest } from '../rest.js';
import type { Runtime } from '../runtime.js';
import { Session } from '../signalling/session.js';
import type { SocketRefusal } from '../signalling/socket.js';
import { Links, personOf } from './links.js';

/** What a call needs from its surroundings. */
export interface Surroundings {
  readonly runtime: Runtime;
  readonly rest: Rest;
  readonly iceServers: IceServers;
  readonly usesTickets: boolean;
}

export interface ExchangeEvents {
  /** Something that a picture of the call shows is another. */
  changed(): void;
  linksChanged(): void;
  record(record: CallView): void;
  refused(reason: SocketRefusal): void;
  answeredElsewhere(): void;
  captureFailed(reason: EndReason): void;
}

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
  #session: Session | null = null;
  #self: PeerName | null = null;
  #handRaised = false;
  #captured = false;
  #accepted = false;

  constructor(
    scope: Scope,
    around: Surroundings,
    call: { readonly callType: CallType; readonly nameOf: (personId: PersonId) => string },
    events: ExchangeEvents,
  ) {
    const { runtime, iceServers } = around;
    this.#scope = scope;
    this.#mediaScope = scope.child();
    this.#around = around;
    this.#events = events;
    this.deviceId = runtime.uuid();
    const withVideo = call.callType === 'video';
    this.media = new LocalMedia(
      this.#mediaScope,
      runtime,
      { cameraOn: withVideo },
      { changed: () => this.#intentsChanged(), track: (kind, track) => this.links.setTrack(kind, track) },
    );
    this.links = new Links(
      this.#mediaScope,
      runtime,
      {
        media: this.media,
        intents: () => this.intents,
        iceServers: () => iceServers.current,
        nameOf: call.nameOf,
        remoteCameraOn: withVideo,
      },
      {
        send: (to, body) => this.#session?.send(to, body),
        changed: () => events.linksChanged(),
        doubtful: () => this.#session?.check(),
      },
    );
  }

  get intents(): Intents {
    return { microphoneOn: this.media.microphoneOn, cameraOn: this.media.cameraOn, handRaised: this.#handRaised };
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
    const reason = await this.media.start();
    if (this.#mediaScope.disposed) return;
    if (reason !== null) {
      this.#events.captureFailed(reason);
      return;
    }
    this.#captured = true;
    this.links.allowOffers();
    this.#events.changed();
  }

  async join(callId: CallId): Promise<void> {
    const { runtime, rest, iceServers, usesTickets } = this.#around;
    await iceServers.ready();
    if (this.#scope.disposed) return;
    this.#session = new Session(
      this.#scope,
      runtime,
      { deviceId: this.deviceId, url: () => rest.socketUrl(`/ws/call/${callId}`), usesTickets },
      {
        joined: (self, record) => {
          this.#self = self;
          this.links.joined(self);
          this.#events.record(record);
        },
        present: (peers) => {
          this.links.present(peers.map(({ peer }) => peer));
          for (const { peer, standing } of peers) if (standing === 'ringing') this.links.offerTo(peer);
          this.#events.changed();
        },
        lost: () => {
          this.links.lost();
          this.#events.changed();
        },
        refused: (reason) => this.#events.refused(reason),
        call: (record) => this.#events.record(record),
        peerJoined: ({ peer }) => {
          this.links.came(peer);
          this.links.offerTo(peer);
        },
        peerLeft: (peer, forGood) => this.links.went(peer, forGood),
        received: (from, body) => this.links.receive(from, body),
        answeredElsewhere: () => this.#events.answeredElsewhere(),
      },
    );
    if (this.#accepted) this.#session.accept();
  }

  /** Answers, or does so as soon as there is a socket. */
  accept(): void {
    if (this.#accepted) return;
    this.#accepted = true;
    this.#session?.accept();
    this.links.takePart(true, []);
    this.#mediaScope.timer(() => this.links.offerToSilent(), policy.offerTimeoutMs);
  }

  /** Who takes part, as the server says. */
  takePart(self: boolean, peers: readonly PeerName[]): void {
    if (self) this.#session?.acceptConfirmed();
    this.links.takePart(self, peers);
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

  /** Stops every track and closes every connection; the socket stays to say goodbye. */
  release(): void {
    this.#captured = false;
    this.#mediaScope.dispose();
    this.#events.changed();
  }

  #intentsChanged(): void {
    this.links.sendIntents();
    this.#events.changed();
  }
}
