import { recovery as policy, stats } from '../policy.js';

/** What the browser says of a connection, as far as recovery cares. */
export type Transport = 'connecting' | 'connected' | 'disconnected' | 'failed';

export type RecoveryInput =
  /** Descriptions are on their way: from here the link must come up. */
  | { readonly type: 'started' }
  | { readonly type: 'transport'; readonly transport: Transport }
  /** Whether one's own socket and the peer's are up, and the peer answers: otherwise no restart can be agreed on. */
  | { readonly type: 'reachable'; readonly reachable: boolean }
  /**
   * A reason to look whether the connection still works, which it proves by receiving. `moved`: the device has moved to
   * another network, or has slept. `flowing`: media arrived a moment ago; without, less is to be expected.
   */
  | { readonly type: 'doubt'; readonly moved: boolean; readonly flowing: boolean }
  /** Something has arrived since the last time, the last of it so long ago; `media`: sound or pictures. */
  | { readonly type: 'received'; readonly media: boolean; readonly agoMs: number }
  /** The peer has begun a restart of its own; `fresh`: with a new connection. */
  | { readonly type: 'peer_restarted'; readonly fresh: boolean }
  /** The peer has answered a restart, so it is well. */
  | { readonly type: 'answered' }
  /** The TURN credentials are others. */
  | { readonly type: 'refresh' }
  | { readonly type: 'retry_now' }
  | { readonly type: 'tick' };

export type RecoveryOutput =
  | { readonly type: 'connected' }
  | { readonly type: 'reconnecting' }
  /** Attempt 0 is no attempt: the connection works. */
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
  /** When the last attempt began that may still lead somewhere, on either side. */
  readonly attemptAtMs: number;
  /** The last resort has been tried. */
  readonly renewed: boolean;
  /** When something was heard last. */
  readonly heardAtMs: number;
  /** When the next restart is due; `null` while there is nothing to wait for. While connected: when silence is its end. */
  readonly restartAtMs: number | null;
  /** Until when silence on a connection that seems fine counts as its end. */
  readonly watchedUntilMs: number;
  /** How often silence alone has been taken for the end of late, and when it was last. */
  readonly alarms: number;
  readonly alarmAtMs: number;
  /** What is due next is a new connection, not another restart. */
  readonly hasty: boolean;
  /** When to stop hoping. */
  readonly giveUpAtMs: number | null;
  readonly lastTransport: Transport;
  /** From 0 to below 1: what shortens the waits of this step. */
  readonly chance: number;
}

export function recovery(leads: boolean): Recovery {
  return {
    phase: 'new',
    leads,
    reachable: false,
    attempts: 0,
    attemptAtMs: Number.NEGATIVE_INFINITY,
    renewed: false,
    heardAtMs: Number.NEGATIVE_INFINITY,
    restartAtMs: null,
    watchedUntilMs: 0,
    alarms: 0,
    alarmAtMs: Number.NEGATIVE_INFINITY,
    hasty: false,
    giveUpAtMs: null,
    lastTransport: 'connecting',
    chance: 0,
  };
}

type Step = readonly [Recovery, readonly RecoveryOutput[]];

/**
 * Pure: the state after `input`, and what to do. Wake it with `tick` at `wakeAtMs`. `chance`, from 0 to below 1, keeps many
 * who lost the same network from coming back at the same moment.
 */
export function recover(before: Recovery, input: RecoveryInput, nowMs: number, chance = 0): Step {
  const state = { ...before, chance };
  if (state.phase === 'failed') {
    return [input.type === 'reachable' ? { ...state, reachable: input.reachable } : state, []];
  }
  switch (input.type) {
    case 'started':
      if (state.phase !== 'new') return [state, []];
      return afterTransport(
        {
          ...state,
          phase: 'setup',
          restartAtMs: nowMs + policy.setupTimeoutMs + patience({ ...state, phase: 'setup' }),
          giveUpAtMs: nowMs + policy.setupLimitMs,
        },
        nowMs,
      );
    case 'transport':
      return afterTransport({ ...state, lastTransport: input.transport }, nowMs);
    case 'reachable':
      return reachability(state, input.reachable, nowMs);
    case 'doubt':
      return doubt(state, input, nowMs);
    case 'received':
      return received({ ...state, heardAtMs: nowMs - input.agoMs }, input.media, nowMs);
    case 'peer_restarted':
      // One new connection is tried for both.
      return peerRestarted(input.fresh ? { ...state, lastTransport: 'connecting', renewed: true } : state, nowMs);
    case 'answered':
      return [answered(state, nowMs), []];
    case 'refresh':
      return state.phase === 'connected'
        ? [state, [{ type: 'restart', attempt: 0, relayOnly: false }]]
        : hasNoMedia(state)
          ? retry(state, soonest(state, nowMs), nowMs)
          : [state, []];
    case 'retry_now':
      return state.phase === 'recovering' ? retry(state, nowMs, nowMs) : [state, []];
    case 'tick':
      return due(state, nowMs);
  }
}

