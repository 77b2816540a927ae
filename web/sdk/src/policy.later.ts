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
  /** While a connection is brought back. */
  recoveryLookMs: 100,
} as const;

/** What a person is told of their own microphone and camera. */
export const watching = {
  intervalMs: 200,
  /** Root mean square: quieter than this is not speech. */
  speechLoudness: 0.015,
  /** How long one speaks before being told, the pauses between words included. */
  speechMs: 600,
  pauseMs: 600,
  /** How long the word stays after the last sound. */
  lingerMs: 3_000,
  /** Not one sample other than zero, of 16 bits: a microphone in the quietest room is louder. */
  silentLoudness: 0.000_000_1,
  silentMs: 8_000,
  frozenMs: 4_000,
} as const;

/** Who speaks. Levels are 0 to 1, as WebRTC's `audioLevel`: 0.03 is about −30 dBov. */
export const voices = {
  onLevel: 0.03,
  offLevel: 0.01,
  /** Polls in a row above `onLevel` before somebody speaks. */
  pollsOn: 3,
  /** Quiet for this long before somebody does not speak any more: people breathe. */
  offMs: 1_000,
  /** Whoever is active stays so for this long, also when somebody else speaks louder. */
  minActiveMs: 2_000,
} as const;

/** Figures of a link. */
export const steps = {
  /** Samples in a row before quality goes down, and before it goes up. */
  samplesDown: 2,
  samplesUp: 4,
  /** What the other side reports of its loss comes every five seconds or more often. */
  reportMaxAgeMs: 6_000,
} as const;

/** What a device sends to a recording beside its call. */
export const recordingLeg = {
  /** From the offer until media can flow; relays take longest. */
  attemptTimeoutMs: 8_000,
  /** Waits double from first to last, and chance takes away up to a share of each. */
  firstRetryMs: 500,
  /** What is not sent meanwhile is missing in the recording. */
  lastRetryMs: 3_000,
  jitterShare: 0.5,
  /** The server may ask for more patience than that, but not for more than this. */
  maxWaitMs: 30_000,
  /** All devices lose a node at once: they come back spread over this. */
  scatterMs: 250,
  /** A connection that lasted this long was a good one. */
  stableMs: 5_000,
  /** When the server's socket comes back, an offer that is older than this is made again. */
  repeatAfterMs: 1_000,
  lookIntervalMs: 250,
  /** A node that takes media tells of it ten times a second. */
  silenceMs: 1_500,
  /** After a reason for doubt, for so long, it must be heard sooner. */
  doubtMs: 3_000,
  doubtfulSilenceMs: 500,
  soundBps: 48_000,
  /** Of a camera and of a screen each; less where the call itself has less. */
  pictureBps: { excellent: 1_500_000, good: 800_000, poor: 300_000, critical: 120_000, paused: 60_000 },
} as const;
