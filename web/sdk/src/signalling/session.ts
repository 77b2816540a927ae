import type { PeerName } from '../api.js';
import type { Scope } from '../lifetime.js';
import { call as policy } from '../policy.js';
import type {
  CallClientMessage,
  CallServerMessage,
  CallView,
  PeerBody,
  PeerView,
  Relayed,
} from '../protocol/messages.js';
import { readCallMessage } from '../protocol/read.js';
import type { Runtime } from '../runtime.js';
import { Inbox, Outbox } from './outbox.js';
import { ReconnectingSocket, type SocketRefusal } from './socket.js';

export interface SessionEvents {
  /** Joined, for the first time or again. Nothing that waited has been sent yet. */
  joined(self: PeerName, call: CallView): void;
  /** Who else is there, after `joined`. */
  present(peers: readonly PeerView[]): void;
  /** The socket is gone; it comes back by itself. */
  lost(): void;
  refused(reason: SocketRefusal): void;
  call(call: CallView): void;
  /** Somebody came, or came back. */
  peerJoined(peer: PeerView): void;
  peerLeft(peer: PeerName, forGood: boolean): void;
  /** A peer that is there stops acknowledging, or begins to again. */
  answers(peer: PeerName, answers: boolean): void;
  /** In order, each once. */
  received(from: PeerName, body: PeerBody): void;
  /** The server does not let this device into the call. */
  notAccepted(reason: 'answered_elsewhere' | 'refused'): void;
}

interface Mailbox {
  readonly outbox: Outbox<PeerBody>;
  readonly inbox: Inbox;
  answers: boolean;
}

/** One device in one call's socket: joins, numbers and acknowledges, and says again what a reconnect may have lost. */
export class Session {
  readonly #runtime: Runtime;
  readonly #deviceId: string;
  readonly #events: SessionEvents;
  readonly #socket: ReconnectingSocket;
  readonly #setResend: (atMs: number | null) => void;
  readonly #setAcceptRetry: (atMs: number | null) => void;
  readonly #mailboxes = new Map<PeerName, Mailbox>();
  #joined = false;
  #accepting = false;
  #mediaState: 'connected' | 'reconnecting' | 'failed' | null = null;

