import { SightlineError } from '../api.js';
import type { Scope } from '../lifetime.js';
import { socket as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';

export type SocketRefusal = 'not_signed_in' | 'not_a_participant' | 'over';

export interface SocketEvents {
  /** The socket is open: say the first message. Not yet a sign that the server takes us. */
  opened(): void;
  /** Something has arrived: the server takes us. */
  alive?(): void;
  message(message: Readonly<Record<string, unknown>>): void;
  /** The socket is gone and will be opened again. */
  lost(cause: 'network' | 'too_fast'): void;
  /** The server does not want us; there is no other attempt. */
  refused(reason: SocketRefusal): void;
}

const refusals: Readonly<Record<number, SocketRefusal>> = {
  4000: 'over',
  4001: 'not_signed_in',
  4003: 'not_a_participant',
};
const tooFast = 4029;

/**
 * A WebSocket that comes back: backoff with jitter, a heartbeat in both directions, and the close codes of
 * docs/protocol.md. Carries JSON objects; whatever else arrives is ignored.
 */
export class ReconnectingSocket {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #url: () => Promise<string>;
  readonly #events: SocketEvents;
  readonly #usesTickets: boolean;
  readonly #setRetry: (atMs: number | null) => void;
  readonly #setHeartbeat: (atMs: number | null) => void;
  readonly #setDeadline: (atMs: number | null) => void;
  readonly #setStandIn: (atMs: number | null) => void;
  /** What belongs to the present connection. */
  #connection: Scope | null = null;
  #socket: WebSocket | null = null;
  #retries = 0;
  #ticketRefusals = 0;
  #pings = 0;
  #waiting = false;
  #opening = false;
  #startedAtMs = 0;
  #urgent = false;
  #yields = false;
  /** The connection before, which goes on until another is open: it may only be slow. */
  #former: Scope | null = null;

  constructor(
    scope: Scope,
    runtime: Runtime,
    options: { readonly url: () => Promise<string>; readonly usesTickets: boolean },
    events: SocketEvents,
  ) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#url = options.url;
    this.#usesTickets = options.usesTickets;
    this.#events = events;
    this.#setRetry = scope.alarm(() => this.#connect());
    this.#setHeartbeat = scope.alarm(() => this.ping());
    this.#setDeadline = scope.alarm(() => this.#drop('network'));
    this.#setStandIn = scope.alarm(() => this.#connect());
    this.#connect();
  }

  /** `false` when it could not leave: there is no connection, or it is larger than the server takes. */
  send(message: object): boolean {
    if (this.#socket?.readyState !== 1) return false;
    const text = JSON.stringify(message);
    // Three bytes a character at most; what is certainly small is not measured.
    if (text.length * 3 > policy.maxMessageBytes && new TextEncoder().encode(text).length > policy.maxMessageBytes) {
      return false;
    }
    this.#socket.send(text);
    return true;
  }

  /** Asks for a sign of life; without one the connection is given up. */
  ping(timeoutMs: number = policy.heartbeatTimeoutMs): void {
    this.#pings += 1;
    if (this.send({ type: 'ping', id: String(this.#pings) })) this.#setDeadline(this.#runtime.now() + timeoutMs);
  }

  /**
   * The network has changed: find out at once whether this connection still works, or open one now. `urgent`: where the
   * answer takes a moment, open another one beside it.
   */
  check(urgent = false): void {
    if (this.#waiting) {
      this.#retries = 0;
      this.#connect();
      return;
    }
    this.ping(policy.checkTimeoutMs);
    if (urgent && this.#socket !== null && !this.#opening) {
      this.#setStandIn(this.#runtime.now() + policy.urgentCheckTimeoutMs);
    }
  }

  /** The device has another address, perhaps: open a new connection now, whatever becomes of this one. */
  reopen(): void {
    if (!this.#waiting) {
      this.#close();
      this.#waiting = true;
      this.#events.lost('network');
    }
    this.check();
  }

  /** Whether attempts to come back must not let each other wait. */
  set urgent(urgent: boolean) {
    if (urgent === this.#urgent) return;
    this.#urgent = urgent;
    if (!urgent) return;
    if (this.#waiting) this.check();
    else if (this.#opening) this.#setDeadline(this.#startedAtMs + policy.urgentRetryMs);
  }

  /** Makes room for a more urgent one: browsers open one socket to a server at a time. One that is open stays open. */
  set yields(yields: boolean) {
    if (yields === this.#yields) return;
    this.#yields = yields;
    if (yields && this.#opening) this.reopen();
    else if (!yields && this.#waiting) this.check();
  }

  #connect(): void {
    if (this.#scope.disposed) return;
    this.#setRetry(null);
    this.#waiting = this.#yields;
    if (this.#yields) return;
    const connection = this.#scope.child();
    this.#former = this.#connection;
    this.#connection = connection;
    this.#opening = true;
    this.#startedAtMs = this.#runtime.now();
    // Where even opening is slow, one of several has time for it.
    const patience = this.#retries > 0 && this.#retries % policy.patientEvery === 0 ? 2 : 1;
    this.#setDeadline(this.#startedAtMs + (this.#urgent ? policy.urgentRetryMs * patience : policy.openTimeoutMs));
    this.#url().then(
      (url) => {
        if (!connection.disposed) this.#open(connection, url);
      },
      (error: unknown) => {
        if (connection.disposed) return;
        if (error instanceof SightlineError && error.code === 'not_signed_in') this.#refuse('not_signed_in');
        else this.#drop('network');
      },
    );
  }

  #open(connection: Scope, url: string): void {
    const socket = connection.socket(url);
    connection.listen(socket, 'open', () => {
      this.#former?.dispose();
      this.#former = null;
      this.#socket = socket;
      this.#opening = false;
      this.#setDeadline(null);
      this.#setHeartbeat(this.#runtime.now() + policy.heartbeatIntervalMs);
      this.#events.opened();
    });
    connection.listen<MessageEvent>(socket, 'message', (event) => this.#receive(event.data));
    connection.listen<CloseEvent>(socket, 'close', (event) => this.#closed(event.code));
  }

  #receive(data: unknown): void {
    this.#retries = 0;
    this.#ticketRefusals = 0;
    const message = parse(data);
    // Something else may still come in where nothing gets out any more.
    if (message?.type === 'pong') this.#proven();
    this.#setHeartbeat(this.#runtime.now() + policy.heartbeatIntervalMs);
    this.#events.alive?.();
    if (message === null || message.type === 'pong') return;
    if (message.type === 'ping') this.send({ type: 'pong', id: message.id });
    else this.#events.message(message);
  }

  #proven(): void {
    this.#setDeadline(null);
    this.#setStandIn(null);
    if (this.#former === null) return;
    this.#connection?.dispose();
    this.#connection = this.#former;
    this.#former = null;
    this.#opening = false;
  }

  #closed(code: number): void {
    const refusal = refusals[code];
    // A ticket may have expired on its way; a cookie does not get better by trying again.
    if (refusal === 'not_signed_in' && this.#usesTickets && this.#ticketRefusals < policy.ticketAttempts) {
      this.#ticketRefusals += 1;
      this.#drop('network');
    } else if (refusal !== undefined) this.#refuse(refusal);
    else this.#drop(code === tooFast ? 'too_fast' : 'network');
  }

  #drop(cause: 'network' | 'too_fast'): void {
    this.#close();
    const fullMs = Math.min(policy.lastRetryMs, policy.firstRetryMs * 2 ** this.#retries);
    const chance = this.#runtime.random();
    let waitMs = cause === 'too_fast' ? policy.refusedRetryMs : (fullMs * (1 + chance)) / 2;
    if (this.#urgent && cause === 'network') {
      // The first at once. After that, browsers slow down whoever opens many sockets in vain.
      const nextAtMs = this.#retries === 0 ? 0 : this.#startedAtMs + policy.urgentRetryMs * (1 - chance / 4);
      waitMs = Math.min(waitMs, Math.max(0, nextAtMs - this.#runtime.now()));
    }
    this.#retries += 1;
    // Whoever was too fast is not hurried, whatever happens.
    this.#waiting = cause === 'network';
    this.#setRetry(this.#runtime.now() + waitMs);
    this.#events.lost(cause);
  }

  #refuse(reason: SocketRefusal): void {
    this.#close();
    this.#events.refused(reason);
  }

  #close(): void {
    this.#former?.dispose();
    this.#former = null;
    this.#connection?.dispose();
    this.#connection = null;
    this.#opening = false;
    this.#socket = null;
    this.#setDeadline(null);
    this.#setStandIn(null);
    this.#setHeartbeat(null);
  }
}

function parse(data: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
