import { recovery as policy, stats } from '../policy.js';

/** What the browser says of a connection, as far as recovery cares. */
export type Transport = 'connecting' | 'connected' | 'disconnected' | 'failed';

export type RecoveryInput =
  /** Descriptions are on their way: from here the link must come up. */
  | { readonly type: 'started' }
  | { readonly type: 'transport'; readonly transport: Transport }
  /** Whether one's own socket and the peer's are up: without both no restart can be agreed on. */
  | { readonly type: 'reachable'; readonly reachable: boolean }
  /** The device has moved to another network; a connection that is still fine proves it by receiving. */
  | { readonly type: 'network_changed' }
  /** A socket was lost, one's own or the peer's: perhaps more than that. */
  | { readonly type: 'suspect' }
  /** Packets have arrived since the last time. */
  | { readonly type: 'received' }
  /** None have, for longer than a connection over which media flowed is silent. */
  | { readonly type: 'quiet' }
  /** The peer has begun a restart of its own; `fresh`: with a new connection. */
  | { readonly type: 'peer_restarted'; readonly fresh: boolean }
  | { readonly type: 'retry_now' }
  | { readonly type: 'tick' };

export type RecoveryOutput =
  | { readonly type: 'connected' }
  | { readonly type: 'reconnecting' }
  | { readonly type: 'restart'; readonly attempt: number; readonly relayOnly: boolean }
  /** Nothing else has helped: start over with a new connection. */
  | { readonly type: 'renew' }
  | { readonly type: 'failed' };

export interface Recovery {
  /** `setup` and `recovering` have no media; `doubtful` had some a moment ago. */
  readonly phase: 'new' | 'setup' | 'connected' | 'doubtful' | 'recovering' | 'failed';
  /** The side that offered first restarts; the other only when that one stays silent. */
  readonly leads: boolean;
  readonly reachable: boolean;
  readonly attempts: number;
  /** The last resort has been tried. */
  readonly renewed: boolean;
  /** When something was heard last. */
  readonly heardAtMs: number;
  /** When the next restart is due; `null` while there is nothing to wait for, or nobody to agree with. */
  readonly restartAtMs: number | null;
  /** Until when silence on a connection that seems fine counts as its end. */
  readonly watchedUntilMs: number;
  /** When to stop hoping for signalling to come back. */
  readonly giveUpAtMs: number | null;
  readonly lastTransport: Transport;
}

export function recovery(leads: boolean): Recovery {
  return {
    phase: 'new',
    leads,
    reachable: false,
    attempts: 0,
    renewed: false,
    heardAtMs: Number.NEGATIVE_INFINITY,
    restartAtMs: null,
    watchedUntilMs: 0,
    giveUpAtMs: null,
    lastTransport: 'connecting',
  };
}

type Step = readonly [Recovery, readonly RecoveryOutput[]];

/** Pure: the state after `input`, and what to do. Wake it with `tick` at `wakeAtMs`. */
export function recover(state: Recovery, input: RecoveryInput, nowMs: number): Step {
  if (state.phase === 'failed') {
    return [input.type === 'reachable' ? { ...state, reachable: input.reachable } : state, []];
  }
  switch (input.type) {
    case 'started':
      if (state.phase !== 'new') return [state, []];
      return afterTransport(
        unreachableSince(
          { ...state, phase: 'setup', restartAtMs: nowMs + policy.setupTimeoutMs + patience(state) },
          nowMs,
        ),
        nowMs,
      );
    case 'transport':
      return afterTransport({ ...state, lastTransport: input.transport }, nowMs);
    case 'reachable':
      return reachability({ ...state, reachable: input.reachable }, nowMs);
    case 'network_changed':
      if (state.phase === 'doubtful') return due({ ...state, restartAtMs: nowMs }, nowMs);
      if (state.phase === 'recovering') return retry(state, nowMs);
      if (state.phase !== 'connected') return [state, []];
      return [watch(state, nowMs + policy.silenceMs, nowMs), []];
    case 'suspect':
      if (state.phase !== 'connected') return [state, []];
      return due(watch(state, Math.max(nowMs, state.heardAtMs + policy.lostSilenceMs), nowMs), nowMs);
    case 'quiet':
      return state.phase === 'connected' || state.phase === 'doubtful' ? interrupt(state, nowMs) : [state, []];
    case 'received':
      return received({ ...state, heardAtMs: nowMs }, nowMs);
    case 'peer_restarted':
      // One new connection is tried for both.
      return peerRestarted(input.fresh ? { ...state, lastTransport: 'connecting', renewed: true } : state, nowMs);
    case 'retry_now':
      return state.phase === 'recovering' ? retry(state, nowMs) : [state, []];
    case 'tick':
      return due(state, nowMs);
  }
}

export function wakeAtMs(state: Recovery): number | null {
  const restartAtMs = state.reachable || !hasNoMedia(state) ? state.restartAtMs : null;
  if (restartAtMs === null || state.giveUpAtMs === null) return restartAtMs ?? state.giveUpAtMs;
  return Math.min(restartAtMs, state.giveUpAtMs);
}

function received(state: Recovery, nowMs: number): Step {
  if (state.phase === 'connected') {
    return [{ ...state, restartAtMs: nowMs < state.watchedUntilMs ? nowMs + policy.silenceMs : null }, []];
  }
  // The browser may never have noticed that the connection was silent.
  return state.phase === 'recovering' ? afterTransport(state, nowMs) : [state, []];
}

