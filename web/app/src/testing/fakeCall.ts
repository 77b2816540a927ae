import type {
  Call,
  CallRecording,
  CallSnapshot,
  CallState,
  ChatMessage,
  Participant,
  Reaction,
  RecordingAnswer,
  RemotePeer,
  Sharing,
  SightlineError,
  StateChange,
  TrackProcessor,
} from '@sightline/sdk';
import { fakeStream } from './fakeStream';

const idle: CallSnapshot = {
  callId: null,
  callType: 'video',
  direction: 'outgoing',
  state: 'INITIATING',
  others: [{ personId: 'ada', displayName: 'Ada', standing: 'ringing' }],
  remotes: [],
  activeSpeaker: null,
  localStream: null,
  microphoneOn: true,
  cameraOn: true,
  cameraFacing: null,
  handRaised: false,
  onHold: false,
  screenStream: null,
  captureProblems: [],
  warnings: [],
  recording: null,
  chat: [],
  quality: null,
  stats: null,
  signallingUp: true,
  relayReached: false,
  connectedAtMs: null,
  endedAtMs: null,
  endReason: null,
  endedBySelf: false,
  history: [],
};

/** A call without network or media, that tests and the gallery put into any state. */
export class FakeCall implements Call {
  snapshot: CallSnapshot;
  /** What the UI asked for, in order. */
  readonly asked: string[] = [];
  disposed = false;
  /** What the next requests are answered with. */
  sharing: Sharing = { ok: true };
  processing = true;
  inviteFailure: SightlineError | null = null;
  recordingAnswer: RecordingAnswer = { ok: true };
  /** Otherwise it stays on its way: nothing is seen of it. */
  answerPasses = true;
  /** Requests to record wait for this. */
  recordingGate: Promise<void> = Promise.resolve();
  readonly processors: { audio: TrackProcessor | null; video: TrackProcessor | null } = { audio: null, video: null };
  readonly #listeners = new Set<() => void>();
  readonly #stateListeners = new Set<(change: StateChange) => void>();
  readonly #reactionListeners = new Set<(reaction: Reaction, from: RemotePeer | null) => void>();

  constructor(start: Partial<CallSnapshot> = {}) {
    this.snapshot = { ...idle, ...start };
  }

