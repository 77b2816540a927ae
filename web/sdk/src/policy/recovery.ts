/** From the start of the exchange to `connected`: before the first restart, and before it is given up. */
export const setupTimeoutMs = 4_000;
export const setupLimitMs = 15_000;
export const disconnectedGraceMs = 3_000;
export const maxAttempts = 5;
export const relayOnlyFromAttempt = 3;
/** How long an attempt may take; doubles up to the last, and chance takes away up to a share of it. */
export const attemptTimeoutMs = 2_000;
export const lastAttemptTimeoutMs = 4_000;
export const jitterShare = 0.2;
/** How long the new connection may take that is tried when all attempts have failed. */
export const renewTimeoutMs = 8_000;
/** A new reason to restart waits until the attempt that is under way has had this long. */
export const attemptGapMs = 1_000;
/** How much longer the side that did not offer first waits for the other to restart, and at set-up. */
export const followerPatienceMs = 700;
export const setupPatienceMs = 3_000;
/** A track that nothing arrives on for this long is a reason for doubt. */
export const soundGapMs = 400;
/** While a link is in doubt or down, it is looked at this often. */
export const lookIntervalMs = 100;
/** A link in doubt over which nothing at all arrives for this long is restarted, */
export const silenceMs = 300;
/** and one over which no media came before, and only an answer can come. */
export const idleSilenceMs = 1_500;
/** Each time triples both for those that follow within a minute, up to when the browser itself says so. */
export const alarmMemoryMs = 60_000;
export const maxSilenceMs = 5_000;
/** Once the peer has answered a restart, silence is its end after this long: then a new connection follows. */
export const answeredSilenceMs = 100;
/** Silence does not count when the timer that tells of it is late by so much. */
export const lateMs = 200;
/** How long after a reason for doubt silence counts: what arrives first may have been under way before. */
export const watchMs = 3_000;
/** Timers that are late by so much say that the device has slept. */
export const sleptMs = 2_000;
/** A first offer that has been said again this often without an answer is given up for one that asks for less. */
export const reduceAfterRepeats = 3;
/** Without media, and in vain: the server has given the place away by then. */
export const giveUpMs = 60_000;
