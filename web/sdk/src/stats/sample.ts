import type { StatsSample } from '../api.js';
import { steps as policy } from '../policy.later.js';

/** One entry of `RTCPeerConnection.getStats()`: a record of what the browser chose to say. */
export type Report = Readonly<Record<string, unknown>>;

/** What only makes sense as a difference between two moments. */
export interface Counters {
  readonly atMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly sound: { readonly packetsReceived: number; readonly packetsLost: number };
  readonly pictureBytes: number;
  readonly framesDecoded: number;
  readonly freezesMs: number;
  /** Seconds of waiting, a sample of sound each, and how many samples those are. */
  readonly bufferDelay: number;
  readonly bufferCount: number;
  /**
   * Grows with everything that arrives, also where no media is sent: answers to checks of the path in use count. Those of
   * other paths do not, nor the other side's checks, which may come in where nothing gets out.
   */
  readonly heard: number;
  /** No difference: how long ago the last packet of sound or pictures came; 0 where the browser does not say. */
  readonly quietMs: number;
}

/** Pure: a sample from the reports of now and the counters of the moment before; `null` where the browser did not say. */
export function readSample(
  reports: Iterable<Report>,
  before: Counters | null,
  atMs: number,
): { readonly sample: StatsSample; readonly counters: Counters } {
  const byId = new Map<string, Report>();
  for (const report of reports) byId.set(String(report.id), report);
  const all = [...byId.values()];

  const inbound = all.filter((report) => report.type === 'inbound-rtp');
  const outbound = all.filter((report) => report.type === 'outbound-rtp');
  const remoteInbound = all.filter((report) => report.type === 'remote-inbound-rtp');
  const sound = inbound.filter((report) => report.kind === 'audio');
  const video = inbound.find((report) => report.kind === 'video');
  const sentVideo = outbound.filter((report) => report.kind === 'video' && report.active !== false);
  const pairs = all.filter((report) => report.type === 'candidate-pair');
  const transport = all.find((report) => report.type === 'transport');
  const pair = byId.get(String(transport?.selectedCandidatePairId));

  const counters: Counters = {
    atMs,
    bytesSent: sum(outbound, 'bytesSent'),
    bytesReceived: sum(inbound, 'bytesReceived'),
    packetsReceived: sum(inbound, 'packetsReceived'),
    packetsLost: sum(inbound, 'packetsLost'),
    sound: { packetsReceived: sum(sound, 'packetsReceived'), packetsLost: sum(sound, 'packetsLost') },
    pictureBytes: numberOf(video, 'bytesReceived') ?? 0,
    framesDecoded: numberOf(video, 'framesDecoded') ?? 0,
    freezesMs: 1000 * (numberOf(video, 'totalFreezesDuration') ?? 0),
    bufferDelay: sum(sound, 'jitterBufferDelay'),
    bufferCount: sum(sound, 'jitterBufferEmittedCount'),
    heard:
      sum(inbound, 'bytesReceived') +
      // The other side may use another pair than this one.
      sum(pairs, 'bytesReceived') +
      sum(pair === undefined ? pairs : [pair], 'responsesReceived'),
    quietMs: quiet(inbound),
  };
  const seconds = before === null ? 0 : (atMs - before.atMs) / 1000;
  const rate = (name: 'bytesSent' | 'bytesReceived' | 'pictureBytes') =>
    before === null || seconds <= 0 ? null : Math.max(0, Math.round(((counters[name] - before[name]) * 8) / seconds));

  const local = byId.get(String(pair?.localCandidateId));

  return {
    counters,
    sample: {
      atMs,
      roundTripMs: toMs(numberOf(pair, 'currentRoundTripTime') ?? largest(remoteInbound, 'roundTripTime')),
      jitterMs: toMs(largest(inbound, 'jitter')),
      lossShare: before === null ? null : loss(before, counters),
      sendBitrateBps: rate('bytesSent'),
      receiveBitrateBps: rate('bytesReceived'),
      framesPerSecond: numberOf(video, 'framesPerSecond'),
      frameWidth: numberOf(video, 'frameWidth'),
      frameHeight: numberOf(video, 'frameHeight'),
      localCandidateType: textOf(local, 'candidateType'),
      remoteCandidateType: textOf(byId.get(String(pair?.remoteCandidateId)), 'candidateType'),
      videoCodec: textOf(byId.get(String(video?.codecId)), 'mimeType')?.replace(/^video\//i, '') ?? null,
      soundLossShare: before === null ? null : loss(before.sound, counters.sound),
      sentLossShare: largest(remoteInbound.filter(isFresh(outbound)), 'fractionLost'),
      jitterBufferMs: before === null ? null : waited(before, counters),
      // Whether a picture is expected, and what is sent by which rule, the connection's statistics do not say.
      frozenShare: null,
      pictureBitrateBps: rate('pictureBytes'),
      sentFrameHeight: largest(sentVideo, 'frameHeight'),
      sentFramesPerSecond: largest(sentVideo, 'framesPerSecond'),
      sendLevel: null,
      relayProtocol: textOf(local, 'relayProtocol'),
      networkType: textOf(local, 'networkType'),
    },
  };
}

/** Pure: the share of the time between two moments in which a picture that was shown before stood still. */
export function frozen(before: Counters, now: Counters): number {
  if (now.framesDecoded === before.framesDecoded) return 1;
  return Math.min(1, Math.max(0, now.freezesMs - before.freezesMs) / Math.max(1, now.atMs - before.atMs));
}

/** Reports of the other side stay in the statistics until the next one; an old one says nothing of now. */
function isFresh(outbound: readonly Report[]): (report: Report) => boolean {
  const nowMs = largest(outbound, 'timestamp');
  return (report) => nowMs === null || nowMs - (numberOf(report, 'timestamp') ?? nowMs) <= policy.reportMaxAgeMs;
}

function quiet(inbound: readonly Report[]): number {
  const arrivedAtMs = largest(inbound, 'lastPacketReceivedTimestamp');
  return arrivedAtMs === null ? 0 : Math.max(0, (largest(inbound, 'timestamp') ?? 0) - arrivedAtMs);
}

function waited(before: Counters, now: Counters): number | null {
  const count = now.bufferCount - before.bufferCount;
  return count > 0 ? (1000 * Math.max(0, now.bufferDelay - before.bufferDelay)) / count : null;
}

/** Share of what should have arrived; late packets can make the browser's loss counter go down. */
function loss(before: Counters['sound'], now: Counters['sound']): number | null {
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const expected = Math.max(0, now.packetsReceived - before.packetsReceived) + lost;
  return expected === 0 ? null : lost / expected;
}

function sum(reports: readonly Report[], name: string): number {
  return reports.reduce((total, report) => total + (numberOf(report, name) ?? 0), 0);
}

function largest(reports: readonly Report[], name: string): number | null {
  const values = reports.map((report) => numberOf(report, name)).filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}

function toMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

function numberOf(report: Report | undefined, name: string): number | null {
  const value = report?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(report: Report | undefined, name: string): string | null {
  const value = report?.[name];
  return typeof value === 'string' ? value : null;
}