export function wakeAtMs(state: Recovery): number | null {
  const restartAtMs = state.reachable || !hasNoMedia(state) ? state.restartAtMs : null;
  if (restartAtMs === null || state.giveUpAtMs === null) return restartAtMs ?? state.giveUpAtMs;
  return Math.min(restartAtMs, state.giveUpAtMs);
}

/** Whether it matters now, and not within a second, that something arrives. */
export function listensClosely({ phase, restartAtMs }: Recovery): boolean {
  return phase === 'recovering' || phase === 'doubtful' || (phase === 'connected' && restartAtMs !== null);
}

function doubt(state: Recovery, { moved, flowing }: { moved: boolean; flowing: boolean }, nowMs: number): Step {
  if (state.phase === 'connected') {
    const alarms = nowMs - state.alarmAtMs < policy.alarmMemoryMs ? state.alarms : 0;
    const restartAtMs = state.restartAtMs ?? silentAtMs({ ...state, alarms }, flowing, nowMs);
    return [{ ...state, alarms, restartAtMs, watchedUntilMs: nowMs + policy.watchMs }, []];
  }
  if (!moved) return [state, []];
  if (state.phase === 'doubtful') return due({ ...state, restartAtMs: nowMs }, nowMs);
  return state.phase === 'recovering' ? retry(state, soonest(state, nowMs), nowMs) : [state, []];
}

function received(state: Recovery, media: boolean, nowMs: number): Step {
  if (state.phase === 'connected') {
    // What arrives first may have been under way before.
    const watched = media && state.restartAtMs !== null && nowMs < state.watchedUntilMs;
    return [
      { ...state, restartAtMs: watched ? silentAtMs(state, true, state.heardAtMs + policy.soundGapMs) : null },
      [],
    ];
  }
  // The browser may never have noticed that the connection was silent.
  if (state.phase !== 'recovering') return [state, []];
  const [next, outputs] = afterTransport(state, nowMs);
  return [next.phase === 'connected' ? { ...next, restartAtMs: null } : next, outputs];
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
          hasty: false,
          heardAtMs: nowMs,
          // One that came back must be heard: it may work in one direction only.
          restartAtMs: state.phase === 'recovering' ? silentAtMs(state, false, nowMs) : null,
          giveUpAtMs: null,
        },
        state.phase === 'doubtful' ? [] : [{ type: 'connected' }],
      ];
    case 'disconnected': {
      if (state.phase !== 'connected') return [state, []];
      // Browsers say so some seconds after the last packet.
      const graceEndsAtMs = nowMs + Math.max(0, graceLeftMs(state, nowMs));
      const restartAtMs = Math.min(graceEndsAtMs, state.restartAtMs ?? graceEndsAtMs);
      return due({ ...state, phase: 'doubtful', restartAtMs }, nowMs);
    }
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
  const gone: Recovery = { ...state, phase: 'recovering', hasty: false, giveUpAtMs: nowMs + policy.giveUpMs };
  const [next, outputs] = due({ ...gone, restartAtMs: soonest(gone, nowMs + patience(gone)) }, nowMs);
  return [next, [{ type: 'reconnecting' }, ...outputs]];
}

/** Does what is due now. */
function due(state: Recovery, nowMs: number): Step {
  if (state.giveUpAtMs !== null && nowMs >= state.giveUpAtMs) return fail(state);
  if (state.restartAtMs === null || nowMs < state.restartAtMs) return [state, []];
  // The grace of `disconnected` and silence need no signalling to be over.
  if (state.phase === 'doubtful') return interrupt(state, nowMs);
  if (state.phase === 'connected') return silence(state, state.restartAtMs, nowMs);
  if (!state.reachable) return [state, []];
  if (state.hasty) return renewHastily(state, state.restartAtMs, nowMs);
  if (state.attempts >= policy.maxAttempts) return state.renewed ? fail(state) : renew(state, nowMs);
  const attempt = state.attempts + 1;
  return [
    { ...state, attempts: attempt, attemptAtMs: nowMs, restartAtMs: nowMs + attemptTimeout(state, attempt) },
    [{ type: 'restart', attempt, relayOnly: attempt >= policy.relayOnlyFromAttempt }],
  ];
}

/** Nothing has arrived in time, although the browser thinks that the connection works. */
function silence(state: Recovery, dueAtMs: number, nowMs: number): Step {
  // A device that is late itself cannot tell that others are.
  if (nowMs - dueAtMs >= policy.lateMs) return [{ ...state, restartAtMs: silentAtMs(state, true, nowMs) }, []];
  return interrupt({ ...state, alarms: state.alarms + 1, alarmAtMs: nowMs }, nowMs);
}

/**
 * From when silence is taken for the end. Each alarm triples the patience: where a device and not a network is slow,
 * restarts make it slower.
 */
