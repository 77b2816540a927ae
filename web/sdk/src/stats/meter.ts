import type { Quality, StatsSample } from '../api.js';
import type { Scope } from '../lifetime.js';
import { stats as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import { nextQuality, type QualityState, unknownQuality } from './quality.js';
import { type Counters, type Report, readSample } from './sample.js';

export interface MeterEvents {
  measured(sample: StatsSample, quality: Quality | null): void;
  /** After each look: whether anything has arrived since the look before, and whether it was sound or pictures. */
  looked(heard: boolean, media: boolean): void;
}

/** Measures one connection once a second. Yields what looks out of turn whether anything arrives. */
export function meter(
  scope: Scope,
  runtime: Runtime,
  connection: RTCPeerConnection,
  { measured, looked }: MeterEvents,
): () => Promise<void> {
  let before: Counters | null = null;
  let seen: Counters | null = null;
  let state: QualityState = unknownQuality;
  const look = async (measures: boolean) => {
    const report = await connection.getStats();
    if (scope.disposed) return;
    const reports: Report[] = [];
    report.forEach((one: Report) => {
      reports.push(one);
    });
    const { sample, counters } = readSample(reports, before, runtime.epochMs());
    const heard = seen !== null && counters.heard > seen.heard;
    const media = seen !== null && counters.bytesReceived > seen.bytesReceived;
    seen = counters;
    if (measures) {
      before = counters;
      state = nextQuality(state, sample);
      measured(sample, state.quality);
    }
    looked(heard, media);
  };
  scope.interval(() => void look(true), policy.intervalMs);
  return () => look(false);
}
