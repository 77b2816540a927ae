import type { Report } from '../stats/sample.js';
import { policy } from './levels.js';

/** What one link does with what is sent over it; `null` where the browser does not say. */
export interface SendingSample {
  /** Whether anything came from the other side in the last second. Otherwise nothing here is about the present. */
  readonly heard: boolean;
  /** Share of packets that did not arrive in the last second, 0 to 1. */
  readonly lossShare: number | null;
  /** Share of the packets since the last sample that the other side has asked for again. */
  readonly resentShare: number | null;
  /** What the browser believes the way can carry, everything together. */
  readonly availableBps: number | null;
  readonly roundTripMs: number | null;
  /** As the other side measures it. */
  readonly jitterMs: number | null;
  readonly sentBps: number | null;
}

/** What only makes sense as a difference between two moments. */
export interface SendingCounters {
  readonly atMs: number;
  readonly packetsSent: number;
  readonly packetsResent: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/**
 * Pure: a sample from the reports of now and the counters of some moments before, oldest first. What the other side asks to
 * be sent again tells of loss within a round trip; its receiver reports, once a second or less, of what is never asked for.
 */
export function readSending(
  reports: Iterable<Report>,
  before: readonly SendingCounters[],
  atMs: number,
): { readonly sample: SendingSample; readonly counters: readonly SendingCounters[] } {
  const all = [...reports];
  const outbound = all.filter(({ type }) => type === 'outbound-rtp');
  const heard = all.filter(({ type }) => type === 'remote-inbound-rtp');
  const transport = all.find(({ type }) => type === 'transport');
  const pair = all.find(({ type, id, selected }) =>
    type === 'candidate-pair' ? selected === true || id === transport?.selectedCandidatePairId : false,
  );

  const now: SendingCounters = {
    atMs,
    packetsSent: sum(outbound, 'packetsSent'),
    packetsResent: sum(outbound, 'retransmittedPacketsSent'),
    bytesSent: sum(outbound, 'bytesSent'),
    // The other side may send over another pair than this one.
    bytesReceived:
      numberOf(transport, 'bytesReceived') ??
      sum(
        all.filter(({ type }) => type === 'candidate-pair'),
        'bytesReceived',
      ),
  };
  const oldest = before[0];
  const last = before.at(-1);
  const seconds = last === undefined ? 0 : (atMs - last.atMs) / 1000;
  return {
    counters: [...before, now].slice(-policy.lossSamples),
    sample: {
      heard: oldest === undefined || now.bytesReceived > oldest.bytesReceived,
      lossShare: largest([
        oldest === undefined ? null : resent(oldest, now),
        ...heard.map((one) => freshLoss(one, all)),
      ]),
      resentShare: last === undefined ? null : resent(last, now),
      availableBps: numberOf(pair, 'availableOutgoingBitrate'),
      roundTripMs: toMs(
        largest(heard.map((one) => numberOf(one, 'roundTripTime'))) ?? numberOf(pair, 'currentRoundTripTime'),
      ),
      jitterMs: toMs(largest(heard.map((one) => numberOf(one, 'jitter')))),
      sentBps:
        last === undefined || seconds <= 0 ? null : Math.max(0, ((now.bytesSent - last.bytesSent) * 8) / seconds),
    },
  };
}

/** Receiver reports stay in the statistics until the next one; an old one would count again and again. */
function freshLoss(report: Report, all: readonly Report[]): number | null {
  const toldAtMs = numberOf(report, 'timestamp');
  const nowMs = largest(all.filter(({ type }) => type === 'outbound-rtp').map((one) => numberOf(one, 'timestamp')));
  if (toldAtMs !== null && nowMs !== null && nowMs - toldAtMs > policy.freshMs) return null;
  return numberOf(report, 'fractionLost');
}

function resent(before: SendingCounters, now: SendingCounters): number | null {
  const sent = now.packetsSent - before.packetsSent;
  return sent <= 0 ? null : Math.min(1, Math.max(0, (now.packetsResent - before.packetsResent) / sent));
}

function sum(reports: readonly Report[], name: string): number {
  return reports.reduce((total, report) => total + (numberOf(report, name) ?? 0), 0);
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function toMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

function numberOf(report: Report | undefined, name: string): number | null {
  const value = report?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
