import type { Clock } from './clock.js';
import { CountingTarget } from './events.js';

const latencyMs = 10;

/** What the server does with one socket. */
export interface ServerEnd {
  opened(socket: FakeWebSocket): void;
  received(socket: FakeWebSocket, message: Record<string, unknown>): void;
  closed(socket: FakeWebSocket): void;
}

/** A browser's socket and the server's end of it, with a little delay between. */
export class FakeWebSocket extends CountingTarget {
  readyState = 0;
  /** Half open: nothing arrives any more, and nobody is told. */
  stuck = false;
  readonly sent: Record<string, unknown>[] = [];
  #cut = false;
  readonly #clock: Clock;
  readonly #server: ServerEnd;

  constructor(
    clock: Clock,
    readonly person: string,
    readonly url: string,
    server: ServerEnd | null,
  ) {
    super();
    this.#clock = clock;
    this.#server = server ?? { opened: () => {}, received: () => {}, closed: () => {} };
    this.#later(() => {
      if (server === null) {
        this.cut(1006);
        return;
      }
      this.readyState = 1;
      this.fire('open');
      server.opened(this);
    });
  }

  send(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(message);
    // What a page sends before it closes the socket still arrives; what is cut does not.
    this.#clock.setTimer(() => {
      if (!this.stuck && !this.#cut) this.#server.received(this, message);
    }, latencyMs);
  }

  /** The server says something. */
  say(message: object): void {
    const data = JSON.stringify(message);
    this.#later(() => this.fire('message', { data }));
  }

  /** The server, or the network, ends it. */
  cut(code: number): void {
    if (this.readyState === 3) return;
    this.#cut = true;
    this.readyState = 3;
    this.#server.closed(this);
    this.fire('close', { code });
  }

  /** The page ends it. */
  close(): void {
    if (this.readyState === 3) return;
    const wasOpen = this.readyState === 1;
    this.readyState = 3;
    if (wasOpen) this.#clock.setTimer(() => this.#server.closed(this), latencyMs);
  }

  #later(run: () => void): void {
    this.#clock.setTimer(() => {
      if (!this.stuck && this.readyState !== 3) run();
    }, latencyMs);
  }
}
