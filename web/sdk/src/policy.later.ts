/** As policy.ts, for what is loaded only when it is needed: its limits need not be there before. */

/** What a device reports of a call. */
export const report = {
  /** After media has come: until then, nothing is to take time from it. */
  startDelayMs: 2_000,
  /** What a row of samples holds. */
  sampleMs: 5_000,
  batchMs: 60_000,
  maxEventsPerBatch: 100,
  maxSamplesPerBatch: 100,
  maxPeople: 32,
  /** Batches that could not be sent and wait; then the oldest is dropped. */
  maxWaiting: 10,
  /** The server takes no more. */
  maxBatches: 2_000,
} as const;

/** The test of STUN and TURN servers. */
export const iceTest = {
  maxServers: 24,
  maxCandidates: 100,
  /** Browsers ask a server that does not answer for some ten seconds. */
  gatherTimeoutMs: 10_000,
  relayTimeoutMs: 6_000,
  pings: 25,
  pingIntervalMs: 20,
  /** For those that have not come back. */
  pingGraceMs: 1_000,
  burstMs: 1_000,
  burstMaxBytes: 4 * 1024 * 1024,
  burstMessageBytes: 16 * 1024,
  burstBufferedBytes: 256 * 1024,
} as const;

/** What a page tells the server of a call. The server takes no more at once, and reports not oftener. */
export const telemetry = {
  maxSpans: 64,
  maxEvents: 128,
  maxLinks: 8,
  /** After the connection stands: nothing else is then waited for. */
  firstReportMs: 5_000,
  reportIntervalMs: 30_000,
  firstFrameLookMs: 40,
  firstFrameWaitMs: 10_000,
  maxFirstFrameMs: 120_000,
} as const;
