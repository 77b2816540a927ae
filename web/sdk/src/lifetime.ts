import type { Place, Runtime } from './runtime.js';

/** Undoes one thing early. Safe to call twice. */
export type Undo = () => void;

/**
 * Owns everything that must not outlive its purpose: connections, sockets, tracks, listeners, timers. Whatever is made
 * through a scope ends with it, in reverse order; a child ends with its parent.
 */
export class Scope {
  readonly #runtime: Runtime;
  readonly #owned = new Set<Undo>();
  /** Where its connections are made. */
  declare place?: Place;
  #disposed = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Runs `cleanup` once: at the end of the scope, or when the returned function is called. */
  own(cleanup: () => void): Undo {
    if (this.#disposed) {
      cleanup();
      return () => {};
    }
    const undo = () => {
      if (this.#owned.delete(undo)) cleanup();
    };
    this.#owned.add(undo);
    return undo;
  }

  /** @param runtime of another kind, for what the child makes */
  child(runtime = this.#runtime): Scope {
    const child = new Scope(runtime);
    const undo = this.own(() => child.dispose());
    child.own(undo);
    return child;
  }

  timer(run: () => void, delayMs: number): Undo {
    if (this.#disposed) return () => {};
    const timer = this.#runtime.setTimer(() => {
      undo();
      run();
    }, delayMs);
    const undo = this.own(() => this.#runtime.clearTimer(timer));
    return undo;
  }

  /** Ends with the scope, or when the returned function is called. */
  interval(run: () => void, intervalMs: number): Undo {
    let undo: Undo = () => {};
    const next = () => {
      undo = this.timer(() => {
        next();
        run();
      }, intervalMs);
    };
    next();
    return () => undo();
  }

  /** One timer that can be set again and again; `null` stops it. Times are those of `Runtime.now`. */
  alarm(run: () => void): (atMs: number | null) => void {
    let undo: Undo | null = null;
    let setFor: number | null = null;
    return (atMs) => {
      if (atMs === setFor) return;
      undo?.();
      setFor = atMs;
      undo =
        atMs === null
          ? null
          : this.timer(
              () => {
                setFor = null;
                run();
              },
              Math.max(0, atMs - this.#runtime.now()),
            );
    };
  }

  listen<E extends Event = Event>(target: EventTarget, type: string, listener: (event: E) => void): Undo {
    if (this.#disposed) return () => {};
    target.addEventListener(type, listener as EventListener);
    return this.own(() => target.removeEventListener(type, listener as EventListener));
  }

  track(track: MediaStreamTrack): MediaStreamTrack {
    this.own(() => track.stop());
    return track;
  }

  peerConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = this.#runtime.peerConnection(configuration, this.place);
    this.own(() => connection.close());
    return connection;
  }

  socket(url: string): WebSocket {
    const socket = this.#runtime.webSocket(url);
    this.own(() => socket.close());
    return socket;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const undo of [...this.#owned].reverse()) undo();
  }
}
