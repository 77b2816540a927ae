import type { Call, CallRecord, CallType, EndReason, Sightline } from '@sightline/sdk';
import type { EndContext } from '../words';
import { contextOf } from './namesOf';

/** A call that rang here and stopped unanswered. */
export interface RingNotice {
  readonly reason: EndReason;
  readonly caller: Caller;
}

/** One of two calls ended while the other goes on. */
export interface PartNotice {
  readonly reason: EndReason;
  readonly context: EndContext;
}

export interface DeskSnapshot {
  /** The call that has the screen, until the person returns from it. */
  readonly current: Call | null;
  /** The call that waits behind it. */
  readonly held: Call | null;
  /** Whether `current` still goes on. */
  readonly busy: boolean;
  /** Calls that ring here, the first one first. */
  readonly ringing: readonly Call[];
  readonly notice: RingNotice | null;
  readonly parted: PartNotice | null;
  /** Grows with every call that is over: the list of recent calls has changed. */
  readonly callsEnded: number;
}

type Caller = { readonly personId: string; readonly displayName: string };
type Intents = { readonly camera?: boolean; readonly microphone?: boolean };

const empty = { current: null, held: null, busy: false, ringing: [], parted: null } as const;

/**
 * Which call has the screen, which one is on hold, and which ones ring. Owns each call it shows, and disposes of it.
 * At most one call is on hold.
 */
export class CallDesk {
  snapshot: DeskSnapshot = { ...empty, notice: null, callsEnded: 0 };
  readonly #listeners = new Set<() => void>();
  readonly #watches = new Map<Call, () => void>();

  constructor(readonly sightline: Pick<Sightline, 'call' | 'rejoin' | 'onIncoming'>) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Listens for calls until the returned function is called, which also lets go of every call. */
  open(): () => void {
    const stop = this.sightline.onIncoming((call) => this.#ring(call));
    return () => {
      stop();
      for (const call of [...this.#watches.keys()]) this.#release(call);
      this.#set(empty);
    };
  }

  /** Calls one person or up to three. Does nothing while a call goes on. */
  start(who: Caller | readonly Caller[], type: CallType, intents: Intents = {}): void {
    if (this.snapshot.busy) return;
    const people = ('personId' in who ? [who] : who).map(({ personId, displayName }) => ({ personId, displayName }));
    const [only, ...more] = people;
    if (only) this.#show(this.sightline.call(more.length === 0 ? only : people, { type, ...intents }));
  }

  /** Back into a call that goes on without this person. Does nothing while another one goes on here. */
  rejoin(record: CallRecord): void {
    if (!this.snapshot.busy) this.#show(this.sightline.rejoin(record));
  }

  /** Whether the running call can wait while another is answered: it is connected, and none waits yet. */
  get canHold(): boolean {
    const { current, held, busy } = this.snapshot;
    return busy && held === null && (current?.snapshot.connectedAtMs ?? null) !== null;
  }

  /** Answers a call that rings here. The one that runs is put on hold where it can be, and `keep` wants it; else it ends. */
  answer(call: Call, how: { video: boolean; microphone?: boolean }, keep = false): void {
    const { current, busy } = this.snapshot;
    if (current && busy) {
      if (keep && this.canHold) {
        current.setHold(true);
        this.#set({ held: current, current: null, busy: false });
      } else {
        this.#set({ current: null, busy: false });
        current.hangUp();
      }
    }
    call.answer(how);
  }

  /** The call on hold takes the screen, and the other one waits. */
  swap(): void {
    const { current, held } = this.snapshot;
    if (!current || !held) return;
    current.setHold(true);
    held.setHold(false);
    this.#set({ current: held, held: current, parted: null });
  }

  endHeld(): void {
    this.snapshot.held?.hangUp();
  }

  /** Leaves the last screen of the current call. */
  close(): void {
    if (this.snapshot.current) this.#release(this.snapshot.current);
    this.#set({ current: null, busy: false });
  }

  dismissNotice(): void {
    this.#set({ notice: null });
  }

  dismissParted(): void {
    this.#set({ parted: null });
  }

  #ring(call: Call): void {
    if (call.snapshot.state !== 'INCOMING') {
      this.#release(call);
      return;
    }
    this.#watch(call);
    this.#set({ ringing: [...this.snapshot.ringing, call], notice: null });
  }

  #show(call: Call): void {
    const previous = this.snapshot.current;
    if (previous && previous !== call && isOver(previous)) this.#release(previous);
    else if (previous && previous !== call) previous.hangUp();
    this.#watch(call);
    this.#set({ current: call, busy: !isOver(call), notice: null, parted: null });
  }

  #watch(call: Call): void {
    if (!this.#watches.has(call))
      this.#watches.set(
        call,
        call.onState(() => this.#follow(call)),
      );
  }

  #follow(call: Call): void {
    const rings = this.snapshot.ringing.includes(call);
    if (rings && !['INCOMING', 'ENDING', 'ENDED', 'IDLE'].includes(call.snapshot.state)) {
      this.#set({ ringing: this.snapshot.ringing.filter((other) => other !== call) });
      this.#show(call);
      return;
    }
    // Whether it can be put on hold may have changed.
    if (!isOver(call)) this.#set({});
    else if (rings) this.#stopRinging(call);
    else if (call === this.snapshot.held) this.#part(call, { held: null });
    else if (call === this.snapshot.current) this.#endCurrent(call);
    else this.#part(call, {});
  }

  /**
   * The last screen stays, unless another call waits. Whoever hung up goes on with that one at once; whoever was left
   * chooses when to be heard there.
   */
  #endCurrent(call: Call): void {
    const { held, busy } = this.snapshot;
    if (held) {
      this.#part(call, { current: held, held: null, busy: !isOver(held) });
      if (call.snapshot.endedBySelf) held.setHold(false);
    } else if (busy) {
      this.#set({ busy: false, callsEnded: this.snapshot.callsEnded + 1 });
    }
  }

  #part(call: Call, change: Partial<DeskSnapshot>): void {
    const { endReason, endedBySelf } = call.snapshot;
    const goesOn = (change.current ?? this.snapshot.current) !== null;
    const tell = goesOn && endReason !== null && !endedBySelf;
    this.#release(call);
    this.#set({
      ...change,
      parted: tell ? { reason: endReason, context: contextOf(call.snapshot) } : this.snapshot.parted,
      callsEnded: this.snapshot.callsEnded + 1,
    });
  }

  #stopRinging(call: Call): void {
    const { endReason, others } = call.snapshot;
    const caller = others[0];
    const tell = endReason !== null && endReason !== 'declined' && !call.snapshot.endedBySelf && caller !== undefined;
    this.#release(call);
    this.#set({
      ringing: this.snapshot.ringing.filter((other) => other !== call),
      notice: tell ? { reason: endReason, caller } : this.snapshot.notice,
      callsEnded: this.snapshot.callsEnded + 1,
    });
  }

  #release(call: Call): void {
    this.#watches.get(call)?.();
    this.#watches.delete(call);
    call.dispose();
  }

  #set(change: Partial<DeskSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const isOver = (call: Call) => call.snapshot.state === 'ENDED' || call.snapshot.state === 'IDLE';
