import type { PeerName, PersonId, RemotePeer } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Kind, LocalMedia } from '../media/local.js';
import type { Intents } from '../peer/control.js';
import { PeerLink } from '../peer/link.js';
import { call as policy } from '../policy.js';
import type { PeerBody } from '../protocol/messages.js';
import type { Runtime } from '../runtime.js';

export interface LinksOptions {
  readonly media: LocalMedia;
  readonly intents: () => Intents;
  readonly iceServers: () => readonly RTCIceServer[];
  readonly nameOf: (personId: PersonId) => string;
  readonly remoteCameraOn: boolean;
}

export interface LinksEvents {
  send(to: PeerName, body: PeerBody): void;
  changed(): void;
  doubtful(): void;
}

/** `none` while nobody takes part; otherwise the best of the links to those who do. */
export type LinksStatus = 'none' | 'connecting' | 'connected' | 'reconnecting' | 'failed';

/** The links of one call: one for each device of the others, of which only those that take part remain. */
export class Links {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #options: LinksOptions;
  readonly #events: LinksEvents;
  readonly #links = new Map<PeerName, PeerLink>();
  readonly #present = new Set<PeerName>();
  /** Devices that take part. */
  readonly #joined = new Set<PeerName>();
  /** Who gets an offer as soon as offers may leave. */
  readonly #waiting = new Set<PeerName>();
  #self: PeerName = '';
  #selfJoined = false;
  #offersAllowed = false;

  constructor(scope: Scope, runtime: Runtime, options: LinksOptions, events: LinksEvents) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#options = options;
    this.#events = events;
  }

  get status(): LinksStatus {
    const statuses = this.#taking().map((link) => link.status);
    if (statuses.length === 0) return 'none';
    for (const status of ['connected', 'connecting', 'reconnecting'] as const) {
      if (statuses.includes(status)) return status;
    }
    return 'failed';
  }

  get remotes(): readonly RemotePeer[] {
    return this.#taking().map((link) => link.remote);
  }

  get sample() {
    return this.#taking().find((link) => link.sample !== null)?.sample ?? null;
  }

  joined(self: PeerName): void {
    this.#self = self;
  }

  /** Who is there, after joining for the first time or again. */
  present(peers: readonly PeerName[]): void {
    this.#present.clear();
    for (const peer of peers) this.#present.add(peer);
    for (const [peer, link] of this.#links) link.setReachable(this.#present.has(peer));
  }

  lost(): void {
    this.#present.clear();
    for (const link of this.#links.values()) link.setReachable(false);
  }

  came(peer: PeerName): void {
    this.#present.add(peer);
    this.#links.get(peer)?.setReachable(true);
  }

  went(peer: PeerName, forGood: boolean): void {
    this.#present.delete(peer);
    this.#waiting.delete(peer);
    this.#links.get(peer)?.setReachable(false);
    if (forGood) this.#drop(peer);
  }

  /** Who takes part, as the server says; a person's other devices are let go. */
  takePart(selfJoined: boolean, peers: readonly PeerName[]): void {
    this.#selfJoined ||= selfJoined;
    for (const peer of peers) this.#joined.add(peer);
    for (const peer of [...this.#links.keys(), ...this.#waiting]) {
      if (!this.#joined.has(peer) && peers.some((one) => personOf(one) === personOf(peer))) this.#drop(peer);
    }
    for (const peer of this.#joined) {
      // Whoever has answered must not wait any longer.
      if (this.#waiting.has(peer)) this.offerTo(peer);
      this.#start(peer);
    }
  }

  /** Offers to a device that has no link yet, unless this device has not answered itself. */
  offerTo(peer: PeerName): void {
    if (!this.#selfJoined || this.#links.has(peer) || personOf(peer) === personOf(this.#self)) return;
    if (this.#offersAllowed || this.#joined.has(peer)) {
      this.#waiting.delete(peer);
      this.#make(peer, true)?.offer();
      this.#start(peer);
    } else this.#waiting.add(peer);
  }

  /** Offers leave from now on. */
  allowOffers(): void {
    this.#offersAllowed = true;
    for (const peer of this.#waiting) this.offerTo(peer);
  }

  /** Offers to those who take part and have not offered: somebody must begin. */
  offerToSilent(): void {
    for (const peer of this.#joined) this.offerTo(peer);
  }

  receive(from: PeerName, body: PeerBody): void {
    // Whoever offers takes part; anything else of an unknown device belongs to a link that was let go.
    const link =
      this.#links.get(from) ?? (body.type === 'offer' || body.type === 'ice_restart' ? this.#greet(from) : undefined);
    link?.receive(body);
  }

  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    for (const link of this.#links.values()) link.setTrack(kind, track);
  }

  sendIntents(): void {
    for (const link of this.#links.values()) link.sendIntents();
  }

  networkChanged(): void {
    for (const link of this.#links.values()) link.networkChanged();
  }

  retryNow(): void {
    for (const link of this.#links.values()) link.retryNow();
  }

  #greet(peer: PeerName): PeerLink | undefined {
    this.#waiting.delete(peer);
    this.#joined.add(peer);
    const link = this.#make(peer, false);
    this.#start(peer);
    return link;
  }

  #make(peer: PeerName, leads: boolean): PeerLink | undefined {
    if (this.#links.size >= policy.maxLinks || this.#scope.disposed) return undefined;
    const { media, intents, iceServers, nameOf, remoteCameraOn } = this.#options;
    const personId = personOf(peer);
    const link = new PeerLink(
      this.#scope.child(),
      this.#runtime,
      {
        who: { peer, personId, displayName: nameOf(personId) },
        polite: this.#self < peer,
        leads,
        remoteCameraOn,
        media,
        iceServers,
        intents,
      },
      {
        send: (body) => this.#events.send(peer, body),
        changed: () => this.#events.changed(),
        doubtful: () => this.#events.doubtful(),
      },
    );
    this.#links.set(peer, link);
    link.setReachable(this.#present.has(peer));
    return link;
  }

  #start(peer: PeerName): void {
    if (this.#selfJoined && this.#joined.has(peer)) this.#links.get(peer)?.start();
  }

  #drop(peer: PeerName): void {
    this.#waiting.delete(peer);
    this.#joined.delete(peer);
    this.#links.get(peer)?.dispose();
    if (this.#links.delete(peer)) this.#events.changed();
  }

  #taking(): PeerLink[] {
    return [...this.#links.values()].filter((link) => this.#joined.has(link.peer));
  }
}

export function personOf(peer: PeerName): PersonId {
  return peer.slice(0, peer.indexOf('/'));
}
