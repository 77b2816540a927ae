import type { CallState, EndReason, StateChange } from '../api.js';
import { call as policy } from '../policy.js';

/** What can happen to a call on this device. */
export type CallEvent =
  | { readonly type: 'dial' }
  | { readonly type: 'ring' }
  /** Back into a call that runs. */
  | { readonly type: 'rejoin' }
  /** The server has made the call. */
  | { readonly type: 'created' }
  /** The other side has answered. */
  | { readonly type: 'accepted' }
  /** The person at this device answers. */
  | { readonly type: 'answer' }
  | { readonly type: 'connected' }
  | { readonly type: 'disrupted' }
  /** The person at this device cancels, declines or ends; `goesOn`: the others go on without them. */
  | { readonly type: 'hang_up'; readonly goesOn?: boolean }
  /** Something on this device makes the call impossible. */
  | { readonly type: 'fail'; readonly reason: EndReason }
  /** The server says that it is over, or over for this device. */
  | { readonly type: 'over'; readonly reason: EndReason; readonly bySelf: boolean }
  /** Everything is released and nobody needs to be waited for. */
  | { readonly type: 'finish' }
  | { readonly type: 'reset' };

/** What the shell must do after a transition. */
export type CallEffect =
  | { readonly type: 'initiate' }
  /** Join the call's socket and say `accept` on it at once. */
  | { readonly type: 'return' }
  /** Join the call's socket while it rings. */
  | { readonly type: 'join' }
  | { readonly type: 'accept' }
  | { readonly type: 'report'; readonly mediaState: 'connected' | 'reconnecting' | 'failed' }
  /** Stop tracks and close connections now, whatever the server says. */
  | { readonly type: 'release' }
  /** Ask the server to end the call; `null` where it knows. Then `finish`. */
  | { readonly type: 'conclude'; readonly ask: 'cancel' | 'decline' | 'end' | null };

export interface CallMachine {
  readonly state: CallState;
  readonly connectedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly endReason: EndReason | null;
  readonly endedBySelf: boolean;
  readonly history: readonly StateChange[];
}

export type Transition =
  | { readonly ok: true; readonly machine: CallMachine; readonly effects: readonly CallEffect[] }
  | { readonly ok: false; readonly reason: string };

export const idle: CallMachine = {
  state: 'IDLE',
  connectedAtMs: null,
  endedAtMs: null,
  endReason: null,
  endedBySelf: false,
  history: [],
};

const ends = { hang_up: 'ENDING', fail: 'ENDING', over: 'ENDING' } as const;

/** Every state and event, and where it leads. What is not listed is rejected. */
export const table: Readonly<Record<CallState, Readonly<Partial<Record<CallEvent['type'], CallState>>>>> = {
  IDLE: { dial: 'INITIATING', ring: 'INCOMING', rejoin: 'INITIATING' },
  // A device that rejoins skips RINGING.
  INITIATING: { created: 'RINGING', accepted: 'CONNECTING', ...ends },
  RINGING: { accepted: 'CONNECTING', ...ends },
  INCOMING: { answer: 'CONNECTING', ...ends },
  CONNECTING: { connected: 'CONNECTED', ...ends },
  CONNECTED: { disrupted: 'RECONNECTING', ...ends },
  RECONNECTING: { connected: 'CONNECTED', ...ends },
  ENDING: { finish: 'ENDED', over: 'ENDED' },
  ENDED: { reset: 'IDLE' },
};

/** Pure: the machine after `event`, and what to do; or why the event does not fit. */
export function transition(machine: CallMachine, event: CallEvent, nowMs: number): Transition {
  const from = machine.state;
  const to = table[from][event.type];
  if (to === undefined) return { ok: false, reason: `${event.type} does not fit ${from}` };

  const change: StateChange = { atMs: nowMs, from, to, cause: event.type };
  return {
    ok: true,
    machine: {
      ...machine,
      state: to,
      connectedAtMs: to === 'CONNECTED' ? (machine.connectedAtMs ?? nowMs) : machine.connectedAtMs,
      // The call is over for the person the moment it ends, not when the server has confirmed it.
      endedAtMs: to === 'ENDING' ? nowMs : machine.endedAtMs,
      ...ending(machine, event),
      history: [...machine.history, change].slice(-policy.maxHistory),
    },
    effects: effects(from, event),
  };
}

/** How long a state may last when nothing is heard; `null` for ever. */
export function guardMsOf({ state }: CallMachine): number | null {
  const guards: Partial<Record<string, number>> = policy.stateGuardMs;
  return guards[state] ?? null;
}

/** Whether others go on with a call that this person hangs up; before anybody has answered, it is the caller's alone. */
export function goesOnWithout({ state }: CallMachine, returns: boolean): boolean {
  return state !== 'INCOMING' && state !== 'RINGING' && (state !== 'INITIATING' || returns);
}

function ending(machine: CallMachine, event: CallEvent): Pick<CallMachine, 'endReason' | 'endedBySelf'> {
  const { endReason, endedBySelf } = machine;
  // What this device knew first stays: a call that was hung up here was not ended by the other a moment later.
  if (endReason !== null) return { endReason, endedBySelf };
  switch (event.type) {
    case 'hang_up':
      return { endReason: hangUpReason(machine.state, event.goesOn === true), endedBySelf: true };
    case 'fail':
      return { endReason: event.reason, endedBySelf: false };
    case 'over':
      return { endReason: event.reason, endedBySelf: event.bySelf };
    default:
      return { endReason, endedBySelf };
  }
}

function hangUpReason(state: CallState, goesOn: boolean): EndReason {
  if (state === 'INCOMING') return 'declined';
  if (goesOn) return 'left';
  return state === 'CONNECTED' || state === 'RECONNECTING' ? 'ended' : 'cancelled';
}

function effects(from: CallState, event: CallEvent): readonly CallEffect[] {
  switch (event.type) {
    case 'dial':
      return [{ type: 'initiate' }];
    case 'rejoin':
      return [{ type: 'return' }];
    case 'created':
    case 'ring':
      return [{ type: 'join' }];
    case 'answer':
      return [{ type: 'accept' }];
    case 'connected':
      return [{ type: 'report', mediaState: 'connected' }];
    case 'disrupted':
      return [{ type: 'report', mediaState: 'reconnecting' }];
    case 'hang_up':
      return [{ type: 'release' }, { type: 'conclude', ask: request(from) }];
    case 'fail':
      // The server names the cause of a broken connection itself; the other failures are a hang-up to everybody else.
      return event.reason === 'connection_lost' || event.reason === 'failed_setup'
        ? [{ type: 'report', mediaState: 'failed' }, { type: 'release' }, { type: 'conclude', ask: null }]
        : [{ type: 'release' }, { type: 'conclude', ask: request(from) }];
    case 'over':
      return from === 'ENDING' ? [] : [{ type: 'release' }, { type: 'conclude', ask: null }];
    default:
      return [];
  }
}

function request(from: CallState): 'cancel' | 'decline' | 'end' {
  if (from === 'INCOMING') return 'decline';
  return from === 'INITIATING' || from === 'RINGING' ? 'cancel' : 'end';
}
