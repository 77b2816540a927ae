import type { PeerName, PersonId, Reaction, RemotePeer } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Kind, LocalMedia } from '../media/local.js';
import { control as controlPolicy, recovery as recoveryPolicy } from '../policy.js';
import type { PeerBody } from '../protocol/messages.js';
import type { Extras, Runtime } from '../runtime.js';
import { sessionOf } from './codecs.js';
import { Bucket, type Intents, readControl, writeControl } from './control.js';
import { Ear } from './ear.js';
import { Negotiation } from './negotiation.js';
import { listensClosely, type RecoveryInput, recover, recovery, type Transport, wakeAtMs } from './recovery.js';
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
  readonly screenMark: MediaStream;
  readonly videoCodecs: () => readonly string[];
  readonly iceServers: () => readonly RTCIceServer[];
  readonly intents: () => Intents;
}

export interface LinkEvents {
  send(body: PeerBody): void;
  /** `status` or `remote` is another. */
  changed(): void;
  /** Media falters: whether signalling still works should be found out now. */
  doubtful(): void;
  /** A TURN server does not take the credentials. */
  refused(): void;
  chat(id: string, text: string): void;
  reaction(reaction: Reaction): void;
}

export type LinkStatus = 'connecting' | 'connected' | 'reconnecting' | 'failed';

const transports: Readonly<Partial<Record<RTCPeerConnectionState, Transport>>> = {
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'disconnected',
  failed: 'failed',
};

/** What this device has with one other device: a connection that recovers, the control channel, and statistics. */
export class PeerLink {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #remote: RemoteMedia;
  readonly #setRecoveryAlarm: (atMs: number | null) => void;
  readonly #setIntentsAlarm: (atMs: number | null) => void;
  readonly #setLookAlarm: (atMs: number | null) => void;
  readonly #ear = new Ear();
  readonly #incoming = new Bucket(controlPolicy.incoming);
  /** The present connection, and what belongs to it. */
  #connection: Scope;
  #negotiation: Negotiation;
  /** The other side's connection, as its descriptions name it, and the one before. */
  #session: string | null = null;
  #deadSession: string | null = null;
  #recovery;
  #started = false;
  #status: LinkStatus = 'connecting';
  #relayed = false;
  #people = 2;
  #intentsSentAtMs = Number.NEGATIVE_INFINITY;
  #intentsHeard: unknown = null;
  /** When media, and when anything, arrived last. */
  #flowedAtMs = Number.NEGATIVE_INFINITY;
  #heardAtMs = 0;
  #extras: Extras | undefined;
  /** Looks whether anything arrives. */
  #look: () => Promise<void> = async () => {};

