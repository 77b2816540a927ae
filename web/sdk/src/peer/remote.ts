import type { PeerName, PersonId, Quality, RemotePeer } from '../api.js';
import type { Scope } from '../lifetime.js';
import type { Intents } from './control.js';

/**
 * What is seen and heard of a peer. The picture is part of the stream only while it moves: a `<video>` that holds a
 * track without frames would not play the sound either.
 */
export class RemoteMedia {
  readonly #scope: Scope;
  readonly #changed: () => void;
  #view: RemotePeer;
  #videoTrack: MediaStreamTrack | null = null;

  constructor(
    scope: Scope,
    who: { readonly peer: PeerName; readonly personId: PersonId; readonly displayName: string },
    start: { readonly stream: MediaStream; readonly cameraOn: boolean },
    changed: () => void,
  ) {
    this.#scope = scope;
    this.#changed = changed;
    this.#view = { ...who, ...start, microphoneOn: true, handRaised: false, connected: false, quality: null };
  }

  /** A new object after every change. */
  get view(): RemotePeer {
    return this.#view;
  }

  addTrack(track: MediaStreamTrack): void {
    if (track.kind === 'video') {
      this.#videoTrack = track;
      this.#scope.listen(track, 'unmute', () => this.#showVideo());
      this.#scope.listen(track, 'mute', () => this.#showVideo());
      this.#showVideo();
    } else this.#view.stream.addTrack(track);
  }

  update(change: Partial<Intents & { connected: boolean; quality: Quality | null }>): void {
    this.#view = { ...this.#view, ...change };
    this.#showVideo();
    this.#changed();
  }

  #showVideo(): void {
    const track = this.#videoTrack;
    if (track === null) return;
    if (this.#view.cameraOn && !track.muted) this.#view.stream.addTrack(track);
    else this.#view.stream.removeTrack(track);
  }
}
