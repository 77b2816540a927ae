import { describe, expect, it } from 'vitest';
import { adapt } from '../../src/adapt/adapter.js';
import { policy } from '../../src/adapt/levels.js';
import { Scope } from '../../src/lifetime.js';
import { encodingsFor } from '../../src/peer/encodings.js';
import type { Runtime } from '../../src/runtime.js';
import { Clock, settle } from '../support/clock.js';
import { World } from '../support/world.js';

class FakeSender {
  readonly set: RTCRtpEncodingParameters[][] = [];
  track: { contentHint: string } | null = { contentHint: '' };
  refuses = false;
  busy = 0;
  mostAtOnce = 0;
  encodings: RTCRtpEncodingParameters[] = [{ active: true }];

  getParameters() {
    return { encodings: structuredClone(this.encodings) };
  }

  async setParameters({ encodings }: { encodings: RTCRtpEncodingParameters[] }): Promise<void> {
    this.busy += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.busy);
    await settle();
    this.busy -= 1;
    if (this.refuses) throw new DOMException('', 'InvalidStateError');
    this.encodings = encodings;
    this.set.push(encodings);
  }
}

class FakeLink {
  readonly clock = new Clock();
  readonly scope: Scope;
  readonly senders: { audio: FakeSender; video: FakeSender; screen?: FakeSender } = {
    audio: new FakeSender(),
    video: new FakeSender(),
  };
  connectionState: RTCPeerConnectionState = 'connected';
  availableBps = 4_000_000;
  people = 2;
  adapted = false;
  looks = 0;

  constructor() {
    const { clock } = this;
    this.scope = new Scope({
      setTimer: (run: () => void, ms: number) => clock.setTimer(run, ms),
      clearTimer: (timer: unknown) => clock.clearTimer(timer),
    } as Runtime);
  }

  begin(): this {
    const { clock } = this;
    adapt(this.scope, { now: () => clock.nowMs }, this as never);
    return this;
  }

  get connection() {
    return this;
  }

  get rule() {
    return encodingsFor({ choosesLayers: false, people: this.people });
  }

  sender(kind: 'audio' | 'video' | 'screen'): FakeSender | undefined {
    return this.senders[kind];
  }

  async getStats(): Promise<Map<string, object>> {
    this.looks += 1;
    const bytesReceived = this.looks;
    const pair = { id: 'P', type: 'candidate-pair', selected: true, bytesReceived };
    return new Map([['P', { ...pair, availableOutgoingBitrate: this.availableBps }]]);
  }
}

describe('adaptation', () => {
  it('takes over what is sent, and sets it once', async () => {
    const link = new FakeLink().begin();
    expect(link.adapted).toBe(true);
    await link.clock.advance(10_000);
    expect(link.senders.video.set).toEqual([
      [{ active: true, maxBitrate: 2_500_000, scaleResolutionDownBy: 1, maxFramerate: 30 }],
    ]);
    expect(link.senders.audio.set.length).toBeLessThanOrEqual(1);
  });

  it('sets nothing before the connection is up', async () => {
    const link = new FakeLink().begin();
    link.connectionState = 'connecting';
    await link.clock.advance(20_000);
    expect([link.looks, link.senders.video.set]).toEqual([0, []]);
    link.connectionState = 'connected';
    await link.clock.advance(1_000);
    expect(link.senders.video.set).toHaveLength(1);
  });

  it('follows the line down', async () => {
    const link = new FakeLink().begin();
    await link.clock.advance(10_000);
    link.availableBps = 300_000;
    await link.clock.advance(2_000);
    expect(link.senders.video.encodings).toMatchObject([{ maxBitrate: 250_000, scaleResolutionDownBy: 3 }]);
    expect(link.senders.audio.encodings).toEqual([{ active: true }]);
  });

  it('lets a picture pause before it limits sound, and lets go of that first', async () => {
    const link = new FakeLink().begin();
    await link.clock.advance(10_000);
    link.availableBps = 40_000;
    await link.clock.advance(8_000);
    expect(link.senders.video.encodings).toMatchObject([{ active: false }]);
    expect(link.senders.audio.encodings).toEqual([{ active: true, maxBitrate: 24_000 }]);
    link.availableBps = 4_000_000;
    await link.clock.advance(20_000);
    expect(link.senders.video.encodings).toMatchObject([{ active: true }]);
    expect(link.senders.audio.encodings).toEqual([{ active: true }]);
  });

  it('joins the rule for the number of people', async () => {
    const link = new FakeLink().begin();
    await link.clock.advance(1_000);
    link.people = 4;
    await link.clock.advance(1_000);
    expect(link.senders.video.encodings).toMatchObject([{ maxBitrate: 1_000_000 }]);
  });

  it('divides what there is when a screen is shown', async () => {
    const link = new FakeLink().begin();
    await link.clock.advance(1_000);
    link.senders.screen = new FakeSender();
    link.senders.screen.track = { contentHint: 'text' };
    await link.clock.advance(1_000);
    expect(link.senders.screen.encodings).toMatchObject([{ maxBitrate: 1_875_000, maxFramerate: 15 }]);
    expect(link.senders.video.encodings).toMatchObject([{ maxBitrate: 625_000 }]);
  });

  it('never sets a sender twice at once, and tries again what the browser did not take', async () => {
    const link = new FakeLink().begin();
    link.senders.video.refuses = true;
    await link.clock.advance(2_000);
    expect(link.senders.video.set).toEqual([]);
    link.senders.video.refuses = false;
    await link.clock.advance(1_000);
    expect(link.senders.video.set).toHaveLength(1);
    expect(link.senders.video.mostAtOnce).toBe(1);
  });

  it('waits for a browser that has no encodings yet', async () => {
    const link = new FakeLink().begin();
    link.senders.video.encodings = [];
    await link.clock.advance(1_000);
    expect(link.senders.video.set).toEqual([]);
  });

  it('ends with its scope', async () => {
    const link = new FakeLink().begin();
    await link.clock.advance(1_000);
    link.scope.dispose();
    const { looks } = link;
    await link.clock.advance(10_000);
    expect([link.looks, link.clock.pending]).toEqual([looks, 0]);
  });

  it('does not begin where the scope has ended while it was loaded', () => {
    const link = new FakeLink();
    link.scope.dispose();
    expect(link.begin().adapted).toBe(false);
  });
});

describe('in a call', () => {
  it('every link adapts by itself once it is connected', async () => {
    const world = new World();
    await world.meet();
    // It is loaded when the first link is up.
    await import('../../src/adapt/adapter.js');
    await world.clock.advance(4 * policy.sampleMs);
    const videos = world.network.connections.map(
      (connection) => connection.getTransceivers().find(({ receiver }) => receiver.track.kind === 'video')?.sender,
    );
    for (const sender of videos.filter((one) => one?.track)) {
      expect(sender?.parameters.encodings).toMatchObject([{ maxBitrate: 1_000_000, maxFramerate: 30 }]);
    }
    expect(videos.length).toBeGreaterThanOrEqual(6);
  });
});