function silentAtMs({ alarms }: Recovery, flowing: boolean, nowMs: number): number {
  const firstMs = flowing ? policy.silenceMs : policy.idleSilenceMs;
  return nowMs + Math.min(policy.maxSilenceMs, firstMs * 3 ** alarms);
}

function renew(state: Recovery, nowMs: number): Step {
  const restartAtMs = nowMs + policy.renewTimeoutMs;
  return [
    { ...state, renewed: true, attemptAtMs: nowMs, lastTransport: 'connecting', restartAtMs },
    [{ type: 'renew' }],
  ];
}

/**
 * A peer that answers and is not heard is behind a path that is dead. A browser may keep to such a path for seconds, whatever
 * else there is. Not at a second alarm: then it may be a device that is slow.
 */
function answered(state: Recovery, nowMs: number): Recovery {
  const { phase, lastTransport, attempts, alarms, alarmAtMs, restartAtMs } = state;
  const browserKnows = lastTransport === 'disconnected' || lastTransport === 'failed';
  if (phase !== 'recovering' || browserKnows || attempts !== 1 || alarms !== 1) return state;
  if (restartAtMs === null || nowMs - alarmAtMs > policy.watchMs) return state;
  return { ...state, hasty: true, restartAtMs: Math.min(restartAtMs, nowMs + policy.answeredSilenceMs) };
}

/** The last resort first: it still follows when this and all attempts have failed. */
function renewHastily(state: Recovery, dueAtMs: number, nowMs: number): Step {
  const patient = { ...state, hasty: false };
  if (nowMs - dueAtMs >= policy.lateMs) return due(patient, nowMs);
  const [next, outputs] = renew(patient, nowMs);
  const restartAtMs = nowMs + attemptTimeout(state, policy.maxAttempts);
  // It is an attempt as well, and its own answer is no reason for another.
  return [{ ...next, attempts: state.attempts + 1, renewed: false, restartAtMs }, outputs];
}

/** What is left of the grace of `disconnected`, where it is known since when nothing has been heard. */
function graceLeftMs(state: Recovery, nowMs: number): number {
  const silentMs = Math.max(0, nowMs - state.heardAtMs - stats.intervalMs);
  return policy.disconnectedGraceMs - (state.heardAtMs < 0 ? 0 : silentMs);
}

/** An attempt that was asked for, not earned: it must not be the one that ends the call. */
function retry(state: Recovery, atMs: number, nowMs: number): Step {
  return due({ ...state, attempts: Math.min(state.attempts, policy.maxAttempts - 1), restartAtMs: atMs }, nowMs);
}

/** The peer's attempt counts for both sides; only if it leads nowhere does this side make its own. */
function waitForPeer(state: Recovery, nowMs: number): Recovery {
  const attempts = Math.min(policy.maxAttempts, state.attempts + 1);
  const restartAtMs = nowMs + attemptTimeout(state, attempts) + patience(state);
  return { ...state, attempts, attemptAtMs: nowMs, restartAtMs };
}

function reachability(before: Recovery, reachable: boolean, nowMs: number): Step {
  const state = { ...before, reachable };
  if (reachable === before.reachable || !hasNoMedia(state)) return [state, []];
  if (!reachable) {
    // An attempt that was cut off does not count.
    const attempts = Math.max(0, state.attempts - 1);
    return [{ ...state, attempts, attemptAtMs: Number.NEGATIVE_INFINITY }, []];
  }
  // At set-up, what was cut off may still get through now that messages are sent again. Later, the paths that an old
  // attempt looked for may be those of a network that is gone.
  const restartAtMs =
    state.phase === 'setup'
      ? Math.max(state.restartAtMs ?? nowMs, nowMs + policy.attemptTimeoutMs)
      : soonest(state, nowMs + patience(state));
  return due({ ...state, restartAtMs }, nowMs);
}

/** Whoever is told of many reasons at once makes one attempt, and lets it have a moment. */
function soonest({ attemptAtMs }: Recovery, atMs: number): number {
  return Math.max(atMs, attemptAtMs + policy.attemptGapMs);
}

function fail(state: Recovery): Step {
  return [{ ...state, phase: 'failed', restartAtMs: null, giveUpAtMs: null }, [{ type: 'failed' }]];
}

function hasNoMedia(state: Recovery): boolean {
  return state.phase === 'setup' || state.phase === 'recovering';
}

function patience(state: Recovery): number {
  if (state.leads) return 0;
  return state.phase === 'setup' ? policy.setupPatienceMs : policy.followerPatienceMs;
}

function attemptTimeout(state: Recovery, attempt: number): number {
  const fullMs = Math.min(policy.lastAttemptTimeoutMs, policy.attemptTimeoutMs * 2 ** Math.max(0, attempt - 1));
  return fullMs * (1 - policy.jitterShare * state.chance);
}
