import { describe, expect, it } from 'vitest';
import type { CallSnapshot, RemotePeer, StatsSample } from '../../src/api.js';
import { report as policy } from '../../src/policy.later.js';
import { type Batch, columns, Recorder } from '../../src/quality/recorder.js';
import { sampleOf } from './samples.js';

const second: Partial<StatsSample> = {
  roundTripMs: 42.4,
  jitterMs: 5,
  lossShare: 0.012,
  soundLossShare: 0.01,
  sentLossShare: 0,
  jitterBufferMs: 40,
  receiveBitrateBps: 1_804_321,
  sendBitrateBps: 1_700_400,
  pictureBitrateBps: 1_760_000,
  framesPerSecond: 29.7,
  frameWidth: 1_280,
  frameHeight: 720,
  frozenShare: 0,
  sentFramesPerSecond: 30,
  sentFrameHeight: 720,
  localCandidateType: 'relay',
  relayProtocol: 'tls',
  networkType: 'wifi',
  videoCodec: 'VP9',
  sendLevel: 'excellent',
};

const ada = {
  personId: '7f0c1c62-0d0f-4d53-8f4c-2f1a66c0a001',
  connected: true,
  restarts: 0,
  stats: null,
} as unknown as RemotePeer;

const calm = {
  state: 'CONNECTED',
  history: [
    { atMs: 1_000_000, from: 'IDLE', to: 'INITIATING', cause: 'dial' },
    { atMs: 1_004_000, from: 'CONNECTING', to: 'CONNECTED', cause: 'connected' },
  ],
  endReason: null,
  signallingUp: true,
  microphoneOn: true,
  cameraOn: true,
  cameraFacing: null,
  screenStream: null,
  onHold: false,
  captureProblems: [],
  warnings: [],
  remotes: [ada],
} as unknown as CallSnapshot;

/** A call that began at 0 ms, and is looked at from 6 s on. */
class Sitting {
  readonly recorder = new Recorder(calm, 6_000, 1_006_000);
  nowMs = 6_000;
  call = calm;

  constructor() {
    this.recorder.look(this.call, this.nowMs);
  }

  change(change: Partial<CallSnapshot>): void {
    this.call = { ...this.call, ...change };
    this.recorder.look(this.call, this.nowMs);
  }

  seconds(count: number, stats: Partial<StatsSample> = second, change: Partial<RemotePeer> = {}): void {
    for (let one = 0; one < count; one++) {
      this.nowMs += 1_000;
      this.change({ remotes: [{ ...ada, ...change, stats: sampleOf(stats) }] });
    }
  }

  take(): Batch {
    const batch = this.recorder.take(this.nowMs);
    if (batch === null) throw new Error('There is nothing to report.');
    return batch;
  }
}

const cells = ({ samples }: Batch, name: string) =>
  samples.map((row) => row[2 + columns.findIndex(([column]) => column === name)]);
const words = ({ events }: Batch) => events.map(({ kind, value }) => `${kind} ${value}`);

