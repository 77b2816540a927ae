import type { PeerName, PersonId, Reaction, RemotePeer, SendLevel } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Kind } from '../media/local.js';
import { PeerLink, type LinkOptions as PeerLinkOptions } from '../peer/link.js';
import { call as policy, recovery as recoveryPolicy, speaker as speakerPolicy } from '../policy.js';
import type { PeerBody } from '../protocol/messages.js';
import type { Runtime } from '../runtime.js';
import type { nextSpeakers, Speakers } from '../stats/speaker.js';

export type LinksOptions = Omit<PeerLinkOptions, 'who' | 'polite' | 'leads'> & {
  readonly nameOf: (personId: PersonId) => string;
};

export interface LinksEvents {
  send(to: PeerName, body: PeerBody): void;
  changed(): void;
  doubtful(): void;
  refused(): void;
  /** The device has slept. */
  slept(): void;
  chat(from: RemotePeer, id: string, text: string): void;
  reaction(reaction: Reaction, from: RemotePeer): void;
  /** Nothing more will be said to this device. */
  dropped(peer: PeerName): void;
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
  /** Devices that take part, in the order in which they began to. */
  readonly #joined = new Set<PeerName>();
  /** Those of them that the server has confirmed; others have shown it by an offer. */
  #confirmed: readonly PeerName[] = [];
  /** People who neither ring nor take part. */
  #gone: readonly PersonId[] = [];
  /** Who gets an offer as soon as offers may leave. */
  readonly #waiting = new Set<PeerName>();
  readonly #setSilentAlarm: (atMs: number | null) => void;
  #speakers: Speakers | null = null;
  /** Who speaks next; `null` until that can be told. */
  #nextSpeakers: typeof nextSpeakers | null = null;
  #listening = false;
  #listenedAtMs = 0;
  #people = 2;
  #self: PeerName = '';
  #selfJoined = false;
  #offersAllowed = false;

