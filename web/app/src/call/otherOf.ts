import type { CallSnapshot } from '@sightline/sdk';

const nobody = { personId: '', displayName: 'Someone' };

/** The other person of a call between two; in a group that rings here, the caller. */
export const otherOf = (snapshot: CallSnapshot) => snapshot.others[0] ?? nobody;
