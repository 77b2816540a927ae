import type { CallReport, PersonId } from '@sightline/sdk';
import type { Names } from './verdictWords';

export function namesIn({ call }: CallReport, selfId: PersonId): Names {
  return {
    selfId,
    nameOf: (personId) => call.participants.find((one) => one.personId === personId)?.displayName ?? 'Somebody',
  };
}
