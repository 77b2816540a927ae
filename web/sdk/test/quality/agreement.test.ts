import { describe, expect, it } from 'vitest';
import type { CallSnapshot, Quality, StatsSample } from '../../src/api.js';
import { Recorder } from '../../src/quality/recorder.js';
import { nextQuality, unknownQuality } from '../../src/quality/steps.js';
import { World } from '../support/world.js';
import { sampleOf } from './samples.js';

const line = (lossShare: number, seconds: number) =>
  Array.from({ length: seconds }, () => sampleOf({ lossShare, roundTripMs: 40 }));

/** What the three who judge a call say of these seconds: the dots at their end, its report, and what leaves for metrics. */
async function stepsOf(seconds: readonly StatsSample[]) {
  const call = { state: 'CONNECTED', history: [], captureProblems: [], warnings: [], screenStream: null };
  const pictures = seconds.map((stats) => ({ ...call, remotes: [{ personId: 'grace', connected: true, stats }] }));
  const ended = { ...call, state: 'ENDED', endReason: 'ended', remotes: [] };
  const recorder = new Recorder({ ...call, remotes: [] } as unknown as CallSnapshot, 0, 0);
  for (const [second, picture] of [...pictures, ended].entries()) {
    recorder.look(picture as unknown as CallSnapshot, 1_000 * (second + 1));
  }
  const batch = recorder.take(1_000 * seconds.length);

  const world = new World();
  const { ada } = await world.ring();
  const { call_id } = world.server.call;
  const part = { ...batch, events: [], person_id: 'ada', source: 'phone', began_at: '2026-11-20T12:00:00.000Z' };
  world.server.answers.set(`/calls/${call_id}/report`, [200, { call: world.server.call, parts: [part] }]);
  const { devices } = await ada.client.callReport(call_id);
  return {
    dots: seconds.reduce(nextQuality, unknownQuality).quality,
    report: devices[0]?.quality,
    metric: batch?.overall?.quality,
  };
}

describe('the quality of a call', () => {
  it.each<[Quality, number]>([
    ['excellent', 0.01],
    ['good', 0.03],
    ['poor', 0.06],
    ['critical', 0.2],
  ])('is %s for the dots, the report and the metric alike where a line stays the same', async (step, lossShare) => {
    expect(await stepsOf(line(lossShare, 62))).toEqual({ dots: step, report: step, metric: step });
  });

  it('is not another one for a bad second at the end, which has a row of its own', async () => {
    const seconds = [...line(0, 10), ...line(0.5, 1)];
    expect(await stepsOf(seconds)).toEqual({ dots: 'excellent', report: 'excellent', metric: 'excellent' });
  });
});
