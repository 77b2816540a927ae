export const openTimeoutMs = 10_000;
/** A ping goes out after this long without a message. Once it has, only its answer counts. */
export const heartbeatIntervalMs = 15_000;
export const heartbeatTimeoutMs = 5_000;
/** After a change of network, or when media falters, the socket must prove itself faster. */
export const checkTimeoutMs = 2_000;
/**
 * Where media falters, another one is opened beside it after this: the other side can be told of a restart over a socket that
 * works only. Whichever answers first stays.
 */
export const urgentCheckTimeoutMs = 300;
/** A new attempt begins this often then, each shortened by chance by up to a quarter. */
export const urgentRetryMs = 2_000;
/** One attempt of so many has twice as long to open. */
export const patientEvery = 8;
/** Waits double from first to last, each shortened by chance to between half and all of it. */
export const firstRetryMs = 250;
export const lastRetryMs = 10_000;
/** After 4029: too fast, or too many sockets. */
export const refusedRetryMs = 15_000;
/** A fresh ticket is tried this often before 4001 is believed. */
export const ticketAttempts = 2;
export const maxMessageBytes = 64 * 1024;
