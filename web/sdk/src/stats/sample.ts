import type { StatsSample } from '../api.js';

/** One entry of `RTCPeerConnection.getStats()`: a record of what the browser chose to say. */
export type Report = Readonly<Record<string, unknown>>;

/** What only makes sense as a difference between two moments. */
export interface Counters {
  readonly atMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /**
   * Grows with everything that arrives, also where no media is sent: answers to checks of the path in use count. Those of
   * other paths do not, nor the other side's checks, which may come in where nothing gets out.
   */
  readonly heard: number;
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
  const video = inbound.find((report) => report.kind === 'video');
  const pairs = all.filter((report) => report.type === 'candidate-pair');
  const transport = all.find((report) => report.type === 'transport');
  const pair = byId.get(String(transport?.selectedCandidatePairId));

  const counters: Counters = {
    atMs,
    bytesSent: sum(outbound, 'bytesSent'),
    bytesReceived: sum(inbound, 'bytesReceived'),
    packetsReceived: sum(inbound, 'packetsReceived'),
    packetsLost: sum(inbound, 'packetsLost'),
    heard:
      sum(inbound, 'bytesReceived') +
      // The other side may use another pair than this one.
      sum(pairs, 'bytesReceived') +
      sum(pair === undefined ? pairs : [pair], 'responsesReceived'),
  };
  const seconds = before === null ? 0 : (atMs - before.atMs) / 1000;
  const rate = (name: 'bytesSent' | 'bytesReceived') =>
    before === null || seconds <= 0 ? null : Math.max(0, Math.round(((counters[name] - before[name]) * 8) / seconds));

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
      localCandidateType: textOf(byId.get(String(pair?.localCandidateId)), 'candidateType'),
      remoteCandidateType: textOf(byId.get(String(pair?.remoteCandidateId)), 'candidateType'),
      videoCodec: textOf(byId.get(String(video?.codecId)), 'mimeType')?.replace(/^video\//i, '') ?? null,
    },
  };
}

/** Share of what should have arrived; late packets can make the browser's loss counter go down. */
function loss(before: Counters, now: Counters): number | null {
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
