import type { CallReport, DeviceReport, Impairment, ReportSample } from '@sightline/sdk';
import { describe, expect, it } from 'vitest';
import { grace } from '../testing/fakeSightline';
import { namesIn } from './names';
import { calmReport, event, row, troubledReport } from './samples';
import { findingsOf } from './verdict';
import { findingWords, verdictWords } from './verdictWords';

const self = grace.personId;
const sentences = (report: CallReport, selfId = self) =>
  findingsOf(report, selfId).map((finding) => findingWords(finding, namesIn(report, selfId)));

/** What Grace's device saw; Ada's saw nothing. */
function own(change: (device: DeviceReport, startMs: number) => Partial<DeviceReport>): CallReport {
  const report = calmReport();
  return {
    ...report,
    devices: report.devices.map((device) =>
      device.personId === self ? { ...device, ...change(device, report.call.createdAtMs) } : device,
    ),
  };
}

describe('the verdict', () => {
  it('on a calm call is that nothing stood out', () => {
    const report = calmReport();
    expect(sentences(report)).toEqual([]);
    expect(verdictWords('excellent', [], namesIn(report, self))).toBe('The call was excellent. Nothing stood out.');
  });

  it('names the loss, how long, and what was done about it, and tells what both saw once', () => {
    const words = sentences(troubledReport());
    expect(words).toContain(
      'The way from you to Ada Lovelace lost 12 % for 40 s; your video was lowered to protect the sound.',
    );
    expect(words.filter((one) => one.includes('lost'))).toHaveLength(1);
    expect(sentences(troubledReport(), 'ada')).toContain(
      'The way from Grace Hopper to you lost 12 % for 40 s; Grace Hopper’s video was lowered to protect the sound.',
    );
  });

  it('puts an interruption first, with what brought the call back', () => {
    expect(sentences(troubledReport())[0]).toBe(
      'The connection was interrupted for 14 s and came back after 2 restarts of the path.',
    );
  });

  it('says of a loss to everybody that it was the uplink', () => {
    const report = own((device, startMs) => ({
      samples: ['ada', 'alan'].flatMap((peer) =>
        Array.from({ length: 8 }, (_, index) => row(startMs + 20_000 + 5_000 * index, peer, { sentLossShare: 0.12 })),
      ),
      events: [
        ...device.events,
        event(startMs + 21_000, 'level', 'paused', 'ada'),
        event(startMs + 60_000, 'level', 'good', 'ada'),
      ],
    }));
    const alan = { personId: 'alan', displayName: 'Alan Turing', standing: 'joined' } as const;
    const group = { ...report, call: { ...report.call, participants: [...report.call.participants, alan] } };
    expect(sentences(group)[0]).toBe('Your uplink lost 12 % for 40 s; your video was paused to protect the sound.');
  });

  it('does not mind a loss of a moment', () => {
    const blink = own((device) => ({
      samples: device.samples.map((one, index) => (index === 7 ? { ...one, sentLossShare: 0.3 } : one)),
    }));
    expect(sentences(blink)).toEqual([]);
  });

  it('takes one good row within a loss for a part of it', () => {
    const report = own((device) => ({
      samples: device.samples.map((one, index) =>
        index >= 5 && index < 10 && index !== 7 ? { ...one, receivedLossShare: 0.2 } : one,
      ),
    }));
    expect(sentences(report)).toEqual(['The way from Ada Lovelace to you lost 20 % for 25 s.']);
  });

  it('tells of delay, of pictures that stood still, and of too little room', () => {
    const report = own((device, startMs) => ({
      samples: device.samples.map((one, index) => (index < 6 ? { ...one, roundTripMs: 640, frozenMs: 2_000 } : one)),
      events: [
        ...device.events,
        event(startMs + 100_000, 'level', 'critical', 'ada'),
        event(startMs + 130_000, 'level', 'good', 'ada'),
      ],
    }));
    expect(sentences(report)).toEqual([
      'There was too little room for your video: for 30 s it was lowered to protect the sound.',
      'Everything between you and Ada Lovelace took 640 ms there and back for 30 s: enough to talk over each other.',
      'Ada Lovelace’s picture stood still for 12 s in all.',
    ]);
  });

  it('says why a call did not come about or did not last', () => {
    const report = calmReport();
    const over = (outcome: 'failed_setup' | 'connection_lost') =>
      sentences({ ...report, call: { ...report.call, outcome } });
    expect(over('failed_setup')).toEqual(['The devices found no way to each other, so the call never connected.']);
    expect(over('connection_lost')).toEqual(['The connection broke and did not come back, which ended the call.']);
  });

  it('says which device could not be used', () => {
    const report = own((device, startMs) => ({
      events: [...device.events, event(startMs, 'problem', 'camera:in_use')],
    }));
    expect(sentences(report)).toEqual(['Your camera was in use by another program.']);
    expect(sentences(report, 'ada')).toEqual(['Grace Hopper’s camera was in use by another program.']);
  });

  it.each<[Impairment, Partial<ReportSample>, string]>([
    ['delay', { roundTripMs: 320 }, 'delay: 320 ms there and back on average'],
    [
      'jitter',
      { jitterMs: 5, jitterBufferMs: 450 },
      'that packets came unevenly, so that sound waited for the late ones: 450 ms on average',
    ],
    ['loss', { sentLossShare: 0.034 }, 'lost packets: 3.4 % on average'],
    ['bitrate', { receiveBitrateBps: 120_000 }, 'a picture of few bits: 120 kbit/s came in all on average'],
    ['freezes', { frozenMs: 50 }, 'a picture that stood still: 2 s in all'],
    ['frame_rate', { framesPerSecond: 11 }, 'a picture that moved little: 11 frames a second'],
    ['resolution', { frameHeight: 240 }, 'a small picture: 240 lines on average'],
  ])('on a score that was lowered by %s says so, though nothing else stood out', (by, change, words) => {
    const report = own((device) => ({
      quality: 'poor',
      impairments: { ...device.impairments, [by]: 30 },
      samples: device.samples.map((one) => ({ ...one, ...change })),
    }));
    const found = findingsOf(report, self);
    expect(verdictWords('poor', found, namesIn(report, self))).toBe(
      `The call was poor. What cost it most was ${words}.`,
    );
  });

  it('puts first what cost most, and a device that could not be used behind it', () => {
    const report = own((device, startMs) => ({
      quality: 'poor',
      impairments: { ...device.impairments, freezes: 30 },
      samples: device.samples.map((one, index) => (index < 6 ? { ...one, roundTripMs: 640, frozenMs: 2_000 } : one)),
      events: [...device.events, event(startMs, 'problem', 'camera:in_use')],
    }));
    expect(findingsOf(report, self).map(({ kind }) => kind)).toEqual(['frozen', 'late', 'device']);
  });

  it('on a call of which nothing was measured says so', () => {
    const report = { ...calmReport(), devices: [] };
    expect(verdictWords(null, findingsOf(report, self), namesIn(report, self))).toBe(
      'Nothing was measured in this call.',
    );
  });
});
