import {
  type Call,
  type CallId,
  type CallSnapshot,
  type EndReason,
  type Participant,
  type PersonId,
  type Reaction,
  type RecordingAnswer,
  type RemotePeer,
  type Sharing,
  SightlineError,
  type StateChange,
  type TrackProcessor,
  type Unsubscribe,
} from '../api.js';
import type { Scope } from '../lifetime.js';
import { Listeners } from '../listeners.js';
import { call as policy } from '../policy.js';
import type { CallView } from '../protocol/messages.js';
import { toParticipant } from '../rest.js';
import type { SocketRefusal } from '../signalling/socket.js';
import { type CallStart, Exchange, type Surroundings } from './exchange.js';
import type { CallEffect, CallEvent, CallMachine } from './machine.js';
import { goesOnWithout, guardMsOf, idle, transition } from './machine.js';
import { pictureOf } from './picture.js';
import { interpret, reasonOf, wording } from './record.js';
import { Talk } from './talk.js';

/** The shell around the call machine: does what its transitions ask for, and tells it what happens. */
export class LiveCall implements Call {
  readonly #scope: Scope;
  readonly #around: Surroundings;
  readonly #start: CallStart;
  readonly #exchange: Exchange;
  readonly #talk: Talk;
  readonly #setGuard: (atMs: number | null) => void;
  readonly #listeners = new Listeners<[]>();
  readonly #stateListeners = new Listeners<[StateChange]>();
  readonly #events: CallEvent[] = [];
  /** Changes of state that listeners have yet to hear of. */
  readonly #untold: StateChange[] = [];
  #held = false;
  #machine: CallMachine = idle;
  #callId: CallId | null;
  #record: CallView | null = null;
  /** Not in yet, in a call that it comes back into. */
  #returns: boolean;
  /** How many others ring or take part, and whether one of them rings. */
  #company = 0;
  #snapshot: CallSnapshot;

