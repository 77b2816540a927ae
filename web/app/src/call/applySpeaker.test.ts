import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applySpeaker } from './applySpeaker';

/** An output whose changes end when the test says so. */
class SlowOutput {
  sinkId = '';
  readonly changes: { to: string; ends: () => void; fails: () => void }[] = [];

  setSinkId(to: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const ends = () => {
        this.sinkId = to;
        resolve();
      };
      this.changes.push({ to, ends, fails: () => reject(new DOMException('Not there.', 'NotFoundError')) });
    });
  }
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('the speaker of an element', () => {
  let output: SlowOutput;

  beforeEach(() => {
    vi.useFakeTimers();
    output = new SlowOutput();
    output.sinkId = 'earphones';
  });

  afterEach(() => vi.useRealTimers());

  it('is the one that was applied last, also while an earlier change is under way', async () => {
    const leave = applySpeaker(output, '');
    await settled();
    leave();
    applySpeaker(output, 'earphones');
    output.changes[0]?.ends();
    await settled();
    expect(output.changes.map(({ to }) => to)).toEqual(['', 'earphones']);
    output.changes[1]?.ends();
    await settled();
    expect(output.sinkId).toBe('earphones');
  });

  it('is not one that has just come back, before its dead line is closed', async () => {
    const leave = applySpeaker(output, '', 'earphones');
    await settled();
    output.changes[0]?.ends();
    await settled();
    leave();
    applySpeaker(output, 'earphones');
    await vi.advanceTimersByTimeAsync(5_999);
    expect(output.changes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(output.changes.map(({ to }) => to)).toEqual(['', 'earphones']);
  });

  it('is at once another one that is chosen meanwhile', async () => {
    output.sinkId = '';
    applySpeaker(output, '', 'earphones')();
    const leave = applySpeaker(output, 'earphones');
    await settled();
    leave();
    applySpeaker(output, 'monitor');
    await settled();
    expect(output.changes.map(({ to }) => to)).toEqual(['monitor']);
  });

  it('is tried again when it cannot be opened yet', async () => {
    output.sinkId = '';
    applySpeaker(output, 'earphones');
    await settled();
    output.changes[0]?.fails();
    await vi.advanceTimersByTimeAsync(500);
    output.changes[1]?.ends();
    await settled();
    expect(output.sinkId).toBe('earphones');
  });

  it('stays where it is when it is never there, and asks no more', async () => {
    output.sinkId = '';
    applySpeaker(output, 'earphones');
    for (let attempt = 0; attempt < 10; attempt++) {
      await vi.advanceTimersByTimeAsync(500);
      output.changes.at(-1)?.fails();
    }
    expect(output.changes).toHaveLength(4);
    expect(output.sinkId).toBe('');
  });
});