  constructor(scope: Scope, runtime: Runtime, options: LinkOptions, events: LinkEvents) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#options = options;
    this.#events = events;
    this.#recovery = recovery(options.leads);
    this.#setRecoveryAlarm = scope.alarm(() => this.#recover({ type: 'tick' }));
    this.#setIntentsAlarm = scope.alarm(() => this.#sayIntents());
    this.#setLookAlarm = scope.alarm(() => this.#lookClosely());
    this.#remote = new RemoteMedia(
      scope,
      options.who,
      {
        newStream: () => runtime.mediaStream(),
        cameraOn: options.remoteCameraOn,
        paused: options.media.onHold,
      },
      () => events.changed(),
    );
    this.#connection = scope.child();
    this.#negotiation = this.#negotiate(this.#connection);
  }

  get peer(): PeerName {
    return this.#options.who.peer;
  }

  get remote(): RemotePeer {
    return this.#remote.view;
  }

  get status(): LinkStatus {
    return this.#status;
  }

  /** Whether a TURN server has answered since this link was made or interrupted. */
  get relayed(): boolean {
    return this.#relayed;
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** The first offer. */
  offer(): void {
    this.#negotiation.offer();
  }

  /** The other side has answered the call, or this one has: from here the link must come up. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#negotiation.start();
    this.#recover({ type: 'started' });
  }

  receive(body: PeerBody): void {
    if (body.type !== 'ice_candidates_batch') {
      const session = sessionOf(body.sdp);
      // Of the connection before, which was on its way or had to wait for a socket.
      if (session !== null && session === this.#deadSession) return;
      if (body.type !== 'answer' && this.#session !== null && session !== this.#session) {
        this.#renew();
        this.#recover({ type: 'peer_restarted', fresh: true });
      }
      this.#session = session;
    }
    this.#negotiation.receive(body);
    if (body.type === 'answer') this.#recover({ type: 'answered' });
  }

  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    this.#negotiation.setTrack(kind, track);
  }

  /** Tells the other side what is on here; changes that follow each other fast leave together. */
  sendIntents(): void {
    this.#setIntentsAlarm(Math.max(this.#runtime.now(), this.#intentsSentAtMs + controlPolicy.intentsIntervalMs));
  }

  /** `false` when nobody can hear it. */
  sendChat(id: string, text: string): boolean {
    return this.#negotiation.say(writeControl({ type: 'chat', id, text }));
  }

  sendReaction(emoji: Reaction): void {
    this.#negotiation.say(writeControl({ type: 'reaction', emoji }));
  }

  setReachable(reachable: boolean): void {
    const comes = reachable && !this.#recovery.reachable;
    this.#recover({ type: 'reachable', reachable });
    if (comes) this.#revive();
    // A socket was lost, one's own or the peer's: perhaps more than that.
    else if (!reachable) this.#doubt(false);
  }

  setPeople(people: number): void {
    this.#people = people;
    this.#negotiation.setPeople(people);
  }

  /** While the call is on hold here, nothing of the peer plays. */
  setPaused(paused: boolean): void {
    this.#remote.setPaused(paused);
  }

  setSpeaking(speaking: boolean): void {
    if (speaking !== this.#remote.view.speaking) this.#remote.update({ speaking });
  }

  /** The device has moved to another network, or has slept. */
  networkChanged(): void {
    if (!this.#revive()) this.#doubt(true);
  }

  /** With other TURN credentials from now on. */
  refresh(): void {
    this.#negotiation.connection.setConfiguration(this.#configuration(false));
    this.#recover({ type: 'refresh' });
  }

  retryNow(): void {
    if (!this.#revive()) this.#recover({ type: 'retry_now' });
  }

  /** How loud the peer is, 0 to 1. */
  level(): number {
    if (this.#status !== 'connected') return 0;
    const { level, fellSilent } = this.#ear.listen(this.#negotiation.connection.getReceivers(), this.#runtime.now());
    if (fellSilent) this.#falters();
    return this.#remote.view.microphoneOn ? level : 0;
  }

  #negotiate(scope: Scope): Negotiation {
    this.#extras?.place(scope);
    const { polite, media, screenMark, videoCodecs } = this.#options;
    const negotiation: Negotiation = new Negotiation(
      scope,
      this.#runtime,
      { configuration: this.#configuration(false), polite, media, screenMark, videoCodecs },
      {
        send: (body) => this.#events.send(body),
        transport: (state) => this.#transportChanged(state),
        track: (track, streamId) => this.#remote.addTrack(track, streamId),
        message: (data) => this.#heard(data),
        opened: () => this.#sayIntents(),
        restarts: () => this.#recover({ type: 'peer_restarted', fresh: false }),
        refused: () => this.#events.refused(),
        relayed: () => {
          this.#relayed = true;
        },
        gaveWay: () => {
          this.#recovery = { ...this.#recovery, leads: false };
        },
        video: (refused) => {
          const videoProblem = refused ? 'no_common_codec' : null;
          if (videoProblem !== this.#remote.view.videoProblem) this.#remote.update({ videoProblem });
        },
      },
    );
    return negotiation;
  }

  /** `true` where everything had failed, and there is a reason to begin again. In a call of two, it is over by then. */
  #revive(): boolean {
    if (this.#status !== 'failed' || this.#scope.disposed) return false;
    this.#renew(true);
    this.#negotiation.offer();
    return true;
  }

  /** A new connection in place of one that does not come back. */
  #renew(leads = false): void {
    this.#connection.dispose();
    this.#deadSession = this.#session;
    this.#session = null;
    this.#remote.forgetTracks();
    this.#connection = this.#scope.child();
    this.#negotiation = this.#negotiate(this.#connection);
    this.#negotiation.setPeople(this.#people);
    if (this.#started) this.#negotiation.start();
    if (this.#status !== 'connecting') void this.#measure();
    if (this.#recovery.phase !== 'failed') return;
    // From the last resort on, so that two who cannot reach each other do not begin again and again.
    this.#recovery = { ...recovery(leads), reachable: this.#recovery.reachable, renewed: true };
    this.#recover({ type: 'started' });
  }

  #heard(data: unknown): void {
    if (!this.#incoming.take(this.#runtime.now())) return;
    const message = readControl(data);
    switch (message?.type) {
      case 'media': {
        const { screen, ...intents } = message.intents;
        // Said again for its acknowledgement: the other side doubts, and may be heard here where nothing gets out any more.
        if (data === this.#intentsHeard) this.#events.doubtful();
        this.#intentsHeard = data;
        this.#remote.setScreen(screen);
        this.#remote.update(intents);
        break;
      }
      case 'chat':
        this.#events.chat(message.id, message.text);
        break;
      case 'reaction':
        this.#events.reaction(message.emoji);
    }
  }

  #sayIntents(): void {
    this.#setIntentsAlarm(null);
    this.#intentsSentAtMs = this.#runtime.now();
    this.#negotiation.say(writeControl({ type: 'media', intents: this.#options.intents() }));
  }

  #transportChanged(state: RTCPeerConnectionState): void {
    const transport = transports[state];
    if (transport === undefined) return;
    if (transport === 'disconnected' || transport === 'failed') this.#events.doubtful();
    this.#recover({ type: 'transport', transport });
  }

  #recover(input: RecoveryInput): void {
    if (this.#scope.disposed) return;
    const [next, outputs] = recover(this.#recovery, input, this.#runtime.now(), this.#runtime.random());
    const closely = listensClosely(this.#recovery);
    this.#recovery = next;
    this.#setRecoveryAlarm(wakeAtMs(next));
    if (!closely && listensClosely(next)) this.#lookClosely();
    for (const output of outputs) {
      if (output.type === 'restart' || output.type === 'renew') {
        this.#remote.update({ restarts: this.remote.restarts + 1 });
      }
      if (output.type === 'restart') this.#negotiation.restart(this.#configuration(output.relayOnly));
      else if (output.type === 'renew') {
        this.#renew();
        this.#negotiation.offer();
      } else this.#setStatus(output.type);
    }
  }

  #setStatus(status: LinkStatus): void {
    const first = this.#status === 'connecting' && status === 'connected';
    this.#status = status;
    if (first) void this.#measure();
    if (status === 'reconnecting') this.#relayed = false;
    // Its acknowledgement is heard, also where no media flows.
    else if (!first) this.#sayIntents();
    if (status === 'connected') this.#negotiation.setPeople(this.#people);
    // Without media, what was measured before says nothing of the connection now.
    const interrupted = status === 'reconnecting' ? ({ quality: 'critical' } as const) : {};
    this.#remote.update({ connected: status === 'connected', ...interrupted });
  }

  async #measure(): Promise<void> {
    const connection = this.#connection;
    const extras = await this.#runtime.extras().catch(() => null);
    if (extras === null || connection.disposed) return;
    this.#extras = extras;
    extras.adapt(connection, this.#runtime, this.#negotiation);
    this.#flowedAtMs = Number.NEGATIVE_INFINITY;
    this.#heardAtMs = this.#runtime.now();
    this.#look = extras.meter(connection, this.#runtime, this.#negotiation.connection, {
      pictureExpected: () => this.#remote.sendsPicture,
      measured: (stats, quality) => this.#remote.update(this.#status === 'connected' ? { stats, quality } : { stats }),
      looked: this.#looked,
    });
  }

  /** Media that stops although nobody has said that it would is the first sign of a connection that is gone. */
  readonly #looked = (heard: boolean, media: boolean, agoMs: number): void => {
    const nowMs = this.#runtime.now();
    if (heard) {
      this.#heardAtMs = nowMs - agoMs;
      if (media) this.#flowedAtMs = this.#heardAtMs;
      this.#recover({ type: 'received', media, agoMs });
    } else if (this.#flowing && nowMs - this.#heardAtMs >= recoveryPolicy.soundGapMs) this.#falters();
  };

  /** Whether media arrived to the end. */
  get #flowing(): boolean {
    return this.#flowedAtMs === this.#heardAtMs && !this.#remote.view.onHold;
  }

  #falters(): void {
    if (!listensClosely(this.#recovery)) this.#events.doubtful();
    this.#doubt(false);
  }

  #doubt(moved: boolean): void {
    // What is said is acknowledged: something to hear, also where no media flows.
    if (!listensClosely(this.#recovery)) this.#sayIntents();
    this.#recover({ type: 'doubt', moved, flowing: this.#flowing });
  }

  #lookClosely(): void {
    if (!listensClosely(this.#recovery)) return;
    this.#setLookAlarm(this.#runtime.now() + recoveryPolicy.lookIntervalMs);
    void this.#look();
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
