import type { Sharing } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Runtime } from '../runtime.js';

/** What a person shares of their screen: letters sharp, or films smooth. */
export class Screen {
  readonly #scope: Scope;
  readonly #runtime: Runtime;
  readonly #changed: () => void;
  /** The same for every share, because a connection names it once. */
  #stream: MediaStream | null = null;
  #sharing: Scope | null = null;
  #track: MediaStreamTrack | null = null;
  #asking: Promise<Sharing> | null = null;

  constructor(scope: Scope, runtime: Runtime, changed: () => void) {
    this.#scope = scope;
    this.#runtime = runtime;
    this.#changed = changed;
  }

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /** While something is shared. */
  get stream(): MediaStream | null {
    return this.#track === null ? null : this.#stream;
  }

  /** Asks the person; what was shared before goes on until they have chosen. */
  share(content: 'text' | 'motion'): Promise<Sharing> {
    this.#asking ??= this.#ask(content).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  stop(): void {
    this.#sharing?.dispose();
  }

  async #ask(content: 'text' | 'motion'): Promise<Sharing> {
    const { mediaDevices } = this.#runtime;
    if (mediaDevices?.getDisplayMedia === undefined) return { ok: false, reason: 'unsupported' };
    let captured: MediaStream;
    try {
      captured = await mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: content === 'text' ? 15 : 30 } } });
    } catch (error) {
      const refused = (error as { name?: unknown } | null)?.name === 'NotAllowedError';
      return { ok: false, reason: refused ? 'refused' : 'failed' };
    }
    const [track] = captured.getVideoTracks();
    if (track === undefined || this.#scope.disposed) {
      track?.stop();
      return { ok: false, reason: 'failed' };
    }
    track.contentHint = content;
    this.#adopt(track);
    return { ok: true };
  }

  #adopt(track: MediaStreamTrack): void {
    const before = this.#sharing;
    const sharing = this.#scope.child();
    const stream = this.#stream ?? this.#runtime.mediaStream();
    this.#stream = stream;
    this.#sharing = sharing;
    this.#track = track;
    stream.addTrack(track);
    sharing.track(track);
    sharing.own(() => {
      stream.removeTrack(track);
      // Otherwise another share has taken its place.
      if (this.#track !== track) return;
      this.#track = null;
      this.#changed();
    });
    // The browser's own button for it, or the window is gone.
    sharing.listen(track, 'ended', () => sharing.dispose());
    before?.dispose();
    this.#changed();
  }
}
