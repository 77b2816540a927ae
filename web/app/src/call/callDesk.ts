import type { Call, CallType, EndReason, Sightline } from '@sightline/sdk';

/** A call that rang here and stopped unanswered. */
export interface RingNotice {
  readonly reason: EndReason;
  readonly caller: { readonly personId: string; readonly displayName: string };
}

export interface DeskSnapshot {
  /** The call that has the screen, until the person returns from it. */
  readonly current: Call | null;
  /** Whether `current` still goes on; then a further call can only be declined. */
  readonly busy: boolean;
  /** Calls that ring here, the first one first. */
  readonly ringing: readonly Call[];
  readonly notice: RingNotice | null;
  /** Grows with every call that is over: the list of recent calls has changed. */
  readonly callsEnded: number;
}

type Caller = { readonly personId: string; readonly displayName: string };

/** Which call has the screen and which ones ring. Owns each call it shows, and disposes of it. */
export class CallDesk {
  snapshot: DeskSnapshot = { current: null, busy: false, ringing: [], notice: null, callsEnded: 0 };
  readonly #listeners = new Set<() => void>();
  readonly #watches = new Map<Call, () => void>();

  constructor(readonly sightline: Pick<Sightline, 'call' | 'onIncoming'>) {}

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
      this.#set({ current: null, busy: false, ringing: [] });
    };
  }

  start(person: Caller, type: CallType): void {
    if (this.snapshot.busy) return;
    this.#show(this.sightline.call({ personId: person.personId, displayName: person.displayName }, { type }));
  }

  /** Leaves the last screen of the current call. */
  close(): void {
    if (this.snapshot.current) this.#release(this.snapshot.current);
    this.#set({ current: null, busy: false });
  }

  dismissNotice(): void {
    this.#set({ notice: null });
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
    if (previous && previous !== call) this.#release(previous);
    this.#watch(call);
    this.#set({ current: call, busy: !isOver(call), notice: null });
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
    if (!isOver(call)) return;
    if (rings) this.#stopRinging(call);
    else if (call === this.snapshot.current && this.snapshot.busy) {
      this.#set({ busy: false, callsEnded: this.snapshot.callsEnded + 1 });
    }
  }

  #stopRinging(call: Call): void {
    const { endReason, others } = call.snapshot;
    const caller = others[0];
    const tell = endReason !== null && endReason !== 'declined' && caller !== undefined;
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
