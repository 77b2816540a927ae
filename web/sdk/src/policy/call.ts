/** How long a state may last when nothing is heard. The server ends ringing after 45 s. */
export const stateGuardMs = {
  INITIATING: 15_000,
  RINGING: 60_000,
  INCOMING: 60_000,
  CONNECTING: 16_000,
  ENDING: 4_000,
} as const;
/** Resend of `accept` while the server has not confirmed it. */
export const acceptTimeoutMs = 4_000;
/** How long listeners wait at the most for the answer to pass, and the connection that follows it: their next screen would cost more. */
export const answerHoldMs = 300;
/** After this long without an offer, the device that accepted makes one itself. */
export const offerTimeoutMs = 3_000;
/** How long the offer waits for capture: with permission, browsers offer real addresses instead of mDNS names. */
export const captureBeforeOfferMs = 1_500;
/** How long `end_call` may take before REST is asked as well. */
export const endConfirmMs = 1_000;
/** The next attempt to load what a recording needs. */
export const reloadMs = 3_000;
export const maxHistory = 200;
/** Eight sockets for each of four people. */
export const maxLinks = 32;
