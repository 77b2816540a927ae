/** Every number that says how patient, how large or how often. The server's own limits are in docs/protocol.md. */

/** Requests to the server. */
export const request = {
  timeoutMs: 10_000,
  /** How long a call waits for ICE servers before it goes on with those it has. */
  iceServersWaitMs: 2_000,
  /** ICE servers are fetched again when they are older than this, or this near to their end. */
  iceServersMaxAgeMs: 30 * 60_000,
  iceServersMarginMs: 5 * 60_000,
} as const;

/** Both sockets. */
export const socket = {
  openTimeoutMs: 10_000,
  /** A ping goes out this often; anything that arrives counts as a sign of life. */
  heartbeatIntervalMs: 15_000,
  heartbeatTimeoutMs: 5_000,
  /** After a change of network, or when media falters, the socket must prove itself faster. */
  checkTimeoutMs: 2_000,
  /** Waits double from first to last, each shortened by chance to between half and all of it. */
  firstRetryMs: 250,
  lastRetryMs: 10_000,
  /** After 4029: too fast, or too many sockets. */
  refusedRetryMs: 15_000,
  /** A fresh ticket is tried this often before 4001 is believed. */
  ticketAttempts: 2,
  maxMessageBytes: 64 * 1024,
} as const;

/** Numbered messages to one peer. */
export const outbox = {
  /** Kept until they are acknowledged; below the server's burst of 200, so that a resend is never too fast. */
  maxMessages: 128,
  /** The first wait for an acknowledgement; doubles up to the last. */
  ackTimeoutMs: 3_000,
  lastAckTimeoutMs: 12_000,
  maxSdpChars: 48 * 1024,
} as const;

/** Candidates to one peer. */
export const candidates = {
  batchDelayMs: 100,
  maxPerBatch: 50,
  maxChars: 1024,
} as const;

/** The steps of a call. */
export const call = {
  /** How long a state may last when nothing is heard. The server's own limits come first: 45 s to ring, 30 s to connect. */
  stateGuardMs: { INITIATING: 15_000, RINGING: 60_000, INCOMING: 60_000, CONNECTING: 40_000, ENDING: 4_000 },
  /** Resend of `accept` while the server has not confirmed it. */
  acceptTimeoutMs: 4_000,
  /** How long listeners wait for the answer to pass first, at the most: less than a person notices. */
  answerHoldMs: 100,
  /** After this long without an offer, the device that accepted makes one itself. */
  offerTimeoutMs: 5_000,
  /** How long the offer waits for capture: with permission, browsers offer real addresses instead of mDNS names. */
  captureBeforeOfferMs: 1_500,
  /** How long `end_call` may take before REST is asked as well. */
  endConfirmMs: 1_000,
  maxHistory: 200,
  /** Eight sockets for each of four people. */
  maxLinks: 32,
} as const;

/** Recovery of one peer link. */
export const recovery = {
  /** From the start of the exchange to `connected`, before the first restart. */
  setupTimeoutMs: 5_000,
  disconnectedGraceMs: 3_000,
  maxAttempts: 5,
  relayOnlyFromAttempt: 3,
  /** How long an attempt may take; doubles up to the last. */
  attemptTimeoutMs: 2_000,
  lastAttemptTimeoutMs: 8_000,
  /** How much longer the side that did not offer first waits for the other to restart. */
  followerPatienceMs: 3_000,
  /** After a change of network, a link that receives nothing for this long is restarted. */
  silenceMs: 2_000,
  /** How long after a change of network this is watched: what arrives first may have been under way before. */
  watchMs: 6_000,
  /** Without media and without signalling: nobody can restart anything, and the server has given the place away. */
  giveUpMs: 60_000,
} as const;

export const stats = {
  intervalMs: 1_000,
  /** Samples in a row before quality goes down, and before it goes up. */
  samplesDown: 2,
  samplesUp: 4,
} as const;

export const capture = {
  /** A device that went away is asked for again after this long. */
  recaptureDelayMs: 500,
} as const;

export const control = { maxMessageChars: 1024 } as const;