  patch(change: Partial<CallSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Changes all others, or the one of that person. */
  patchRemote(change: Partial<RemotePeer>, personId?: string): void {
    const meant = (remote: RemotePeer) => personId === undefined || remote.personId === personId;
    this.patch({ remotes: this.snapshot.remotes.map((one) => (meant(one) ? { ...one, ...change } : one)) });
  }

  /** Puts a person among the others, or changes their standing. */
  stand(person: Participant): void {
    const rest = this.snapshot.others.filter((other) => other.personId !== person.personId);
    this.patch({ others: [...rest, person] });
  }

  go(to: CallState, change: Partial<CallSnapshot> = {}): void {
    const step: StateChange = { atMs: Date.now(), from: this.snapshot.state, to, cause: 'test' };
    this.patch({ ...change, state: to, history: [...this.snapshot.history, step] });
    for (const listener of [...this.#stateListeners]) listener(step);
  }

  end(endReason: NonNullable<CallSnapshot['endReason']>, endedBySelf = false): void {
    this.go('ENDED', { endReason, endedBySelf, endedAtMs: Date.now() });
  }

  /** Somebody else reacts, or this person does. */
  showReaction(reaction: Reaction, from: RemotePeer | null): void {
    for (const listener of [...this.#reactionListeners]) listener(reaction, from);
  }

  /** Somebody else writes. */
  hear(from: ChatMessage['from'], text: string): void {
    this.#say(from, text);
  }

  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onState(listener: (change: StateChange) => void) {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onReaction(listener: (reaction: Reaction, from: RemotePeer | null) => void) {
    this.#reactionListeners.add(listener);
    return () => this.#reactionListeners.delete(listener);
  }

  answer(options: { video?: boolean; microphone?: boolean } = {}): void {
    const video = options.video ?? true;
    this.asked.push(video ? 'answer with video' : 'answer with voice');
    if (this.answerPasses) this.go('CONNECTING', { cameraOn: video, microphoneOn: options.microphone ?? true });
  }

  decline(): void {
    this.asked.push('decline');
    this.end('declined', true);
  }

  hangUp(): void {
    this.asked.push('hang up');
    this.end(this.snapshot.connectedAtMs === null ? 'cancelled' : 'ended', true);
  }

  setMicrophone(on: boolean): void {
    this.asked.push(on ? 'microphone on' : 'microphone off');
    this.patch({ microphoneOn: on });
  }

  setCamera(on: boolean): void {
    this.asked.push(on ? 'camera on' : 'camera off');
    this.patch({ cameraOn: on });
  }

  setHand(raised: boolean): void {
    this.asked.push(raised ? 'raise hand' : 'lower hand');
    this.patch({ handRaised: raised });
  }

  setHold(onHold: boolean): void {
    this.asked.push(onHold ? 'hold' : 'resume');
    this.patch({ onHold });
  }

  retryCapture(): void {
    this.asked.push('retry capture');
  }

  async shareScreen(options: { content?: 'text' | 'motion' } = {}): Promise<Sharing> {
    this.asked.push(`share ${options.content ?? 'screen'}`);
    if (this.sharing.ok) this.patch({ screenStream: fakeStream() });
    return this.sharing;
  }

  stopSharing(): void {
    this.asked.push('stop sharing');
    this.patch({ screenStream: null });
  }

  async setProcessor(kind: 'audio' | 'video', processor: TrackProcessor | null): Promise<boolean> {
    this.asked.push(`${kind} processor ${processor ? 'on' : 'off'}`);
    if (this.processing || processor === null) this.processors[kind] = processor;
    return this.processing;
  }

  async startRecording(): Promise<RecordingAnswer> {
    this.asked.push('start recording');
    await this.recordingGate;
    if (this.recordingAnswer.ok) this.record();
    return this.recordingAnswer;
  }

  async stopRecording(): Promise<RecordingAnswer> {
    this.asked.push('stop recording');
    if (this.recordingAnswer.ok) this.patch({ recording: null });
    return this.recordingAnswer;
  }

  /** The call is recorded from now on, by the person at this device if nobody else is named. */
  record(change: Partial<CallRecording> = {}): void {
    const before = this.snapshot.recording ?? {
      recordingId: 'recording',
      startedBy: 'grace',
      startedAtMs: Date.now(),
      leg: 'sending',
    };
    this.patch({ recording: { ...before, ...change } });
  }

  async invite(people: readonly string[]): Promise<void> {
    this.asked.push(`invite ${people.join(', ')}`);
    if (this.inviteFailure) throw this.inviteFailure;
    for (const personId of people) {
      const known = this.snapshot.others.find((other) => other.personId === personId);
      this.stand({ personId, displayName: known?.displayName ?? personId, standing: 'ringing' });
    }
  }

  sendChat(text: string): boolean {
    const taken = text.trim() !== '' && text.length <= 1000 && this.snapshot.remotes.length > 0;
    this.asked.push(`chat ${text}`);
    if (taken) this.#say(null, text);
    return taken;
  }

  react(reaction: Reaction): void {
    this.asked.push(`react ${reaction}`);
    this.showReaction(reaction, null);
  }

  retryNow(): void {
    this.asked.push('retry now');
  }

  dispose(): void {
    this.disposed = true;
    this.#listeners.clear();
    this.#stateListeners.clear();
    this.#reactionListeners.clear();
  }

  #say(from: ChatMessage['from'], text: string): void {
    const { chat } = this.snapshot;
    this.patch({ chat: [...chat, { id: `${chat.length}`, from, text, atMs: Date.now() }] });
  }
}
