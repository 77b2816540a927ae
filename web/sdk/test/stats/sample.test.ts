import { describe, expect, it } from 'vitest';
import { readSample } from '../../src/stats/sample.js';
import chromium from './chromium.json' with { type: 'json' };
import firefox from './firefox.json' with { type: 'json' };

describe('a sample', () => {
  it('reads what Chromium reported within a second', () => {
    const { counters } = readSample(chromium.first, null, 0);
    expect(readSample(chromium.second, counters, 1000).sample).toMatchSnapshot();
  });

  it('reads what Firefox reported within a second', () => {
    const { counters } = readSample(firefox.first, null, 0);
    expect(readSample(firefox.second, counters, 1000).sample).toMatchSnapshot();
  });

  it('says nothing about rates and loss from a single moment', () => {
    expect(readSample(chromium.first, null, 0).sample).toMatchObject({
      lossShare: null,
      sendBitrateBps: null,
      receiveBitrateBps: null,
    });
  });

  it('counts loss as a share of what should have arrived in between', () => {
    const inbound = (packetsReceived: number, packetsLost: number) => [
      { id: 'in', type: 'inbound-rtp', kind: 'audio', packetsReceived, packetsLost },
    ];
    const { counters } = readSample(inbound(1000, 50), null, 0);
    expect(readSample(inbound(1090, 60), counters, 1000).sample.lossShare).toBeCloseTo(0.1);
    // Late packets arrived after all.
    expect(readSample(inbound(1100, 40), counters, 1000).sample.lossShare).toBe(0);
  });

  it('hears the other side also when it sends no media', () => {
    const pair = (responsesReceived: number) => [{ id: 'pair', type: 'candidate-pair', responsesReceived }];
    const { counters } = readSample(pair(3), null, 0);
    expect(readSample(pair(3), counters, 1000).counters.heard).toBe(counters.heard);
    expect(readSample(pair(4), counters, 1000).counters.heard).toBeGreaterThan(counters.heard);
  });

  it('is all null when the browser says nothing or nonsense', () => {
    const nonsense = [{ id: 'in', type: 'inbound-rtp', kind: 'video', jitter: 'much', framesPerSecond: Number.NaN }];
    for (const reports of [[], nonsense]) {
      const { sample } = readSample(reports, null, 7);
      expect(Object.entries(sample).filter(([name]) => name !== 'atMs')).toSatisfy((rest: [string, unknown][]) =>
        rest.every(([, value]) => value === null),
      );
    }
  });
});
