import { recordingLeg as policy } from '../policy.later.js';
import type { RecordingLeg } from '../recordings.js';

/** What can happen to the connection by which a device sends its media to a recording. */
export type LegInput =
  /** The server's word on the call: which recording this device is to send to, or none. */
  | { readonly type: 'recorded'; readonly recordingId: string | null }
  | { readonly type: 'connected' }
  /** The browser has given the connection up, or is about to. */
  | { readonly type: 'lost' }
  /**
   * The offer was not answered. `gone`: there is no such recording any more. `refused`: it never will be answered.
   * `later`: it may be, but not before `waitMs`.
   */
  | { readonly type: 'unanswered'; readonly why: 'gone' | 'refused' | 'later'; readonly waitMs?: number }
  /** What has gone to the node and what has come from it since the last look. */
  | { readonly type: 'look'; readonly sent: boolean; readonly heard: boolean }
  /** The server is there again: what waits for it need not wait any longer. */
  | { readonly type: 'back' }
  /** The connection may have been cut: another network, or a server that is away. */
  | { readonly type: 'doubt' }
  | { readonly type: 'tick' };

/** `open` closes what was open before. */
export type LegEffect = 'open' | 'close';

export interface Leg {
  readonly phase: 'none' | 'waiting' | 'opening' | 'open' | 'refused';
  readonly recordingId: string | null;
  /** When the phase began. */
  readonly sinceMs: number;
  readonly wakeAtMs: number | null;
  /** Whether it has sent: what is missing then is an interruption. */
  readonly hasSent: boolean;
  /** Attempts in vain, in a row. */
  readonly failures: number;
  /** When the node was heard last, or nothing was sent that it could have answered. */
  readonly heardAtMs: number;
  readonly doubtUntilMs: number;
}

export type LegStep = readonly [leg: Leg, effects: readonly LegEffect[]];

export const noLeg: Leg = {
  phase: 'none',
  recordingId: null,
  sinceMs: 0,
  wakeAtMs: null,
  hasSent: false,
  failures: 0,
  heardAtMs: 0,
  doubtUntilMs: Number.NEGATIVE_INFINITY,
};

/** Pure: what a person is told of it. */
export function legState({ phase, hasSent, failures }: Leg): RecordingLeg {
  if (phase === 'open') return 'sending';
  if (phase === 'refused') return 'refused';
  return hasSent || failures > 0 ? 'interrupted' : 'connecting';
}

/**
 * Pure: the leg after `input`, and what to do. A leg that is lost is not repaired but opened anew, for as long as the call
 * says that it is recorded: the node goes on where it was.
 *
 * @param chance from 0 to below 1
 */
export function stepLeg(leg: Leg, input: LegInput, nowMs: number, chance: number): LegStep {
  switch (input.type) {
    case 'recorded':
      return follow(leg, input.recordingId, nowMs);
    case 'connected':
      if (leg.phase !== 'opening') return [leg, []];
      return [{ ...leg, phase: 'open', sinceMs: nowMs, wakeAtMs: null, hasSent: true, heardAtMs: nowMs }, []];
    case 'lost':
      if (leg.phase === 'opening') return fail(leg, nowMs, chance);
      return leg.phase === 'open' ? lose(leg, nowMs, chance) : [leg, []];
    case 'unanswered':
      if (leg.phase !== 'opening') return [leg, []];
      if (input.why === 'later') return fail(leg, nowMs, chance, input.waitMs);
      // A recording that goes on after all is heard of again with the next word on the call.
      if (input.why === 'gone') return [noLeg, ['close']];
      return [{ ...leg, phase: 'refused', wakeAtMs: null }, ['close']];
    case 'look':
      return leg.phase === 'open' ? look(leg, input, nowMs, chance) : [leg, []];
    case 'back':
      if (leg.phase === 'waiting') return open({ ...leg, failures: 1 }, nowMs);
      // An offer that left before may never be answered.
      if (leg.phase === 'opening' && nowMs - leg.sinceMs >= policy.repeatAfterMs) return open(leg, nowMs);
      return [leg, []];
    case 'doubt':
      return doubt(leg, nowMs);
    case 'tick':
      if (leg.wakeAtMs === null || nowMs < leg.wakeAtMs) return [leg, []];
      return leg.phase === 'waiting' ? open(leg, nowMs) : fail(leg, nowMs, chance);
  }
}

function follow(leg: Leg, recordingId: string | null, nowMs: number): LegStep {
  if (recordingId === null) return leg.recordingId === null ? [leg, []] : [noLeg, ['close']];
  return recordingId === leg.recordingId ? [leg, []] : open({ ...noLeg, recordingId }, nowMs);
}

function open(leg: Leg, nowMs: number): LegStep {
  return [{ ...leg, phase: 'opening', sinceMs: nowMs, wakeAtMs: nowMs + policy.attemptTimeoutMs }, ['open']];
}

/** Another attempt, after a wait that doubles. */
function fail(leg: Leg, nowMs: number, chance: number, atLeastMs = 0): LegStep {
  const backoffMs = Math.min(policy.lastRetryMs, policy.firstRetryMs * 2 ** leg.failures);
  const waitMs = Math.max(backoffMs * (1 - policy.jitterShare * chance), Math.min(atLeastMs, policy.maxWaitMs));
  const wakeAtMs = nowMs + waitMs;
  return [{ ...leg, phase: 'waiting', sinceMs: nowMs, wakeAtMs, failures: leg.failures + 1 }, ['close']];
}

/** At once, but not everybody in the same moment; a connection that did not last counts as an attempt in vain. */
function lose(leg: Leg, nowMs: number, chance: number): LegStep {
  if (nowMs - leg.sinceMs < policy.stableMs) return fail(leg, nowMs, chance);
  const wakeAtMs = nowMs + policy.scatterMs * chance;
  return [{ ...leg, phase: 'waiting', sinceMs: nowMs, wakeAtMs, failures: 0 }, ['close']];
}

function doubt(leg: Leg, nowMs: number): LegStep {
  return leg.phase === 'open' ? [{ ...leg, doubtUntilMs: nowMs + policy.doubtMs }, []] : [leg, []];
}

/** A node that lives answers what is sent many times a second. */
function look(leg: Leg, { sent, heard }: { sent: boolean; heard: boolean }, nowMs: number, chance: number): LegStep {
  const doubtful = nowMs < leg.doubtUntilMs;
  if (heard) return [{ ...leg, heardAtMs: nowMs, doubtUntilMs: nowMs }, []];
  // In doubt it begins anew all the same: nothing is lost by it meanwhile.
  if (!sent && !doubtful) return [{ ...leg, heardAtMs: nowMs }, []];
  const patienceMs = doubtful ? policy.doubtfulSilenceMs : policy.silenceMs;
  return nowMs - leg.heardAtMs >= patienceMs ? lose(leg, nowMs, chance) : [leg, []];
}
