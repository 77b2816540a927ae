import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policy } from '../../src/adapt/levels.js';
import { readSending } from '../../src/adapt/sending.js';
import type { Report } from '../../src/stats/sample.js';

/** Real statistics of both browsers, a second apart. */
function recorded(browser: 'chromium' | 'firefox'): Record<'first' | 'second', Report[]> {
  return JSON.parse(readFileSync(new URL(`../stats/${browser}.json`, import.meta.url), 'utf8'));
}

const pair = { id: 'P', type: 'candidate-pair', selected: true };
const video = { id: 'V', type: 'outbound-rtp', kind: 'video', timestamp: 10_000 };

function lossOf(first: Report[], second: Report[]): number | null {
  return readSending(second, readSending(first, [], 0).counters, 1_000).sample.lossShare;
}

describe('what is sent', () => {
  it.each(['chromium', 'firefox'] as const)('is read from what %s says', (browser) => {
    const { first, second } = recorded(browser);
    const before = readSending(first, [], 0);
    expect(before.sample).toMatchObject({ heard: true, resentShare: null, sentBps: null });
    const { sample } = readSending(second, before.counters, 1_000);
    expect(sample).toMatchObject({ heard: true, lossShare: 0, resentShare: 0 });
    expect(sample.roundTripMs).toBeGreaterThan(0);
    expect(sample.jitterMs).toBeGreaterThan(0);
    expect(sample.sentBps).toBeGreaterThan(100_000);
    if (browser === 'chromium') expect(sample.availableBps).toBeGreaterThan(300_000);
    else expect(sample.availableBps).toBeNull();
  });

  it('is nothing where the browser says nothing', () => {
    expect(readSending([], [], 0).sample).toEqual({
      heard: true,
      lossShare: null,
      resentShare: null,
      availableBps: null,
      roundTripMs: null,
      jitterMs: null,
      sentBps: null,
    });
  });

  it('that is asked for again was lost', () => {
    const at = (packetsSent: number, retransmittedPacketsSent: number) => [
      pair,
      { ...video, packetsSent, retransmittedPacketsSent },
    ];
    expect(lossOf(at(100, 0), at(200, 10))).toBeCloseTo(0.1);
    expect(lossOf(at(200, 10), at(200, 10))).toBeNull();
  });

  it('that the other side reports lost was lost, the worst of sound and picture', () => {
    const heard = (kind: string, fractionLost: number) => [
      { id: kind, type: 'remote-inbound-rtp', kind, timestamp: 9_500, fractionLost },
    ];
    const now = [pair, video, ...heard('audio', 0.02), ...heard('video', 0.08)];
    expect(lossOf([pair, video], now)).toBe(0.08);
  });

  it('is not judged by a report of long ago', () => {
    const report = { id: 'R', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.5 };
    const old = { ...report, timestamp: video.timestamp - policy.freshMs - 1 };
    expect(lossOf([pair, video], [pair, video, old])).toBeNull();
  });

  it('has not been heard of when nothing comes back for a second', () => {
    let read = readSending([{ ...pair, bytesReceived: 1 }, video], [], 0);
    for (let look = 1; look < policy.lossSamples; look += 1) {
      read = readSending([{ ...pair, bytesReceived: 2 }, video], read.counters, look * policy.sampleMs);
    }
    expect(read.sample.heard).toBe(true);
    for (let look = policy.lossSamples; look < 2 * policy.lossSamples; look += 1) {
      read = readSending([{ ...pair, bytesReceived: 2 }, video], read.counters, look * policy.sampleMs);
    }
    expect(read.sample.heard).toBe(false);
  });
});
