import type { CallView, PeerView } from '../../src/protocol/messages.js';
import type { Clock } from './clock.js';
import { FakeWebSocket, type ServerEnd } from './web-socket.js';

type Message = Record<string, unknown>;
type Answer = readonly [status: number, body: object];

/** The server of docs/protocol.md in a few lines and in memory, for people called by their names. */
export class FakeServer implements ServerEnd {
  readonly calls: CallView[] = [];
  readonly sockets = new Set<FakeWebSocket>();
  readonly requests: string[] = [];
  /** What the server answers instead, by path. */
  readonly answers = new Map<string, Answer>();
  /** How long an answer takes, by path. */
  readonly delaysMs = new Map<string, number>();
  down = false;
  /** Messages of these types get lost, once each, on a socket that stays open. */
  readonly loses = new Set<string>();
  /** Says what it passes on twice. */
  stutters = false;
  /** How much later than messages from peer to peer the news of a call arrives: they may take different ways. */
  newsDelayMs = 0;
  /** How long what a person says to a peer is under way. */
  readonly slowMs = new Map<string, number>();
  /** Closes the sockets of a call that is over. */
  closes = true;
  readonly #clock: Clock;
  readonly #peers = new Map<FakeWebSocket, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get call(): CallView {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error('Nobody has called.');
    return call;
  }

  connect(person: string, url: string): FakeWebSocket {
    return new FakeWebSocket(this.#clock, person, url, this.down ? null : this);
  }

  /** Ends every socket of a person, as a broken network does. */
  cut(person: string, code = 1006): void {
    for (const socket of [...this.sockets].filter((one) => one.person === person)) socket.cut(code);
  }

  callSocket(person: string): FakeWebSocket {
    const found = [...this.sockets].find((one) => one.person === person && one.url.includes('/ws/call/'));
    if (found === undefined) throw new Error(`${person} has no call socket.`);
    return found;
  }

  async request(person: string, method: string, path: string, body: Message): Promise<Response> {
    this.requests.push(`${person} ${method} ${path}`);
    if (this.down) throw new TypeError('Failed to fetch');
    const delayMs = this.delaysMs.get(path) ?? 0;
    if (delayMs > 0) await new Promise<void>((resolve) => void this.#clock.setTimer(resolve, delayMs));
    const [status, value] = this.answers.get(path) ?? this.#answer(person, path, body);
    return new Response(JSON.stringify(value), { status });
  }

  end(outcome: CallView['outcome'], by: string | null): void {
    const { call } = this;
    if (call.state === 'ENDED') return;
    Object.assign(call, { state: 'ENDED', outcome, ended_by: by });
    this.#announce();
    if (!this.closes) return;
    for (const [socket] of this.#peers) this.#clock.setTimer(() => socket.cut(4000), this.newsDelayMs + 20);
  }

  opened(socket: FakeWebSocket): void {
    this.sockets.add(socket);
  }

  closed(socket: FakeWebSocket): void {
    this.sockets.delete(socket);
    const peer = this.#peers.get(socket);
    this.#peers.delete(socket);
    if (peer !== undefined) this.#tell({ type: 'peer_left', peer, reason: 'lost' });
  }

  received(socket: FakeWebSocket, message: Message): void {
    if (this.loses.delete(String(message.type))) return;
    const peer = this.#peers.get(socket);
    switch (message.type) {
      case 'ping':
        socket.say({ type: 'pong', id: message.id });
        break;
      case 'join':
        this.#join(socket, `${socket.person}/${message.device_id}`);
        break;
      case 'accept':
        this.#accept(socket, peer ?? '');
        break;
      case 'media_state':
        this.#hearOfMedia(message.media_state);
        break;
      case 'end_call':
        this.end(this.call.state === 'CONNECTING' ? 'cancelled' : 'ended', socket.person);
        break;
      case 'leave':
        this.#peers.delete(socket);
        this.#tell({ type: 'peer_left', peer, reason: 'left' });
        this.end('left', socket.person);
        break;
      default:
        this.#clock.setTimer(() => this.#relay(socket, peer ?? '', message), this.slowMs.get(socket.person) ?? 0);
    }
  }

  #hearOfMedia(mediaState: unknown): void {
    const { call } = this;
    if (call.state === 'ENDED') return;
    if (mediaState === 'failed') {
      this.end(call.connected_at === null ? 'failed_setup' : 'connection_lost', null);
      return;
    }
    call.connected_at ??= '2026-01-01T00:00:10Z';
    call.state = mediaState === 'connected' ? 'CONNECTED' : 'RECONNECTING';
    this.#announce();
  }

  #join(socket: FakeWebSocket, peer: string): void {
    const mine = this.#participant(socket.person);
    if (mine.standing === 'joined') mine.device_id ??= peer.slice(peer.indexOf('/') + 1);
    const view = (name: string): PeerView => {
      const person = name.slice(0, name.indexOf('/'));
      return { peer: name, person_id: person, standing: this.#participant(person).standing };
    };
    const peers = [...this.#peers.values()].filter((other) => other !== peer).map(view);
    this.#tell({ type: 'peer_joined', ...view(peer) });
    this.#peers.set(socket, peer);
    socket.say({ type: 'joined', peer, call: this.call, peers });
  }

  #accept(socket: FakeWebSocket, peer: string): void {
    const mine = this.#participant(socket.person);
    const device = peer.slice(peer.indexOf('/') + 1);
    if (mine.standing === 'ringing') {
      Object.assign(mine, { standing: 'joined', device_id: device });
      this.call.state = 'CONNECTING';
      this.#announce();
    } else if (mine.device_id !== device) {
      socket.say({ type: 'error', code: 'answered_elsewhere', message: '', in_reply_to: 'accept' });
    }
  }

  #relay(socket: FakeWebSocket, from: string, { to, ...message }: Message): void {
    const receiver = [...this.#peers].find(([, peer]) => peer === to)?.[0];
    const refusal =
      receiver === undefined ? 'peer_unavailable' : this.#mayNotSend(socket, message) ? 'not_accepted' : null;
    if (refusal === null) for (let i = 0; i < (this.stutters ? 2 : 1); i += 1) receiver?.say({ ...message, from });
    else socket.say({ type: 'error', code: refusal, message: '', in_reply_to: message.type });
  }

  #mayNotSend(socket: FakeWebSocket, message: Message): boolean {
    return message.type !== 'ack' && this.#participant(socket.person).standing !== 'joined';
  }

  #participant(person: string): CallView['participants'][number] {
    const found = this.call.participants.find((one) => one.person_id === person);
    if (found === undefined) throw new Error(`${person} does not take part.`);
    return found;
  }

  #announce(): void {
    this.call.version += 1;
    const call = structuredClone(this.call);
    this.#clock.setTimer(() => this.#spread(call), this.newsDelayMs);
  }

  #spread(call: CallView): void {
    for (const socket of this.sockets) {
      if (!this.#peers.has(socket)) socket.say({ type: 'notification', notification_type: 'CALL_UPDATED', call });
    }
    this.#tell({ type: 'call_updated', call });
  }

  #tell(message: object): void {
    for (const socket of this.#peers.keys()) socket.say(message);
  }

  #answer(person: string, path: string, body: Message): Answer {
    if (path === '/account/me') {
      return [
        200,
        { person_id: person, email: `${person}@example.org`, display_name: person, antiforgery_token: 'token' },
      ];
    }
    if (path === '/ice-servers')
      return [200, { ice_servers: [{ urls: ['turn:relay'] }], expires_at: '2100-01-01T00:00:00Z' }];
    if (path === '/tickets') return [201, { ticket: 'once', expires_at: '2100-01-01T00:00:00Z' }];
    if (path === '/channels') return [200, { channel_id: `${person}+${body.person_id}`, members: [] }];
    if (path === '/calls/initiate')
      return [201, this.#ring(person, String(body.channel_id), body.call_type as 'video')];
    const [, ask] = /^\/calls\/[^/]+\/(\w+)$/.exec(path) ?? [];
    if (ask === undefined) return [200, { call: this.call, history: [] }];
    this.end(
      ask === 'cancel' ? 'cancelled' : ask === 'decline' ? 'declined' : ask === 'leave' ? 'left' : 'ended',
      person,
    );
    return [200, this.call];
  }

  #ring(caller: string, channel: string, callType: 'audio' | 'video'): CallView {
    const callee = channel.split('+').find((person) => person !== caller) ?? '';
    this.calls.push({
      call_id: `call-${this.calls.length + 1}`,
      call_type: callType,
      channel_id: channel,
      state: 'RINGING',
      version: 1,
      caller_id: caller,
      participants: [
        { person_id: caller, display_name: caller, standing: 'joined', device_id: null },
        { person_id: callee, display_name: callee, standing: 'ringing', device_id: null },
      ],
      created_at: '2026-01-01T00:00:00Z',
      ring_expires_at: '2026-01-01T00:00:45Z',
      connected_at: null,
      ended_at: null,
      outcome: null,
      ended_by: null,
    });
    for (const socket of this.sockets) {
      if (socket.person !== callee || !socket.url.includes('/ws/notifications')) continue;
      const { call_id, call_type, channel_id } = this.call;
      const notification = { type: 'notification', notification_type: 'CALL', call_id, call_type, channel_id };
      socket.say({
        ...notification,
        caller: { person_id: caller, display_name: caller },
        expires_at: this.call.ring_expires_at,
      });
    }
    return this.call;
  }
}
