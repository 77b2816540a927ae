import type { PeerName, PersonId, RemotePeer } from '../api.js';
import type { Scope, Undo } from '../lifetime.js';
import { screens as policy } from '../policy.js';
import type { Intents } from './control.js';

type Change = Partial<Omit<Intents, 'screen'>> &
  Partial<
    Pick<RemotePeer, 'connected' | 'quality' | 'stats' | 'restarts' | 'speaking' | 'videoProblem' | 'displayName'>
  >;

/**
 * What is seen and heard of a peer. The picture is part of the stream only while it moves: a `<video>` that holds a
 * track without frames would not play the sound either.
 */
export class RemoteMedia {
  readonly #scope: Scope;
  readonly #newStream: () => MediaStream;
  readonly #changed: () => void;
  #view: RemotePeer;
  #audioTrack: MediaStreamTrack | null = null;
  #videoTrack: MediaStreamTrack | null = null;
  /** Tracks beside sound and camera, by the stream that they came in. */
  readonly #screens = new Map<string, MediaStreamTrack>();
  #screen: string | null = null;
  #paused = false;
  #listening: Undo[] = [];

  constructor(
    scope: Scope,
    who: { readonly peer: PeerName; readonly personId: PersonId; readonly displayName: string },
    start: { readonly newStream: () => MediaStream; readonly cameraOn: boolean; readonly paused: boolean },
    changed: () => void,
  ) {
    this.#scope = scope;
    this.#newStream = start.newStream;
    this.#changed = changed;
    this.#paused = start.paused;
    this.#view = {
      ...who,
      stream: start.newStream(),
      cameraOn: start.cameraOn,
      microphoneOn: true,
      handRaised: false,
      onHold: false,
      screenStream: null,
      speaking: false,
      videoProblem: null,
      connected: false,
      quality: null,
      stats: null,
      restarts: 0,
    };
  }

  /** A new object after every change. */
  get view(): RemotePeer {
    return this.#view;
  }

  /** By its own word: the camera is on, and both have its codec. */
  get sendsPicture(): boolean {
    const { cameraOn, onHold, videoProblem } = this.#view;
    return cameraOn && !onHold && videoProblem === null;
  }

  addTrack(track: MediaStreamTrack, streamId: string | null): void {
    if (track.kind === 'audio') this.#audioTrack ??= track;
    else if (this.#videoTrack === null) {
      this.#videoTrack = track;
      for (const type of ['unmute', 'mute']) {
        this.#listening.push(this.#scope.listen(track, type, () => this.#show()));
      }
    } else if (streamId !== null && this.#screens.size < policy.maxPerPeer) this.#screens.set(streamId, track);
    this.#show();
  }

  /** What came over a connection that is gone. */
  forgetTracks(): void {
    for (const undo of this.#listening.splice(0)) undo();
    for (const track of this.#view.stream.getTracks()) this.#view.stream.removeTrack(track);
    this.#audioTrack = null;
    this.#videoTrack = null;
    this.#screens.clear();
    this.#show();
  }

  update(change: Change): void {
    this.#view = { ...this.#view, ...change };
    this.#show();
    this.#changed();
  }

  /** Which stream is the screen, as the other side says. */
  setScreen(streamId: string | null): void {
    this.#screen = streamId;
    this.#show();
  }

  /** While the call is on hold here, nothing of the peer plays. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#show();
  }

  #show(): void {
    const { stream } = this.#view;
    keep(stream, this.#audioTrack, !this.#paused);
    const moves = this.sendsPicture && this.#videoTrack?.muted === false;
    keep(stream, this.#videoTrack, !this.#paused && moves);

    const track = this.#screen === null ? null : (this.#screens.get(this.#screen) ?? null);
    const before = this.#view.screenStream;
    if (track !== null) {
      const screenStream = before ?? this.#newStream();
      for (const other of screenStream.getTracks()) if (other !== track) screenStream.removeTrack(other);
      keep(screenStream, track, !this.#paused);
      if (before === null) this.#view = { ...this.#view, screenStream };
    } else if (before !== null) {
      for (const one of before.getTracks()) before.removeTrack(one);
      // Still shared, and only its connection is another: the stream stays.
      if (this.#screen === null) this.#view = { ...this.#view, screenStream: null };
    }
    if (before !== this.#view.screenStream) this.#changed();
  }
}

function keep(stream: MediaStream, track: MediaStreamTrack | null, shown: boolean): void {
  if (track === null) return;
  if (shown) stream.addTrack(track);
  else stream.removeTrack(track);
}
