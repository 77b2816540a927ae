import type { CallView, ParticipantView, PeerView } from '../../src/protocol/messages.js';
import type { Report } from '../../src/telemetry/recorder.js';
import type { Clock } from './clock.js';
import type { FakeNode } from './node.js';
import { FakeWebSocket, type ServerEnd } from './web-socket.js';

type Message = Record<string, unknown>;
type Answer = readonly [status: number, body: object];

/** The server of docs/protocol.md in a few lines and in memory, for people called by their names. */
export class FakeServer implements ServerEnd {
  readonly calls: CallView[] = [];
  readonly sockets = new Set<FakeWebSocket>();
  readonly requests: string[] = [];
  readonly reports: { readonly person: string; readonly body: Message }[] = [];
  /** What came with requests that belong to a trace. */
  readonly traceparents: string[] = [];
  readonly told: (Report & { readonly person: string })[] = [];
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
  iceServers: () => object = () => ({ ice_servers: [{ urls: ['turn:relay'] }], expires_at: '2100-01-01T00:00:00Z' });
  /** Lets nobody else in. */
  full = false;
  /** Where the media of recorded calls goes. */
  node: FakeNode | null = null;
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

  /** The socket of a person in the newest call, or in another one. */
  callSocket(person: string, callId = this.call.call_id): FakeWebSocket {
    const found = [...this.sockets].find((one) => one.person === person && isOf(one, callId));
    if (found === undefined) throw new Error(`${person} has no call socket.`);
    return found;
  }

  async request(person: string, method: string, path: string, body: Message): Promise<Response> {
    this.requests.push(`${person} ${method} ${path}`);
    if (this.down) throw new TypeError('Failed to fetch');
    const delayMs = this.delaysMs.get(path) ?? 0;
    if (delayMs > 0) await new Promise<void>((resolve) => void this.#clock.setTimer(resolve, delayMs));
    const [status, value] =
      this.answers.get(path) ??
      (isOfRecordings(path) ? await this.#record(person, path, body) : null) ??
      this.#answer(person, path, body);
    return new Response(JSON.stringify(value), { status });
  }

  end(outcome: CallView['outcome'], by: string | null, call = this.call): void {
    if (call.state === 'ENDED') return;
    Object.assign(call, { state: 'ENDED', outcome, ended_by: by, recording: null });
    this.node?.stop();
    this.#announce(call);
    if (!this.closes) return;
    for (const socket of this.#in(call)) this.#clock.setTimer(() => socket.cut(4000), this.newsDelayMs + 20);
  }

  /** One person is out of a call, which goes on while enough are in or ring. */
  quit(person: string, standing: ParticipantView['standing'], call = this.call): void {
    participant(call, person).standing = standing;
    const standings = call.participants.map((one) => one.standing);
    const joined = standings.filter((one) => one === 'joined').length;
    if (joined < 2 && !standings.includes('ringing')) {
      const outcome = standing === 'lost' ? 'connection_lost' : call.connected_at === null ? standing : 'ended';
      this.end(outcome as CallView['outcome'], standing === 'lost' || standing === 'missed' ? null : person, call);
      return;
    }
    this.#announce(call);
    const sockets = this.#in(call).filter((socket) => socket.person === person);
    for (const socket of sockets) this.#clock.setTimer(() => socket.cut(4000), this.newsDelayMs + 20);
  }

  /** Says something to every notification socket of a person. */
  notify(person: string, notification: object): void {
    for (const socket of this.sockets) {
      if (socket.person !== person || !socket.url.includes('/ws/notifications')) continue;
      socket.say({ type: 'notification', ...notification });
    }
  }

  opened(socket: FakeWebSocket): void {
    this.sockets.add(socket);
  }

  closed(socket: FakeWebSocket): void {
    this.sockets.delete(socket);
    const peer = this.#peers.get(socket);
    this.#peers.delete(socket);
    if (peer !== undefined) this.#tell(this.#callOf(socket), { type: 'peer_left', peer, reason: 'lost' });
  }

  received(socket: FakeWebSocket, message: Message): void {
    if (this.loses.delete(String(message.type))) return;
    const peer = this.#peers.get(socket);
    if (message.type === 'ping') {
      socket.say({ type: 'pong', id: message.id });
      return;
    }
    const call = this.#callOf(socket);
    switch (message.type) {
      case 'join':
        this.#join(socket, `${socket.person}/${message.device_id}`);
        break;
      case 'accept':
        this.#accept(socket, peer ?? '');
        break;
      case 'media_state':
        this.#hearOfMedia(call, socket.person, message.media_state);
        break;
      case 'end_call':
        this.#hangUp(call, socket.person);
        break;
      case 'leave':
        this.#peers.delete(socket);
        this.#tell(call, { type: 'peer_left', peer, reason: 'left' });
        this.#leave(call, socket.person);
        break;
      default:
        this.#clock.setTimer(() => this.#relay(socket, peer ?? '', message), this.slowMs.get(socket.person) ?? 0);
    }
  }

  #leave(call: CallView, person: string): void {
    if (participant(call, person).standing !== 'joined') return;
    if (isGroup(call)) this.quit(person, 'left', call);
    else this.end('left', person, call);
  }

  #hangUp(call: CallView, person: string): void {
    if (isGroup(call)) this.quit(person, 'left', call);
    else this.end(call.state === 'CONNECTING' ? 'cancelled' : 'ended', person, call);
  }

  #hearOfMedia(call: CallView, person: string, mediaState: unknown): void {
    if (call.state === 'ENDED') return;
    if (mediaState === 'failed') {
      if (isGroup(call)) this.quit(person, 'lost', call);
      else this.end(call.connected_at === null ? 'failed_setup' : 'connection_lost', null, call);
      return;
    }
    call.connected_at ??= '2026-01-01T00:00:10Z';
    call.state = mediaState === 'connected' ? 'CONNECTED' : 'RECONNECTING';
    this.#announce(call);
  }