describe('a report', () => {
  it('begins with the call, not with the report of it', () => {
    const { recorder } = new Sitting();
    expect(recorder.ageMs(6_000)).toBe(6_000);
    expect(recorder.take(6_000)?.events.slice(0, 2)).toEqual([
      { at_ms: 0, kind: 'state', value: 'INITIATING' },
      { at_ms: 4_000, kind: 'state', value: 'CONNECTED' },
    ]);
  });

  it('has a row for every five seconds of a link', () => {
    const sitting = new Sitting();
    sitting.seconds(10);
    const batch = sitting.take();
    expect(batch.people).toEqual([ada.personId]);
    expect(batch.samples.map(([at]) => at)).toEqual([11, 16]);
    expect(cells(batch, 'received_loss')).toEqual([12, 12]);
    expect(cells(batch, 'send_kbps')).toEqual([1_700, 1_700]);
    expect(cells(batch, 'height')).toEqual([720, 720]);
    expect(cells(batch, 'jitter_buffer_ms')).toEqual([40, 40]);
    expect(cells(batch, 'score')[0]).toBeGreaterThan(80);
  });

  it('adds up how long the picture stood still, and says nothing of a picture that was not expected', () => {
    const sitting = new Sitting();
    sitting.seconds(2, { ...second, frozenShare: 0.5 });
    sitting.seconds(3);
    sitting.seconds(5, { ...second, frozenShare: null });
    const batch = sitting.take();
    expect(cells(batch, 'frozen_ms')).toEqual([1_000, null]);
    expect(cells(batch, 'frames')).toEqual([30, null]);
  });

  it('tells each fact of a link once, and again when it changes', () => {
    const sitting = new Sitting();
    sitting.take();
    sitting.seconds(3);
    expect(words(sitting.take())).toEqual(['path relay:tls', 'network wifi', 'codec VP9', 'level excellent']);
    sitting.seconds(1, { ...second, sendLevel: 'critical' });
    sitting.seconds(1, { ...second, localCandidateType: 'host' }, { connected: false, restarts: 2 });
    sitting.seconds(2, { ...second, localCandidateType: 'host' }, { restarts: 2 });
    expect(words(sitting.take())).toEqual([
      'level critical',
      'link down',
      'restart 2',
      'path direct',
      'level excellent',
      'link up',
    ]);
  });

  it('tells what happens at the device, but never the name of anything', () => {
    const sitting = new Sitting();
    sitting.take();
    sitting.change({ microphoneOn: false });
    sitting.change({ captureProblems: [{ device: 'camera', reason: 'in_use' }] });
    sitting.change({ warnings: ['microphone_silent'] });
    sitting.recorder.device('camera:replaced', sitting.nowMs);
    expect(words(sitting.take())).toEqual([
      'microphone off',
      'problem camera:in_use',
      'warning microphone_silent',
      'device camera:replaced',
    ]);
  });

  it('ends with the reason, and with the seconds that make no whole row', () => {
    const sitting = new Sitting();
    sitting.take();
    sitting.seconds(2);
    const ended = { atMs: 1_009_000, from: 'CONNECTED', to: 'ENDED', cause: 'over' } as const;
    sitting.change({ state: 'ENDED', endReason: 'connection_lost', remotes: [], history: [...calm.history, ended] });
    const batch = sitting.take();
    expect(words(batch).slice(-2)).toEqual(['state ENDED', 'end connection_lost']);
    expect(batch.samples).toHaveLength(1);
    expect(batch.overall).toEqual({ score: 85, quality: 'excellent' });
  });

  it('is numbered from 0, and says nothing where there is nothing new', () => {
    const sitting = new Sitting();
    expect(sitting.take().batch).toBe(0);
    expect(sitting.recorder.take(sitting.nowMs)).toBeNull();
    sitting.seconds(5);
    expect(sitting.take()).toMatchObject({ batch: 1 });
    sitting.seconds(5);
    expect(sitting.take().overall).toBeUndefined();
  });

  it('stays within its limits, however much happens', () => {
    const sitting = new Sitting();
    for (let change = 0; change < 1_000; change++) sitting.change({ microphoneOn: change % 2 === 0 });
    sitting.seconds(1_000);
    const batch = sitting.take();
    expect(batch.events.length).toBe(policy.maxEventsPerBatch);
    expect(batch.samples.length).toBe(policy.maxSamplesPerBatch);
    expect(JSON.stringify(batch).length).toBeLessThan(20_000);
  });

  it('costs less than 1,500 bytes for each minute of a call of two', () => {
    const sitting = new Sitting();
    sitting.take();
    sitting.seconds(60);
    const bytes = JSON.stringify({ source: ada.personId, age_ms: 123_456, ...sitting.take() }).length;
    expect(bytes).toBeLessThan(1_500);
  });
});
