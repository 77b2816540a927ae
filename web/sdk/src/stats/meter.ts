import type { Quality, StatsSample } from '../api.js';
import type { Scope } from '../lifetime.js';
import { stats as policy } from '../policy.js';
import type { Runtime } from '../runtime.js';
import { nextQuality, type QualityState, unknownQuality } from './quality.js';
import { type Counters, type Report, readSample } from './sample.js';

export interface Measured {
  readonly sample: StatsSample;
  readonly quality: Quality | null;
  /** Whether anything has arrived since the second before. */
  readonly receiving: boolean;
  /** Whether it was media: sound or pictures. */
  readonly flowing: boolean;
}

/** Measures one connection once a second. */
export function meter(
  scope: Scope,
  runtime: Runtime,
  connection: RTCPeerConnection,
  measured: (result: Measured) => void,
): void {
  let before: Counters | null = null;
  let state: QualityState = unknownQuality;
  scope.interval(async () => {
    const report = await connection.getStats();
    if (scope.disposed) return;
    const reports: Report[] = [];
    report.forEach((one: Report) => {
      reports.push(one);
    });
    const { sample, counters } = readSample(reports, before, runtime.epochMs());
    const receiving = before !== null && counters.heard > before.heard;
    const flowing = before !== null && counters.bytesReceived > before.bytesReceived;
    before = counters;
    state = nextQuality(state, sample);
    measured({ sample, quality: state.quality, receiving, flowing });
  }, policy.intervalMs);
}