function watch(state: Recovery, restartAtMs: number, nowMs: number): Recovery {
  return { ...state, restartAtMs, watchedUntilMs: nowMs + policy.watchMs };
}

function peerRestarted(state: Recovery, nowMs: number): Step {
  return hasNoMedia(state) ? [waitForPeer(state, nowMs), []] : [state, []];
}

function afterTransport(state: Recovery, nowMs: number): Step {
  if (state.phase === 'new') return [state, []];
  switch (state.lastTransport) {
    case 'connected':
      if (state.phase === 'connected') return [state, []];
      return [
        {
          ...state,
          phase: 'connected',
          attempts: 0,
          renewed: false,
          heardAtMs: nowMs,
          restartAtMs: null,
          giveUpAtMs: null,
        },
        state.phase === 'doubtful' ? [] : [{ type: 'connected' }],
      ];
    case 'disconnected':
      if (state.phase !== 'connected') return [state, []];
      // Browsers say so some seconds after the last packet.
      return due({ ...state, phase: 'doubtful', restartAtMs: nowMs + Math.max(0, graceLeftMs(state, nowMs)) }, nowMs);
    case 'failed':
      if (state.phase === 'connected' || state.phase === 'doubtful') return interrupt(state, nowMs);
      // During an attempt the browser may still say that the old one has failed.
      return state.phase === 'setup' && state.attempts === 0
        ? due({ ...state, restartAtMs: nowMs + patience(state) }, nowMs)
        : [state, []];
    case 'connecting':
      return [state, []];
  }
}

/** Media is gone: say so, and restart as soon as it is this side's turn. */
function interrupt(state: Recovery, nowMs: number): Step {
  const gone = unreachableSince({ ...state, phase: 'recovering', restartAtMs: nowMs + patience(state) }, nowMs);
  const [next, outputs] = due(gone, nowMs);
  return [next, [{ type: 'reconnecting' }, ...outputs]];
}

/** Does what is due now. */
function due(state: Recovery, nowMs: number): Step {
  if (state.giveUpAtMs !== null && nowMs >= state.giveUpAtMs) return fail(state);
  if (state.restartAtMs === null || nowMs < state.restartAtMs) return [state, []];
  // The grace of `disconnected` and the silence after a change of network need no signalling to be over.
  if (state.phase === 'connected' || state.phase === 'doubtful') return interrupt(state, nowMs);
  if (!state.reachable) return [state, []];
  if (state.attempts >= policy.maxAttempts) return state.renewed ? fail(state) : renew(state, nowMs);
  const attempt = state.attempts + 1;
  return [
    { ...state, attempts: attempt, restartAtMs: nowMs + attemptTimeout(attempt) },
    [{ type: 'restart', attempt, relayOnly: attempt >= policy.relayOnlyFromAttempt }],
  ];
}

function renew(state: Recovery, nowMs: number): Step {
  const restartAtMs = nowMs + policy.lastAttemptTimeoutMs;
  return [{ ...state, renewed: true, lastTransport: 'connecting', restartAtMs }, [{ type: 'renew' }]];
}

/** What is left of the grace of `disconnected`, where it is known since when nothing has been heard. */
function graceLeftMs(state: Recovery, nowMs: number): number {
  const silentMs = Math.max(0, nowMs - state.heardAtMs - stats.intervalMs);
  return policy.disconnectedGraceMs - (state.heardAtMs < 0 ? 0 : silentMs);
}

/** An attempt that was asked for, not earned: it must not be the one that ends the call. */
function retry(state: Recovery, nowMs: number): Step {
  return due({ ...state, attempts: Math.min(state.attempts, policy.maxAttempts - 1), restartAtMs: nowMs }, nowMs);
}

/** The peer's attempt counts for both sides; only if it leads nowhere does this side make its own. */
function waitForPeer(state: Recovery, nowMs: number): Recovery {
  const attempts = Math.min(policy.maxAttempts, state.attempts + 1);
  return { ...state, attempts, restartAtMs: nowMs + attemptTimeout(attempts) + patience(state) };
}

function reachability(state: Recovery, nowMs: number): Step {
  if (!hasNoMedia(state)) return [{ ...state, giveUpAtMs: null }, []];
  if (!state.reachable) {
    // An attempt that was cut off does not count.
    return [unreachableSince({ ...state, attempts: Math.max(0, state.attempts - 1) }, nowMs), []];
  }
  // What was cut off may still get through now that messages are sent again.
  const fresh = state.phase === 'recovering' && state.attempts === 0;
  const earliestMs = nowMs + (fresh ? patience(state) : policy.attemptTimeoutMs);
  return due({ ...state, giveUpAtMs: null, restartAtMs: Math.max(state.restartAtMs ?? nowMs, earliestMs) }, nowMs);
}

function unreachableSince(state: Recovery, nowMs: number): Recovery {
  return state.reachable || state.giveUpAtMs !== null ? state : { ...state, giveUpAtMs: nowMs + policy.giveUpMs };
}

function fail(state: Recovery): Step {
  return [{ ...state, phase: 'failed', restartAtMs: null, giveUpAtMs: null }, [{ type: 'failed' }]];
}

function hasNoMedia(state: Recovery): boolean {
  return state.phase === 'setup' || state.phase === 'recovering';
}

function patience(state: Recovery): number {
  return state.leads ? 0 : policy.followerPatienceMs;
}

function attemptTimeout(attempt: number): number {
  return Math.min(policy.lastAttemptTimeoutMs, policy.attemptTimeoutMs * 2 ** Math.max(0, attempt - 1));
}
