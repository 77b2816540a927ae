import { describe, expect, it } from 'vitest';
import { lossOfOneCrossing } from '../../src/icetest/relay.js';

describe('the loss that a test of a relay shows', () => {
  it('is that of one crossing of the line, of which a message makes four', () => {
    expect(lossOfOneCrossing(10_000, 10_000 * 0.95 ** 4)).toBeCloseTo(0.05);
  });

  it('is none where everything comes back, and all where nothing does', () => {
    expect([25, 26, 0].map((cameBack) => lossOfOneCrossing(25, cameBack))).toEqual([0, 0, 1]);
  });
});
