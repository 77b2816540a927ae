import { describe, expect, it } from 'vitest';
import { candidates as policy } from '../../src/policy.js';
import { CandidateBatcher } from '../../src/signalling/candidates.js';

describe('candidates', () => {
  it('sends the first at once', () => {
    const batcher = new CandidateBatcher<number>();
    batcher.add(1, 'host', 5);
    expect(batcher.wakeAtMs).toBe(5);
    expect(batcher.poll(5)).toEqual([[1]]);
    expect(batcher.wakeAtMs).toBeNull();
  });

  it('sends the first of each type at once, with what waits', () => {
    const batcher = new CandidateBatcher<number>();
    batcher.add(1, 'host', 0);
    batcher.poll(0);
    batcher.add(2, 'host', 5);
    batcher.add(3, 'srflx', 20);
    expect(batcher.poll(20)).toEqual([[2, 3]]);
    batcher.add(4, 'srflx', 30);
    batcher.add(5, null, 40);
    expect(batcher.poll(40)).toEqual([]);
    batcher.add(6, 'relay', 60);
    expect(batcher.poll(60)).toEqual([[4, 5, 6]]);
  });

  it('sends the rest together, counted from the first that waits', () => {
    const batcher = new CandidateBatcher<number>();
    batcher.add(1, 'host', 0);
    batcher.poll(0);
    batcher.add(2, 'host', 10);
    batcher.add(3, 'host', 90);
    expect(batcher.wakeAtMs).toBe(10 + policy.batchDelayMs);
    expect(batcher.poll(90)).toEqual([]);
    expect(batcher.poll(10 + policy.batchDelayMs)).toEqual([[2, 3]]);
  });

  it('sends a full batch without waiting, and never more in one', () => {
    const batcher = new CandidateBatcher<number>();
    batcher.add(0, 'host', 0);
    batcher.poll(0);
    for (let i = 1; i <= policy.maxPerBatch + 1; i += 1) batcher.add(i, 'host', 1);
    expect(batcher.poll(1).map((batch) => batch.length)).toEqual([policy.maxPerBatch]);
    expect(batcher.poll(1 + policy.batchDelayMs)).toEqual([[policy.maxPerBatch + 1]]);
  });

  it('keeps none back for longer than 100 ms, nor with more than 49 others', () => {
    const batcher = new CandidateBatcher<number>();
    batcher.add(0, 'host', 0);
    batcher.poll(0);
    batcher.add(1, 'host', 10);
    expect(batcher.wakeAtMs).toBeLessThanOrEqual(110);
    for (let i = 2; i <= 200; i += 1) batcher.add(i, 'host', 10);
    const batches = batcher.poll(110);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(50);
    expect(batches.flat()).toHaveLength(200);
  });

  it('begins anew with new credentials', () => {
    const batcher = new CandidateBatcher<number>();
    batcher.add(1, 'host', 0);
    batcher.poll(0);
    batcher.add(2, 'host', 1);
    batcher.restart();
    expect(batcher.wakeAtMs).toBeNull();
    batcher.add(3, 'host', 2);
    expect(batcher.poll(2)).toEqual([[3]]);
  });
});
