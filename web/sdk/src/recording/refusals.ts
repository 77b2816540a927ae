import { SightlineError } from '../api.js';
import type { RecordingAnswer } from '../recordings.js';

/** What no other attempt would make better: the offer itself is at fault. */
const faults = ['bad_offer', 'validation', 'malformed', 'too_large'];

/** Pure: why an offer to a recording was not answered. */
export function whyUnanswered(error: unknown): {
  readonly why: 'gone' | 'refused' | 'later';
  readonly waitMs?: number;
} {
  if (!(error instanceof SightlineError)) return { why: 'later' };
  if (error.code === 'not_found') return { why: 'gone' };
  if (faults.includes(error.code)) return { why: 'refused' };
  return { why: 'later', waitMs: (error.retryAfterSeconds ?? 0) * 1_000 };
}

/** Pure: why a recording was not started or stopped. */
export function whyNot(error: unknown): RecordingAnswer {
  const known = error instanceof SightlineError;
  const detail = known && error.code !== 'unexpected' && error.code !== 'unreachable' ? error.message : '';
  return { ok: false, reason: known ? (reasons[error.code] ?? 'failed') : 'failed', detail };
}

const reasons: Readonly<Record<string, Exclude<RecordingAnswer, { ok: true }>['reason']>> = {
  invalid_transition: 'not_in_call',
  not_a_participant: 'not_in_call',
  not_found: 'not_in_call',
  recording_unavailable: 'unavailable',
  unreachable: 'unreachable',
};