  constructor(
    scope: Scope,
    runtime: Runtime,
    options: { readonly deviceId: string; readonly url: () => Promise<string>; readonly usesTickets: boolean },
    events: SessionEvents,
  ) {
    this.#runtime = runtime;
    this.#deviceId = options.deviceId;
    this.#events = events;
    this.#setResend = scope.alarm(() => this.#flush());
    this.#setAcceptRetry = scope.alarm(() => this.#sendAccept());
    this.#socket = new ReconnectingSocket(scope, runtime, options, {
      opened: () => this.#socket.send({ type: 'join', device_id: this.#deviceId }),
      message: (message) => {
        const known = readCallMessage(message);
        if (known !== null) this.#receive(known);
      },
      lost: () => this.#lost(),
      refused: (reason) => {
        this.#lost();
        events.refused(reason);
      },
    });
  }

  get joined(): boolean {
    return this.#joined;
  }

  /** Answers the call; said again until `acceptConfirmed`. */
  accept(): void {
    this.#accepting = true;
    this.#sendAccept();
  }

  acceptConfirmed(): void {
    this.#accepting = false;
    this.#setAcceptRetry(null);
  }

  report(mediaState: 'connected' | 'reconnecting' | 'failed'): void {
    this.#mediaState = mediaState;
    if (this.#joined) this.#say({ type: 'media_state', media_state: mediaState });
  }

  /** `false` when it could not leave. */
  end(): boolean {
    return this.#joined && this.#say({ type: 'end_call' });
  }

  leave(): void {
    if (this.#joined) this.#say({ type: 'leave' });
  }

  /** Will arrive once and in order, or not at all when `false`: the peer has been away for too long. */
  send(to: PeerName, body: PeerBody): boolean {
    const added = this.#mailbox(to)?.outbox.add(body) ?? false;
    this.#flush();
    return added;
  }

  /** Nothing more will be said to a device that has gone. */
  forget(peer: PeerName): void {
    this.#mailboxes.delete(peer);
  }

  /** Finds out at once whether the socket still works; `urgent`: nothing but the socket can bring media back. */
  check(urgent = false): void {
    this.#socket.check(urgent);
  }

  /** Opens another socket now, whatever becomes of the one that is open. */
  reopen(): void {
    this.#socket.reopen();
  }

  /** While media is gone, a lost socket comes back as fast as it can. */
  set urgent(urgent: boolean) {
    this.#socket.urgent = urgent;
  }

  #receive(message: CallServerMessage): void {
    switch (message.type) {
      case 'joined':
        this.#rejoined(message.peer, message.call, message.peers);
        break;
      case 'peer_joined':
        this.#mailbox(message.peer)?.outbox.reconnected();
        this.#flush();
        this.#events.peerJoined(message);
        break;
      case 'peer_left':
        this.#mailboxes.get(message.peer)?.outbox.lost();
        if (message.reason === 'left') this.#mailboxes.delete(message.peer);
        this.#events.peerLeft(message.peer, message.reason === 'left');
        break;
      case 'call_updated':
        this.#events.call(message.call);
        break;
      case 'ack':
        this.#mailboxes.get(message.from)?.outbox.acknowledged(message.seq, this.#runtime.now());
        this.#flush();
        break;
      case 'error':
        // The other codes need no answer: whatever was not taken is said again when its time is over.
        if (message.code === 'answered_elsewhere') this.#events.notAccepted('answered_elsewhere');
        else if (message.in_reply_to === 'accept' && message.code === 'invalid_transition' && this.#accepting) {
          this.#events.notAccepted('refused');
        }
        break;
      default:
        this.#take(message);
    }
  }

  #rejoined(self: PeerName, call: CallView, peers: readonly PeerView[]): void {
    this.#joined = true;
    this.#events.joined(self, call);
    // Before anything numbered: a ringing device may not send descriptions.
    if (this.#accepting) this.#sendAccept();
    if (this.#mediaState !== null) this.report(this.#mediaState);
    for (const { peer } of peers) this.#mailbox(peer)?.outbox.reconnected();
    this.#flush();
    this.#events.present(peers);
  }

  #take(message: Relayed): void {
    const { from, seq, ...body } = message;
    const inbox = this.#mailbox(from)?.inbox;
    if (inbox === undefined) return;
    const taken = inbox.take(seq);
    this.#say({ type: 'ack', to: from, seq: inbox.last });
    if (taken === 'next') this.#events.received(from, body);
  }

  #sendAccept(): void {
    if (!this.#accepting || !this.#joined) return;
    this.#say({ type: 'accept' });
    this.#setAcceptRetry(this.#runtime.now() + policy.acceptTimeoutMs);
  }

  #flush(): void {
    const nowMs = this.#runtime.now();
    let wakeAtMs: number | null = null;
    for (const [to, mailbox] of this.#mailboxes) {
      const { outbox } = mailbox;
      for (const message of outbox.poll(nowMs)) this.#say({ ...message, to });
      const changes = mailbox.answers === outbox.overdue;
      mailbox.answers = !outbox.overdue;
      if (changes) this.#events.answers(to, mailbox.answers);
      if (outbox.wakeAtMs !== null) wakeAtMs = Math.min(wakeAtMs ?? outbox.wakeAtMs, outbox.wakeAtMs);
    }
    this.#setResend(wakeAtMs);
  }

  #lost(): void {
    this.#joined = false;
    this.#setAcceptRetry(null);
    for (const { outbox } of this.#mailboxes.values()) outbox.lost();
    this.#setResend(null);
    this.#events.lost();
  }

  #mailbox(peer: PeerName): Mailbox | undefined {
    let mailbox = this.#mailboxes.get(peer);
    if (mailbox === undefined && this.#mailboxes.size < policy.maxLinks) {
      mailbox = { outbox: new Outbox(), inbox: new Inbox(), answers: true };
      this.#mailboxes.set(peer, mailbox);
    }
    return mailbox;
  }

  #say(message: CallClientMessage): boolean {
    return this.#socket.send(message);
  }
}