  #join(socket: FakeWebSocket, peer: string): void {
    const call = this.#callOf(socket);
    const mine = participant(call, socket.person);
    if (mine.standing === 'joined') mine.device_id ??= peer.slice(peer.indexOf('/') + 1);
    const view = (name: string): PeerView => {
      const person = name.slice(0, name.indexOf('/'));
      return { peer: name, person_id: person, standing: participant(call, person).standing };
    };
    const there = this.#in(call).map((one) => this.#peers.get(one) ?? '');
    this.#tell(call, { type: 'peer_joined', ...view(peer) });
    this.#peers.set(socket, peer);
    socket.say({ type: 'joined', peer, call, peers: there.filter((other) => other !== peer).map(view) });
  }

  #accept(socket: FakeWebSocket, peer: string): void {
    const call = this.#callOf(socket);
    const mine = participant(call, socket.person);
    const device = peer.slice(peer.indexOf('/') + 1);
    const refusal =
      mine.standing === 'joined' && mine.device_id !== device
        ? 'answered_elsewhere'
        : call.state === 'ENDED' || this.full
          ? 'invalid_transition'
          : null;
    if (refusal !== null) {
      socket.say({ type: 'error', code: refusal, message: '', in_reply_to: 'accept' });
      return;
    }
    if (mine.standing === 'joined') return;
    Object.assign(mine, { standing: 'joined', device_id: device });
    if (call.state === 'RINGING') call.state = 'CONNECTING';
    this.#announce(call);
  }

  #relay(socket: FakeWebSocket, from: string, { to, ...message }: Message): void {
    const receiver = [...this.#peers].find(([, peer]) => peer === to)?.[0];
    const refusal =
      receiver === undefined ? 'peer_unavailable' : this.#mayNotSend(socket, message) ? 'not_accepted' : null;
    if (refusal === null) for (let i = 0; i < (this.stutters ? 2 : 1); i += 1) receiver?.say({ ...message, from });
    else socket.say({ type: 'error', code: refusal, message: '', in_reply_to: message.type });
  }

  #mayNotSend(socket: FakeWebSocket, message: Message): boolean {
    const mine = participant(this.#callOf(socket), socket.person);
    return message.type !== 'ack' && mine.standing !== 'joined';
  }

  #callOf(socket: FakeWebSocket): CallView {
    const call = this.calls.find((one) => isOf(socket, one.call_id));
    return call ?? this.call;
  }

  #in(call: CallView): FakeWebSocket[] {
    return [...this.#peers.keys()].filter((socket) => this.#callOf(socket) === call);
  }

  #announce(call: CallView): void {
    call.version += 1;
    const said = structuredClone(call);
    this.#clock.setTimer(() => {
      for (const { person_id } of said.participants) {
        this.notify(person_id, { notification_type: 'CALL_UPDATED', call: said });
      }
      this.#tell(call, { type: 'call_updated', call: said });
    }, this.newsDelayMs);
  }

  #tell(call: CallView, message: object): void {
    for (const socket of this.#in(call)) socket.say(message);
  }

  async #record(person: string, path: string, { offer }: Message): Promise<Answer | null> {
    const [, callId, stops] = /^\/calls\/([^/]+)\/recording(\/stop)?$/.exec(path) ?? [];
    const call = this.calls.find((one) => one.call_id === callId);
    if (call !== undefined) {
      const started = { recording_id: `recording-${call.version}`, started_by: person };
      call.recording = stops ? null : { ...started, started_at: '2026-01-01T00:01:00Z' };
      if (stops) this.node?.stop();
      this.#announce(call);
      return [stops ? 200 : 201, {}];
    }
    const [, recordingId] = /^\/recordings\/([^/]+)\/leg$/.exec(path) ?? [];
    if (recordingId === undefined) return null;
    const runs = this.calls.some((one) => one.recording?.recording_id === recordingId);
    if (!runs || this.node === null) return [404, { code: 'not_found' }];
    return [200, { answer: await this.node.answer(person, String(offer)) }];
  }

  #answer(person: string, path: string, body: Message): Answer {
    if (path === '/account/me') {
      return [
        200,
        {
          person_id: person,
          email: `${person}@example.org`,
          display_name: person,
          is_operator: false,
          antiforgery_token: 'token',
        },
      ];
    }
    if (path === '/ice-servers') return [200, this.iceServers()];
    if (path === '/tickets') return [201, { ticket: 'once', expires_at: '2100-01-01T00:00:00Z' }];
    if (path === '/settings') return [200, { video_codecs: [], blur_model_url: null, push_public_key: 'key' }];
    if (['/calls/seen', '/push/subscription', '/account/sign-out'].includes(path)) return [200, {}];
    if (path === '/channels') {
      const others = (body.person_ids as string[] | undefined) ?? [String(body.person_id)];
      return [200, { channel_id: [person, ...others].sort().join('+'), members: [] }];
    }
    if (path === '/calls/initiate') return this.#initiate(person, String(body.channel_id), body.call_type as 'video');
    const [, callId, ask] = /^\/calls\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    const call = this.calls.find((one) => one.call_id === callId) ?? this.call;
    switch (ask) {
      case undefined:
        return [200, { call, history: [] }];
      case 'report':
        this.reports.push({ person, body });
        return [200, {}];
      case 'telemetry':
        this.told.push({ person, ...body } as (typeof this.told)[number]);
        return [200, {}];
      case 'invite':
        for (const invited of body.person_ids as string[]) this.#invite(call, invited);
        this.#announce(call);
        break;
      case 'cancel':
        this.end('cancelled', person, call);
        break;
      case 'decline':
        this.quit(person, 'declined', call);
        break;
      case 'leave':
        if (participant(call, person).device_id !== body.device_id) return [409, { code: 'invalid_transition' }];
        this.#leave(call, person);
        break;
      default:
        this.#hangUp(call, person);
    }
    return [200, call];
  }

  #initiate(caller: string, channel: string, callType: 'audio' | 'video'): Answer {
    const people = channel.split('+');
    const crossing = this.calls.find((one) => one.channel_id === channel && one.state === 'RINGING');
    if (people.length === 2 && crossing !== undefined && crossing.caller_id !== caller) return [200, crossing];
    const call: CallView = {
      call_id: `call-${this.calls.length + 1}`,
      call_type: callType,
      channel_id: channel,
      state: 'RINGING',
      version: 1,
      caller_id: caller,
      participants: [participantOf(caller, 'joined')],
      created_at: '2026-01-01T00:00:00Z',
      ring_expires_at: '2026-01-01T00:00:45Z',
      connected_at: null,
      ended_at: null,
      outcome: null,
      ended_by: null,
      recording: null,
    };
    this.calls.push(call);
    for (const person of people) if (person !== caller) this.#invite(call, person);
    return [201, call];
  }

  #invite(call: CallView, person: string): void {
    const known = call.participants.find((one) => one.person_id === person);
    if (known !== undefined) Object.assign(known, { standing: 'ringing', device_id: null });
    else call.participants.push(participantOf(person, 'ringing'));
    const { call_id, call_type, channel_id, caller_id, ring_expires_at: expires_at } = call;
    const caller = { person_id: caller_id, display_name: caller_id };
    this.notify(person, { notification_type: 'CALL', call_id, call_type, channel_id, caller, expires_at });
  }
}

function participantOf(person: string, standing: 'joined' | 'ringing'): ParticipantView {
  return { person_id: person, display_name: person, standing, device_id: null, ring_expires_at: null };
}

function isOf(socket: FakeWebSocket, callId: string): boolean {
  return new URL(socket.url).pathname === `/ws/call/${callId}`;
}

function participant(call: CallView, person: string): ParticipantView {
  const found = call.participants.find((one) => one.person_id === person);
  if (found === undefined) throw new Error(`${person} does not take part.`);
  return found;
}

/** More than two people in or ringing. */
/** The node answers in its own time; everything else is answered at once, as a page that goes needs it. */
function isOfRecordings(path: string): boolean {
  return path.startsWith('/recordings/') || /^\/calls\/[^/]+\/recording/.test(path);
}

function isGroup(call: CallView): boolean {
  return call.participants.filter((one) => one.standing === 'joined' || one.standing === 'ringing').length > 2;
}