  constructor(scope: Scope, around: Surroundings, start: CallStart) {
    this.#scope = scope;
    this.#around = around;
    this.#start = start;
    this.#callId = start.callId;
    this.#returns = start.type === 'rejoin';
    this.#company = start.others.filter(({ standing }) => standing === 'ringing' || standing === 'joined').length;
    this.#setGuard = scope.alarm(() => this.#waitedTooLong());
    this.#exchange = new Exchange(
      scope,
      around,
      {
        callType: start.callType,
        cameraOn: start.camera ?? start.callType === 'video',
        microphoneOn: start.microphone ?? true,
        nameOf: (personId) => this.#others().find((one) => one.personId === personId)?.displayName ?? '',
      },
      {
        changed: () => this.#refresh(),
        linksChanged: () => this.#linksChanged(),
        record: (record) => this.updated(record),
        refused: (reason) => void this.#refused(reason),
        notAccepted: (reason) => {
          if (reason === 'refused') void this.#refused('over', reason);
          else this.#dispatch({ type: 'over', reason, bySelf: false });
        },
        chat: (from, id, text) => this.#talk.heard(from, id, text),
        reaction: (reaction, from) => this.#talk.reacted(reaction, from),
      },
    );
    this.#talk = new Talk(around.runtime, this.#exchange.links, () => this.#refresh());
    this.#snapshot = this.#picture();
    this.#dispatch({ type: start.type });
  }

  get snapshot(): CallSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener);
  }

  onState(listener: (change: StateChange) => void): Unsubscribe {
    return this.#stateListeners.add(listener);
  }

  onReaction(listener: (reaction: Reaction, from: RemotePeer | null) => void): Unsubscribe {
    return this.#talk.onReaction(listener);
  }

  answer(options: { video?: boolean; microphone?: boolean } = {}): void {
    if (this.#machine.state !== 'INCOMING') return;
    // Nobody is told of what changes here before the answer has gone.
    this.#held = true;
    if (options.microphone !== undefined) this.#exchange.media.setMicrophone(options.microphone);
    if (options.video === false) this.#exchange.media.setCamera(false);
    this.#dispatch({ type: 'answer' });
  }

  decline(): void {
    if (this.#machine.state === 'INCOMING') this.hangUp();
  }

  hangUp(): void {
    this.#dispatch({ type: 'hang_up', goesOn: this.#company > 1 && goesOnWithout(this.#machine, this.#returns) });
  }

  setMicrophone(on: boolean): void {
    this.#exchange.media.setMicrophone(on);
  }

  setCamera(on: boolean): void {
    this.#exchange.media.setCamera(on);
  }

  setHand(raised: boolean): void {
    this.#exchange.setHand(raised);
  }

  setHold(onHold: boolean): void {
    this.#exchange.media.setHold(onHold);
  }

  retryCapture(): void {
    this.#exchange.media.retry();
  }

  shareScreen(options: { content?: 'text' | 'motion' } = {}): Promise<Sharing> {
    return this.#exchange.media.shareScreen(options);
  }

  stopSharing(): void {
    this.#exchange.media.stopSharing();
  }

  setProcessor(kind: 'audio' | 'video', processor: TrackProcessor | null): Promise<boolean> {
    return this.#exchange.media.setProcessor(kind, processor);
  }

  startRecording(): Promise<RecordingAnswer> {
    return this.#exchange.askToRecord(this.#callId, true);
  }

  stopRecording(): Promise<RecordingAnswer> {
    return this.#exchange.askToRecord(this.#callId, false);
  }

  async invite(people: readonly PersonId[]): Promise<void> {
    if (this.#callId === null) throw new SightlineError('invalid_transition', 'This call is not made yet.');
    this.updated(await this.#around.rest.invite(this.#callId, people));
  }

  sendChat(text: string): boolean {
    return this.#talk.say(text);
  }

  react(reaction: Reaction): void {
    this.#talk.react(reaction);
  }

  retryNow(): void {
    this.#exchange.check();
    this.#exchange.links.retryNow();
  }

  dispose(): void {
    this.hangUp();
    this.#dispatch({ type: 'finish' });
    this.#dispatch({ type: 'reset' });
    this.#listeners.clear();
    this.#stateListeners.clear();
    this.#talk.clear();
  }

  /** Whether this device is about to call exactly this person: their call, if it comes first, is then this one. */
  dials(personId: PersonId): boolean {
    const { others } = this.#start;
    return this.#callId === null && !this.#scope.disposed && others.length === 1 && others[0]?.personId === personId;
  }

  /** The server's word on this call, from whichever socket it came; older ones are ignored. */
  updated(record: CallView): void {
    if (record.call_id !== this.#callId || this.#scope.disposed) return;
    if (this.#record !== null && record.version <= this.#record.version) return;
    this.#record = record;
    const { personId, deviceId } = this.#exchange;
    const meaning = interpret(record, { personId, deviceId, returns: this.#returns });
    this.#company = meaning.company;
    if (meaning.over !== null) {
      this.#dispatch({ type: 'over', ...meaning.over });
      return;
    }
    // Both people called each other, and the other one's call came first: this is the answer to it.
    if (meaning.selfRings && this.#start.type === 'dial') this.#exchange.accept();
    if (meaning.selfJoined && this.#returns) {
      this.#returns = false;
      this.#dispatch({ type: 'accepted' });
    } else if (meaning.answered && this.#machine.state === 'RINGING') this.#dispatch({ type: 'accepted' });
    this.#exchange.takePart(meaning);
    this.#linksChanged();
  }

  /** The page closes: say goodbye in both ways, because a browser may drop either, and end here. */
  leave(): void {
    const { state } = this.#machine;
    if (state === 'ENDING' || state === 'ENDED' || state === 'IDLE') return;
    this.#exchange.leave();
    // Where it only rings, the person's other devices go on ringing.
    if (state === 'RINGING') this.#ask('cancel');
    else if (state !== 'INCOMING' && this.#callId !== null) {
      this.#around.rest.conclude(this.#callId, { leave: this.#exchange.deviceId }, { keepalive: true }).catch(() => {});
    }
    this.#dispatch({ type: 'over', reason: 'left', bySelf: true });
  }

  /** `reopens`: an open socket is not waited for. */
  networkChanged(reopens = false): void {
    this.#exchange.networkChanged(reopens);
  }

  /** One event after the other, also when a listener or an effect causes the next one. */
  #dispatch(event: CallEvent): void {
    this.#events.push(event);
    if (this.#events.length > 1) return;
    for (let next = this.#events[0]; next !== undefined; next = this.#events[0]) {
      const result = transition(this.#machine, next, this.#around.runtime.epochMs());
      if (result.ok) this.#enter(result.machine, result.effects);
      this.#events.shift();
    }
  }

  #enter(machine: CallMachine, effects: readonly CallEffect[]): void {
    this.#machine = machine;
    const guardMs = guardMsOf(machine);
    this.#setGuard(guardMs && this.#around.runtime.now() + guardMs);
    const change = machine.history.at(-1);
    if (change !== undefined) this.#untold.push(change);
    if (machine.state === 'CONNECTING') this.#hold();
    else this.#held = false;
    this.#refresh();
    for (const effect of effects) this.#perform(effect);
    if (machine.state === 'ENDED') this.#scope.dispose();
  }

  #perform(effect: CallEffect): void {
    switch (effect.type) {
      case 'initiate':
        void this.#exchange.capture();
        void this.#initiate();
        break;
      case 'return':
        void this.#exchange.capture();
        this.#exchange.accept();
        if (this.#callId !== null) void this.#exchange.join(this.#callId);
        break;
      case 'join':
        if (this.#callId !== null) void this.#exchange.join(this.#callId);
        break;
      case 'accept':
        this.#exchange.accept();
        void this.#exchange.capture();
        break;
      case 'report':
        this.#exchange.report(effect.mediaState);
        break;
      case 'release':
        this.#exchange.release();
        break;
      case 'conclude':
        this.#conclude(effect.ask);
    }
  }

  async #initiate(): Promise<void> {
    const { rest, iceServers } = this.#around;
    iceServers.prefetch();
    try {
      const channelId = await rest.channelWith(this.#start.others.map(({ personId }) => personId));
      if (this.#machine.state === 'INITIATING') {
        const record = await rest.initiate(this.#start.callType, channelId, this.#around.headers);
        this.#callId = record.call_id;
        this.#dispatch({ type: 'created' });
        this.updated(record);
      }
    } catch (error) {
      this.#dispatch({ type: 'fail', reason: reasonOf(error) });
    }
    // Hung up meanwhile: what was made must be cancelled, also when nobody waits for it any more.
    if (this.#machine.state !== 'RINGING' && this.#machine.state !== 'CONNECTING') this.#ask('cancel');
  }

  #conclude(ask: 'cancel' | 'decline' | 'end' | null): void {
    if (ask === null) this.#dispatch({ type: 'finish' });
    else if (ask === 'end' && this.#exchange.end()) this.#scope.timer(() => this.#ask('end'), policy.endConfirmMs);
    else if (this.#callId !== null) this.#ask(ask);
    // Otherwise the request that makes the call is under way, and asks when it knows the call.
  }

  #ask(ask: 'cancel' | 'decline' | 'end'): void {
    const finish = () => this.#dispatch({ type: 'finish' });
    if (this.#callId === null) finish();
    else {
      const { personId, deviceId } = this.#exchange;
      const fitting = wording(ask, this.#record, { personId, deviceId, returns: this.#start.type === 'rejoin' });
      // On the socket, too: there it cannot overtake what let this device in.
      if (typeof fitting === 'object') this.#exchange.leave();
      this.#around.rest.conclude(this.#callId, fitting, { keepalive: true }).then(finish, finish);
    }
  }

  async #refused(reason: SocketRefusal, otherwise: EndReason = 'ended'): Promise<void> {
    if (reason !== 'over') {
      this.#dispatch({ type: 'fail', reason: reason === 'not_signed_in' ? 'signed_out' : 'refused' });
      return;
    }
    if (this.#callId === null) return;
    const record = await this.#around.rest.call(this.#callId).catch(() => null);
    if (record !== null) this.updated(record);
    // The record had nothing new, or cannot be had.
    const { state } = this.#machine;
    const answeredElsewhere = state === 'INCOMING' || (state === 'CONNECTING' && this.#start.direction === 'incoming');
    this.#dispatch({ type: 'over', reason: answeredElsewhere ? 'answered_elsewhere' : otherwise, bySelf: false });
  }

  #linksChanged(): void {
    const { state } = this.#machine;
    const { status } = this.#exchange.links;
    if (status === 'connected') this.#dispatch({ type: 'connected' });
    // Somebody who rings may still come.
    else if (status === 'failed' && !this.#others().some(({ standing }) => standing === 'ringing')) {
      const reason = this.#machine.connectedAtMs === null ? this.#setupFailure : 'connection_lost';
      this.#dispatch({ type: 'fail', reason });
    } else if (state === 'CONNECTED' && (status === 'reconnecting' || status === 'failed')) {
      this.#dispatch({ type: 'disrupted' });
    }
    this.#refresh();
  }

  get #setupFailure(): EndReason {
    return this.#exchange.signallingUp ? 'failed_setup' : 'server_unreachable';
  }

  #waitedTooLong(): void {
    switch (this.#machine.state) {
      case 'INITIATING':
        this.#dispatch({ type: 'fail', reason: 'server_unreachable' });
        break;
      case 'RINGING':
      case 'INCOMING':
        this.#dispatch({ type: 'fail', reason: this.#exchange.signallingUp ? 'missed' : 'server_unreachable' });
        break;
      case 'CONNECTING':
        this.#dispatch({ type: 'fail', reason: this.#setupFailure });
        break;
      default:
        this.#dispatch({ type: 'finish' });
    }
  }

  #others(): readonly Participant[] {
    const others = this.#record?.participants.filter((one) => one.person_id !== this.#exchange.personId);
    return others?.map(toParticipant) ?? this.#start.others;
  }

  #refresh(): void {
    this.#snapshot = this.#picture();
    if (this.#held) return;
    this.#listeners.tell();
    for (const change of this.#untold.splice(0)) this.#stateListeners.tell(change);
  }

  /** A page that rendered its next screen now would hold up the answer, on either side, by more than the answer takes. */
  #hold(): void {
    this.#held = true;
    this.#scope.timer(() => {
      this.#held = false;
      this.#refresh();
    }, policy.answerHoldMs);
  }

  #picture(): CallSnapshot {
    const { callType, direction } = this.#start;
    const call = { callId: this.#callId, callType, direction, others: this.#others(), chat: this.#talk.messages };
    return pictureOf(call, this.#machine, this.#exchange, this.#record?.recording);
  }
}
