import { expect, it, vi } from 'vitest';
import { policy } from '../../src/adapt/levels.js';
import { Reader } from '../../src/adapt/reader.js';

const transport = { id: 'T', type: 'transport', selectedCandidatePairId: 'P1' };
const video = { id: 'V', type: 'outbound-rtp' };
const pairs = ['P1', 'P2'].map((id) => ({ id, type: 'candidate-pair' }));
const others = ['C', 'K'].map((id) => ({ id, type: 'codec' }));

/** As a browser lists them; `search` counts how often all were looked at. */
function statistics(...entries: { readonly id: string; readonly type: string }[]) {
  const report = new Map(entries.map((entry) => [entry.id, entry]));
  const search = vi.spyOn(report, 'forEach');
  return { report: report as unknown as RTCStatsReport, search };
}

it('searches once a second, and asks for what matters in between', () => {
  const reader = new Reader();
  const all = [...others, transport, video, ...pairs];
  const first = statistics(...all);
  expect(reader.read(first.report, 0)).toEqual(all);
  const second = statistics(...all);
  expect(reader.read(second.report, policy.searchMs - 1)).toEqual([transport, video, pairs[0]]);
  expect(second.search).not.toHaveBeenCalled();
  expect(reader.read(second.report, policy.searchMs)).toEqual(all);
});

it('follows the path that the transport goes over now', () => {
  const reader = new Reader();
  reader.read(statistics(transport, video, ...pairs).report, 0);
  const moved = { ...transport, selectedCandidatePairId: 'P2' };
  expect(reader.read(statistics(moved, video, ...pairs).report, 1)).toEqual([moved, video, pairs[1]]);
});

it('searches at once when something is gone', () => {
  const reader = new Reader();
  reader.read(statistics(transport, video, ...pairs).report, 0);
  const { report, search } = statistics(transport, ...pairs);
  expect(reader.read(report, 1)).toEqual([transport, ...pairs]);
  expect(search).toHaveBeenCalledOnce();
});

it('searches each time where no transport says which path is in use', () => {
  const reader = new Reader();
  reader.read(statistics(video, ...pairs).report, 0);
  expect(reader.read(statistics(video, ...others, ...pairs).report, 1)).toEqual([video, ...others, ...pairs]);
});
