import { SightlineError } from '@sightline/sdk';

/** Why somebody could not be rung into the call. */
export function inviteWords(failure: unknown, name: string): string {
  if (!(failure instanceof SightlineError)) return `${name} could not be called. Try again.`;
  switch (failure.code) {
    case 'unreachable':
      return 'Sightline can’t be reached. Check your internet connection, then try again.';
    case 'invalid_transition':
      return `${name} can’t be added now: the call is full, or they are already in it.`;
    case 'too_many_requests':
      return failure.retryAfterSeconds === null
        ? 'That was too fast. Wait a moment, then try again.'
        : `That was too fast. Try again in ${failure.retryAfterSeconds} s.`;
    case 'not_found':
      return `${name} is not on this server any more.`;
    case 'not_a_participant':
    case 'not_signed_in':
      return 'You are not in this call any more.';
    default:
      return `${name} could not be called. Try again.`;
  }
}