  constructor(scope: Scope, runtime: Runtime, options: LinksOptions, events: LinksEvents) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#options = options;
    this.#events = events;
    this.#setSilentAlarm = scope.alarm(() => this.#offerToSilent());
  }

  get status(): LinksStatus {
    const statuses = this.#taking().map((link) => link.status);
    if (statuses.length === 0) return 'none';
    for (const status of ['connected', 'reconnecting', 'connecting'] as const) {
      if (statuses.includes(status)) return status;
    }
    return 'failed';
  }

  get remotes(): readonly RemotePeer[] {
    return this.#taking().map((link) => link.remote);
  }

  /** Who speaks, or spoke last. */
  get activeSpeaker(): PeerName | null {
    const active = this.#speakers?.active ?? '';
    return this.#joined.has(active) ? active : null;
  }

  /** Whether a TURN server has answered this device since media was there last. */
  get relayReached(): boolean {
    return this.#taking().some((link) => link.relayed);
  }

  /** The best at which anybody is sent pictures. */
  get level(): SendLevel | null {
    const levels = this.remotes.map(({ stats }) => stats?.sendLevel);
    return levels.includes('excellent') ? 'excellent' : (levels.find((one) => one) ?? null);
  }

  get sample() {
    return this.remotes.find(({ stats }) => stats !== null)?.stats ?? null;
  }

  joined(self: PeerName): void {
    this.#self = self;
  }

  /** Who is there, after joining for the first time or again. */
  present(peers: readonly PeerName[]): void {
    this.#present.clear();
    for (const peer of peers) this.#present.add(peer);
    for (const [peer, link] of this.#links) link.setReachable(this.#present.has(peer));
    this.#prune();
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
    else this.#prune();
  }

  /** Whether a device that is there acknowledges what it is sent. */
  answers(peer: PeerName, answers: boolean): void {
    this.#links.get(peer)?.setReachable(answers && this.#present.has(peer));
  }

  /** This device takes part from now on. */
  begin(): void {
    if (this.#selfJoined) return;
    this.#selfJoined = true;
    for (const peer of this.#joined) this.#start(peer);
    // Whoever takes part offers to those who still ring. Those who were in before have offered, or will.
    for (const peer of this.#present) if (!this.#joined.has(peer)) this.offerTo(peer);
    this.#expectOffers();
  }

  /** Who takes part, as the server says; a person's other devices are let go, and so is whoever has gone. */
  takePart(peers: readonly PeerName[], gone: readonly PersonId[]): void {
    this.#gone = gone;
    for (const peer of this.#confirmed) if (!peers.includes(peer)) this.#drop(peer);
    this.#confirmed = peers;
    for (const peer of peers) this.#joined.add(peer);
    for (const peer of [...this.#links.keys(), ...this.#waiting]) {
      if (!this.#joined.has(peer) && peers.some((one) => personOf(one) === personOf(peer))) this.#drop(peer);
    }
    for (const peer of this.#joined) {
      // Whoever has answered must not wait any longer.
      if (this.#waiting.has(peer)) this.offerTo(peer);
      this.#start(peer);
    }
    this.#prune();
    this.#expectOffers();
    this.#count();
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

  receive(from: PeerName, body: PeerBody): void {
    // Whoever offers takes part; anything else of an unknown device belongs to a link that was let go.
    const link =
      this.#links.get(from) ?? (body.type === 'offer' || body.type === 'ice_restart' ? this.#greet(from) : undefined);
    link?.receive(body);
  }

  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    for (const link of this.#links.values()) link.setTrack(kind, track);
  }

  /** After a change of what is on here. */
  sendIntents(): void {
    for (const link of this.#links.values()) {
      link.setPaused(this.#options.media.onHold);
      link.sendIntents();
    }
  }

  /** `false` when nobody can read it. */
  sendChat(id: string, text: string): boolean {
    return this.#taking().filter((link) => link.sendChat(id, text)).length > 0;
  }

  sendReaction(reaction: Reaction): void {
    for (const link of this.#taking()) link.sendReaction(reaction);
  }

  networkChanged(): void {
    for (const link of this.#links.values()) link.networkChanged();
  }

  /** With other TURN credentials from now on. */
  refresh(): void {
    for (const link of this.#links.values()) link.refresh();
  }

  retryNow(): void {
    for (const link of this.#links.values()) link.retryNow();
  }

  #expectOffers(): void {
    const silent = this.#selfJoined && [...this.#joined].some((peer) => !this.#links.has(peer));
    this.#setSilentAlarm(silent ? this.#runtime.now() + policy.offerTimeoutMs : null);
  }

  /** Offers to those who take part and have not offered: somebody must begin. */
  #offerToSilent(): void {
    for (const peer of this.#joined) this.offerTo(peer);
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
    const { nameOf, ...options } = this.#options;
    const personId = personOf(peer);
    const link: PeerLink = new PeerLink(
      this.#scope.child(),
      this.#runtime,
      { ...options, who: { peer, personId, displayName: nameOf(personId) }, polite: this.#self < peer, leads },
      {
        send: (body) => this.#events.send(peer, body),
        changed: () => this.#changed(),
        doubtful: () => this.#events.doubtful(),
        refused: () => this.#events.refused(),
        chat: (id, text) => this.#events.chat(link.remote, id, text),
        reaction: (reaction) => this.#events.reaction(reaction, link.remote),
      },
    );
    this.#links.set(peer, link);
    link.setPeople(this.#people);
    link.setReachable(this.#present.has(peer));
    return link;
  }

  #start(peer: PeerName): void {
    if (this.#selfJoined && this.#joined.has(peer)) this.#links.get(peer)?.start();
  }

  /** Devices that rang for somebody who does not ring any more and that are not there to come back. */
  #prune(): void {
    for (const peer of [...this.#links.keys()]) {
      if (!this.#joined.has(peer) && !this.#present.has(peer) && this.#gone.includes(personOf(peer))) this.#drop(peer);
    }
  }

  #drop(peer: PeerName): void {
    this.#waiting.delete(peer);
    this.#joined.delete(peer);
    this.#links.get(peer)?.dispose();
    if (!this.#links.delete(peer)) return;
    this.#events.dropped(peer);
    this.#count();
    this.#events.changed();
  }

  #changed(): void {
    if (!this.#listening && this.status === 'connected') {
      this.#listening = true;
      this.#listenedAtMs = this.#runtime.epochMs();
      this.#scope.interval(() => this.#listen(), speakerPolicy.intervalMs);
      this.#runtime.extras().then(
        (extras) => {
          this.#nextSpeakers = extras.nextSpeakers;
        },
        () => {},
      );
    }
    this.#events.changed();
  }

  /** Who speaks now. */
  #listen(): void {
    const atMs = this.#runtime.epochMs();
    const slept = atMs - this.#listenedAtMs >= speakerPolicy.intervalMs + recoveryPolicy.sleptMs;
    this.#listenedAtMs = atMs;
    if (slept) this.#events.slept();
    if (this.#nextSpeakers === null) return;
    const links = this.#taking();
    const before = this.activeSpeaker;
    const levels = new Map(links.map((link) => [link.peer, link.level()]));
    const speakers = this.#nextSpeakers(this.#speakers, levels, this.#runtime.now());
    this.#speakers = speakers;
    for (const link of links) link.setSpeaking(speakers.voices.get(link.peer)?.speaking === true);
    if (this.activeSpeaker !== before) this.#events.changed();
  }

  /** What is sent to each depends on how many there are. */
  #count(): void {
    const people = this.#joined.size + 1;
    if (people === this.#people) return;
    this.#people = people;
    for (const link of this.#links.values()) link.setPeople(people);
  }

  #taking(): PeerLink[] {
    return [...this.#joined].flatMap((peer) => this.#links.get(peer) ?? []);
  }
}

export function personOf(peer: PeerName): PersonId {
  return peer.slice(0, peer.indexOf('/'));
}
