/** Every number that says how patient, how large or how often. The server's own limits are in docs/protocol.md. */

/** Requests to the server. */
export const request = {
  timeoutMs: 10_000,
  /** How long a call waits for ICE servers before it goes on with those it has. */
  iceServersWaitMs: 2_000,
  /** ICE servers are fetched again when they are older than this, or this near to their end. */
  iceServersMaxAgeMs: 30 * 60_000,
  iceServersMarginMs: 5 * 60_000,
  /** Servers that end soon or are refused are not asked for again within this. */
  iceServersRetryMs: 60_000,
  /** A day, because timers cannot be set for ever. */
  iceServersMaxLifeMs: 24 * 60 * 60_000,
} as const;

/** Both sockets. */
export const socket = {
  openTimeoutMs: 10_000,
  /** A ping goes out after this long without a message. Once it has, only its answer counts. */
  heartbeatIntervalMs: 15_000,
  heartbeatTimeoutMs: 5_000,
  /** After a change of network, or when media falters, the socket must prove itself faster. */
  checkTimeoutMs: 2_000,
  /** In a call without media even faster: the other side can be told of a restart over a socket that works only. */
  urgentCheckTimeoutMs: 750,
  /** A new attempt begins this often then, each shortened by chance by up to a quarter. */
  urgentRetryMs: 2_000,
  /** One attempt of so many has twice as long to open. */
  patientEvery: 5,
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
  /** Of the other side, until the call is answered. */
  maxHeld: 200,
  maxPerBatch: 50,
  maxChars: 1024,
} as const;

/** The steps of a call. */
export const call = {
  /** How long a state may last when nothing is heard. The server ends ringing after 45 s. */
  stateGuardMs: { INITIATING: 15_000, RINGING: 60_000, INCOMING: 60_000, CONNECTING: 16_000, ENDING: 4_000 },
  /** Resend of `accept` while the server has not confirmed it. */
  acceptTimeoutMs: 4_000,
  /** How long listeners wait for the answer to pass first, at the most: less than a person notices. */
  answerHoldMs: 100,
  /** After this long without an offer, the device that accepted makes one itself. */
  offerTimeoutMs: 3_000,
  /** How long the offer waits for capture: with permission, browsers offer real addresses instead of mDNS names. */
  captureBeforeOfferMs: 1_500,
  /** How long `end_call` may take before REST is asked as well. */
  endConfirmMs: 1_000,
  /** The next attempt to load what a recording needs. */
  reloadMs: 3_000,
  maxHistory: 200,
  /** Eight sockets for each of four people. */
  maxLinks: 32,
} as const;

/** Recovery of one peer link. */
export const recovery = {
  /** From the start of the exchange to `connected`: before the first restart, and before it is given up. */
  setupTimeoutMs: 4_000,
  setupLimitMs: 15_000,
  disconnectedGraceMs: 3_000,
  maxAttempts: 5,
  relayOnlyFromAttempt: 3,
  /** How long an attempt may take; doubles up to the last, and chance takes away up to a share of it. */
  attemptTimeoutMs: 2_000,
  lastAttemptTimeoutMs: 4_000,
  jitterShare: 0.2,
  /** How long the new connection may take that is tried when all attempts have failed. */
  renewTimeoutMs: 8_000,
  /** A new reason to restart waits until the attempt that is under way has had this long. */
  attemptGapMs: 1_000,
  /** How much longer the side that did not offer first waits for the other to restart, and at set-up. */
  followerPatienceMs: 700,
  setupPatienceMs: 3_000,
  /** A track that nothing arrives on for this long is a reason for doubt. */
  soundGapMs: 400,
  /** While a link is in doubt or down, it is looked at this often. */
  lookIntervalMs: 200,
  /** A link in doubt over which nothing at all arrives for this long is restarted, */
  silenceMs: 600,
  /** and one over which no media came before, and only an answer can come. */
  idleSilenceMs: 1_500,
  /** Each time doubles both for those that follow within a minute, up to when the browser itself says so. */
  alarmMemoryMs: 60_000,
  maxSilenceMs: 5_000,
  /** Once the peer has answered a restart, silence is its end after this long: then a new connection follows. */
  answeredSilenceMs: 400,
  /** Silence does not count when the timer that tells of it is late by so much. */
  lateMs: 200,
  /** How long after a reason for doubt silence counts: what arrives first may have been under way before. */
  watchMs: 3_000,
  /** Timers that are late by so much say that the device has slept. */
  sleptMs: 2_000,
  /** A first offer that has been said again this often without an answer is given up for one that asks for less. */
  reduceAfterRepeats: 3,
  /** Without media, and in vain: the server has given the place away by then. */
  giveUpMs: 60_000,
} as const;

export const stats = {
  intervalMs: 1_000,
} as const;

/** Microphone and camera. */
export const capture = {
  /** How often devices in use are listed again: not every browser tells of each that comes or goes (Chromium on Linux). */
  listIntervalMs: 2_000,
  /** Waits before a device that went away is asked for again; after the last, it cannot be had. */
  recaptureDelaysMs: [0, 500, 1_000, 2_000, 4_000],
  /** A device that has worked this long may go away as if for the first time. */
  stableMs: 10_000,
  /** A device that went away is taken back when it returns within this: a headset changes its profile. */
  returnMs: 15_000,
  /** Some devices are muted until their first sound or picture. */
  warmUpMs: 1_000,
  /** How often a preview says how loud the microphone is. */
  levelIntervalMs: 50,
} as const;

/** What a person is told of their own microphone and camera. */
export const watch = {
  /** Nothing is measured while a call connects. */
  startDelayMs: 3_000,
} as const;

/** The data channel between two pages. */
export const control = {
  maxMessageChars: 4_096,
  maxIdChars: 64,
  maxChatChars: 1_000,
  /** Messages of a call that are kept, the newest. */
  maxChatMessages: 200,
  /** What one peer may say; beyond it, it is not heard. */
  incoming: { burst: 60, perSecond: 30 },
  /** What this device says of its own accord, chat and reactions: less than others hear. */
  outgoing: { burst: 20, perSecond: 5 },
  /** Changes of microphone, camera and hand leave together when they follow each other faster. */
  intentsIntervalMs: 100,
} as const;

export const screens = {
  /** Tracks of one peer beside sound and camera; more are not looked at. */
  maxPerPeer: 4,
} as const;

/** What is sent of a picture, in bits per second. */
export const bitrates = {
  /** Between two people. */
  pairBps: 2_500_000,
  /** To each of several. */
  groupBps: 1_000_000,
  /** For receivers that choose: full size, half and a quarter. */
  layersBps: { h: 2_500_000, m: 1_000_000, l: 300_000 },
} as const;

/** Who speaks. */
export const speaker = {
  intervalMs: 200,
} as const;
