import { levelOf } from '../adapt/adapter.js';
import type { Quality, StatsSample } from '../api.js';
import type { Scope } from '../lifetime.js';
import { stats as policy } from '../policy.js';
import { nextQuality, type QualityState, unknownQuality } from '../quality/steps.js';
import type { Runtime } from '../runtime.js';
import { type Counters, frozen, type Report, readSample } from './sample.js';

export interface MeterEvents {
  /** Whether the other side sends its camera's picture, as far as it says. */
  pictureExpected(): boolean;
  measured(sample: StatsSample, quality: Quality | null): void;
  /**
   * After each look: whether anything has arrived since the look before, whether it was sound or pictures, and how long ago
   * the last of those came, where the browser says.
   */
  looked(heard: boolean, media: boolean, agoMs: number): void;
}

/** Measures one connection once a second. Yields what looks out of turn whether anything arrives. */
export function meter(
  scope: Scope,
  runtime: Runtime,
  connection: RTCPeerConnection,
  { pictureExpected, measured, looked }: MeterEvents,
): () => Promise<void> {
  let before: Counters | null = null;
  let seen: Counters | null = null;
  let state: QualityState = unknownQuality;
  /** The picture has moved since it is expected. */
  let moved = false;
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
      const expected = pictureExpected();
      moved = expected && (moved || (before !== null && counters.framesDecoded > before.framesDecoded));
      const full = {
        ...sample,
        frozenShare: moved && before !== null ? frozen(before, counters) : null,
        sendLevel: levelOf(connection),
      };
      before = counters;
      state = nextQuality(state, full);
      measured(full, state.quality);
    }
    looked(heard, media, media ? counters.quietMs : 0);
  };
  scope.interval(() => void look(true), policy.intervalMs);
  return () => look(false);
}
