import type { CallReport, DeviceReport, ReportEvent, ReportSample } from '@sightline/sdk';
import { grace } from '../testing/fakeSightline';
import { record } from '../testing/samples';

const ada = { personId: 'ada', displayName: 'Ada Lovelace' };

/** A row of a link in order. */
export function row(atMs: number, personId: string, change: Partial<ReportSample> = {}): ReportSample {
  return {
    atMs,
    personId,
    score: 88,
    quality: 'excellent',
    sound: 89,
    picture: 92,
    receivedLossShare: 0.002,
    sentLossShare: 0.001,
    roundTripMs: 42,
    jitterMs: 4,
    receiveBitrateBps: 1_800_000,
    sendBitrateBps: 1_700_000,
    framesPerSecond: 30,
    frameHeight: 720,
    frozenMs: 0,
    sentFramesPerSecond: 30,
    sentFrameHeight: 720,
    jitterBufferMs: 30,
    ...change,
  };
}

export function event(
  atMs: number,
  kind: ReportEvent['kind'],
  value: string,
  personId: string | null = null,
): ReportEvent {
  return { atMs, kind, value, personId };
}

const calmCosts = { delay: 2, jitter: 1, loss: 1.2, bitrate: 0, freezes: 0, frame_rate: 0, resolution: 0 };

const wave = (index: number, spread: number) => Math.sin(index * 1.7) * spread + Math.sin(index * 0.6) * spread;

function calm(from: string, to: string, startMs: number, rows: number): DeviceReport {
  const at = (seconds: number) => startMs + seconds * 1_000;
  return {
    personId: from,
    source: `device of ${from}`,
    quality: 'excellent',
    impairments: calmCosts,
    events: [
      event(at(0), 'state', from === grace.personId ? 'RINGING' : 'INCOMING'),
      event(at(6), 'state', 'CONNECTING'),
      event(at(7), 'state', 'CONNECTED'),
      event(at(9), 'microphone', 'on'),
      event(at(9), 'camera', 'on'),
      event(at(9), 'device', 'microphone:system'),
      event(at(9), 'device', 'camera:chosen'),
      event(at(9), 'path', 'direct', to),
      event(at(9), 'network', 'wifi', to),
      event(at(9), 'codec', 'VP9', to),
      event(at(9), 'level', 'excellent', to),
      event(at(rows * 5 + 10), 'state', 'ENDED'),
      event(at(rows * 5 + 10), 'end', 'ended'),
    ],
    samples: Array.from({ length: rows }, (_, index) =>
      row(at(10 + 5 * index), to, {
        roundTripMs: Math.round(42 + wave(index, 5)),
        jitterMs: Math.round(5 + wave(index, 2)),
        receiveBitrateBps: Math.round(1_800_000 + wave(index, 120_000)),
        sendBitrateBps: Math.round(1_700_000 + wave(index + 2, 120_000)),
      }),
    ),
  };
}

/** A call in which nothing stood out. */
export function calmReport(rows = 40): CallReport {
  const call = record('2', ada, 'ended', { agoMs: 50 * 60_000, lastedMs: rows * 5_000 });
  return {
    call,
    devices: [calm('ada', grace.personId, call.createdAtMs, rows), calm(grace.personId, 'ada', call.createdAtMs, rows)],
  };
}

/** A call whose uplink lost much for a while, with a way through a relay, and one interruption. */
export function troubledReport(): CallReport {
  const { call, devices } = calmReport(60);
  const startMs = call.createdAtMs;
  const at = (seconds: number) => startMs + seconds * 1_000;
  const inLoss = ({ atMs }: { atMs: number }) => atMs > at(80) && atMs <= at(120);
  const inGap = ({ atMs }: { atMs: number }) => atMs > at(200) && atMs <= at(215);
  const [theirs, own] = devices as [DeviceReport, DeviceReport];
  const ordered = (events: readonly ReportEvent[]) => [...events].sort((a, b) => a.atMs - b.atMs);
  return {
    call,
    devices: [
      {
        ...theirs,
        quality: 'good',
        impairments: { ...calmCosts, loss: 11, freezes: 2, resolution: 4 },
        samples: theirs.samples.map((one) =>
          inLoss(one)
            ? {
                ...one,
                receivedLossShare: 0.12,
                frozenMs: 900,
                frameHeight: 240,
                picture: 40,
                sound: 48,
                score: 44,
                quality: 'critical',
              }
            : one,
        ),
      },
      {
        ...own,
        quality: 'good',
        impairments: { ...calmCosts, loss: 12 },
        events: ordered([
          ...own.events,
          event(at(85), 'level', 'critical', 'ada'),
          event(at(150), 'level', 'excellent', 'ada'),
          event(at(200), 'state', 'RECONNECTING'),
          event(at(200), 'link', 'down', 'ada'),
          event(at(202), 'restart', '1', 'ada'),
          event(at(206), 'restart', '2', 'ada'),
          event(at(214), 'state', 'CONNECTED'),
          event(at(214), 'link', 'up', 'ada'),
          event(at(214), 'path', 'relay:tls', 'ada'),
        ]),
        samples: own.samples
          .filter((one) => !inGap(one))
          .map((one) =>
            inLoss(one)
              ? {
                  ...one,
                  sentLossShare: 0.12,
                  sendBitrateBps: 240_000,
                  sentFrameHeight: 240,
                  sound: 50,
                  score: 52,
                  quality: 'poor',
                }
              : one,
          ),
      },
    ],
  };
}
