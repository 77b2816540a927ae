import type { CallState } from '@sightline/sdk';

/** Before people hear each other. */
export const isWaiting = (state: CallState) => ['INITIATING', 'RINGING', 'CONNECTING'].includes(state);

export const isOn = (state: CallState) => state !== 'ENDING' && state !== 'ENDED';
