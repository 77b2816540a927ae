import {
  type Call,
  type CallId,
  type CallSnapshot,
  type CallType,
  type EndReason,
  type PersonId,
  SightlineError,
  type StateChange,
  type Unsubscribe,
} from '../api.js';
import type { Scope } from '../lifetime.js';
import { Listeners } from '../listeners.js';
import { call as policy } from '../policy.js';
import type { CallView } from '../protocol/messages.js';
import type { SocketRefusal } from '../signalling/socket.js';
import { worst } from '../stats/quality.js';
import { Exchange, type Surroundings } from './exchange.js';
import { type CallEffect, type CallEvent, type CallMachine, idle, transition } from './machine.js';
import { interpret } from './record.js';

export interface CallStart {
  readonly direction: 'outgoing' | 'incoming';
  readonly callType: CallType;
  /** `null` for a call that is still to be made. */
  readonly callId: CallId | null;
  readonly other: { readonly personId: PersonId; readonly displayName: string };
}

/** The shell around the call machine: does what its transitions ask for, and tells it what happens. */
export class LiveCall implements Call {
  readonly #scope: Scope;
  readonly #around: Surroundings;
  readonly #start: CallStart;
  readonly #exchange: Exchange;
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
  #snapshot: CallSnapshot;

  constructor(scope: Scope, around: Surroundings, start: CallStart) {
    this.#scope = scope;
    this.#around = around;
    this.#start = start;
    this.#callId = start.callId;
    this.#setGuard = scope.alarm(() => this.#waitedTooLong());
    this.#exchange = new Exchange(
      scope,
      around,
      {
        callType: start.callType,
        nameOf: (personId) => this.#others().find((one) => one.personId === personId)?.displayName ?? '',
      },
      {
        changed: () => this.#refresh(),
        linksChanged: () => this.#linksChanged(),
        record: (record) => this.updated(record),
        refused: (reason) => void this.#refused(reason),
        answeredElsewhere: () => this.#dispatch({ type: 'over', reason: 'answered_elsewhere', bySelf: false }),
        captureFailed: (reason) => this.#dispatch({ type: 'fail', reason }),
      },
    );
    this.#snapshot = this.#picture();
    this.#dispatch({ type: start.direction === 'outgoing' ? 'dial' : 'ring' });
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

  answer(options: { video?: boolean } = {}): void {
    if (this.#machine.state !== 'INCOMING') return;
    if (options.video === false) this.#exchange.media.setCamera(false);
    this.#dispatch({ type: 'answer' });
  }

  decline(): void {
    if (this.#machine.state === 'INCOMING') this.hangUp();
  }

  hangUp(): void {
    this.#dispatch({ type: 'hang_up' });
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

  retryNow(): void {
    this.#exchange.check();
    this.#exchange.links.retryNow();
  }

  dispose(): void {
    this.#dispatch({ type: 'hang_up' });
    this.#dispatch({ type: 'finish' });
    this.#dispatch({ type: 'reset' });
    this.#listeners.clear();
    this.#stateListeners.clear();
  }

  /** The server's word on this call, from whichever socket it came; older ones are ignored. */
  updated(record: CallView): void {
    if (record.call_id !== this.#callId || this.#scope.disposed) return;
    if (this.#record !== null && record.version <= this.#record.version) return;
    this.#record = record;
    const { over, selfRings, selfJoined, answered, joinedPeers } = interpret(record, {
      personId: this.#exchange.personId,
      deviceId: this.#exchange.deviceId,
    });
    if (over !== null) {
      this.#dispatch({ type: 'over', ...over });
      return;
    }
    // Both people called each other, and the other one's call came first: this is the answer to it.
    if (selfRings && this.#start.direction === 'outgoing') this.#exchange.accept();
    if (answered && this.#machine.state === 'RINGING') this.#dispatch({ type: 'accepted' });
    this.#exchange.takePart(selfJoined, joinedPeers);
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
      this.#around.rest.leave(this.#callId, this.#exchange.deviceId, { keepalive: true }).catch(() => {});
    }
    this.#dispatch({ type: 'over', reason: 'left', bySelf: true });
  }

  networkChanged(): void {
    this.#exchange.check();
    this.#exchange.links.networkChanged();
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
    const guards: Partial<Record<string, number>> = policy.stateGuardMs;
    const guardMs = guards[machine.state];
    this.#setGuard(guardMs === undefined ? null : this.#around.runtime.now() + guardMs);
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
      const channelId = await rest.channelWith(this.#start.other.personId);
      if (this.#machine.state === 'INITIATING') {
        const record = await rest.initiate(this.#start.callType, channelId);
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
    else this.#around.rest.conclude(this.#callId, ask, { keepalive: true }).then(finish, finish);
  }

  async #refused(reason: SocketRefusal): Promise<void> {
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
    this.#dispatch({ type: 'over', reason: answeredElsewhere ? 'answered_elsewhere' : 'ended', bySelf: false });
  }

  #linksChanged(): void {
    const { state } = this.#machine;
    const { status } = this.#exchange.links;
    if (status === 'connected') this.#dispatch({ type: 'connected' });
    else if (status === 'failed') {
      const reason = this.#machine.connectedAtMs === null ? 'failed_setup' : 'connection_lost';
      this.#dispatch({ type: 'fail', reason });
    } else if (status !== 'none' && state === 'CONNECTED') this.#dispatch({ type: 'disrupted' });
    this.#refresh();
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
        this.#dispatch({ type: 'fail', reason: 'failed_setup' });
        break;
      default:
        this.#dispatch({ type: 'finish' });
    }
  }

  #others(): CallSnapshot['others'] {
    const others = this.#record?.participants.filter((one) => one.person_id !== this.#exchange.personId);
    return others?.map((one) => ({ personId: one.person_id, displayName: one.display_name })) ?? [this.#start.other];
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
    const { links, media, intents, localStream, signallingUp } = this.#exchange;
    const { state, connectedAtMs, endedAtMs, endReason, endedBySelf, history } = this.#machine;
    const over = endReason !== null;
    const remotes = over ? [] : links.remotes;
    return {
      callId: this.#callId,
      callType: this.#start.callType,
      direction: this.#start.direction,
      state,
      others: this.#others(),
      remotes,
      localStream,
      ...intents,
      captureHint: media.hint,
      quality: worst(remotes.map((remote) => remote.quality)),
      stats: over ? null : links.sample,
      signallingUp,
      connectedAtMs,
      endedAtMs,
      endReason,
      endedBySelf,
      history,
    };
  }
}

function reasonOf(error: unknown): EndReason {
  const code = error instanceof SightlineError ? error.code : 'unexpected';
  if (code === 'unreachable') return 'server_unreachable';
  return code === 'not_signed_in' ? 'signed_out' : 'refused';
}
