/**
 * Every number that says how patient, how large or how often. The server's own limits are in docs/protocol.md. The long lists
 * are in modules of their own: numbers of a module are put where they are used, and their names are no part of the page.
 */

/** The steps of a call. */
export * as call from './policy/call.js';
/** Candidates to one peer. */
export * as candidates from './policy/candidates.js';

/** Numbered messages to one peer. */
export * as outbox from './policy/outbox.js';
/** Recovery of one peer link. */
export * as recovery from './policy/recovery.js';
/** Requests to the server. */
export * as request from './policy/request.js';
/** Both sockets. */
export * as socket from './policy/socket.js';

export const stats = {
  intervalMs: 1_000,
} as const;

/** Microphone and camera. */
export * as capture from './policy/capture.js';

/** What a person is told of their own microphone and camera. */
export const watch = {
  /** Nothing is measured while a call connects. */
  startDelayMs: 3_000,
} as const;

/** The data channel between two pages. */
export * as control from './policy/control.js';

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

/** Who speaks, and whether all fall silent. */
export const speaker = {
  intervalMs: 100,
} as const;
