import { type Adaptation, adaptation, decide } from '../../src/adapt/decide.js';
import { policy, table } from '../../src/adapt/levels.js';
import type { SendingSample } from '../../src/adapt/sending.js';

export const calm: SendingSample = {
  heard: true,
  lossShare: 0,
  resentShare: 0,
  availableBps: 4_000_000,
  roundTripMs: 40,
  jitterMs: 5,
  sentBps: 2_500_000,
};

/** A sample a quarter of a second, on a clock of its own. */
export class Link {
  nowMs = 1_000;
  state: Adaptation = adaptation(this.nowMs);
  /** Each level from when on, the first included. */
  readonly history: { readonly atMs: number; readonly level: Adaptation['level'] }[] = [];

  constructor() {
    this.#note();
  }

  get level(): Adaptation['level'] {
    return this.state.level;
  }

  /** What is sent at most, in bits per second: a try counts. */
  get allowedBps(): number {
    const { level, trying } = this.state;
    return trying?.crouchBps ?? table[trying?.level ?? level].picturesBps;
  }

  one(sample: Partial<SendingSample>): this {
    this.nowMs += policy.sampleMs;
    this.state = decide(this.state, { ...calm, ...sample }, this.nowMs);
    this.#note();
    return this;
  }

  for(ms: number, sample: Partial<SendingSample> | ((link: Link) => Partial<SendingSample>)): this {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs; ) {
      this.one(typeof sample === 'function' ? sample(this) : sample);
    }
    return this;
  }

  /**
   * A line of so many bits per second under a browser like Chromium: it believes in the line as far as it is used, finds more
   * at once when it may send more and has something left, and loses what does not fit.
   */
  on(lineBps: number, ms: number): this {
    return this.for(ms, () => line(this, lineBps));
  }

  #note(): void {
    if (this.history.at(-1)?.level !== this.level) this.history.push({ atMs: this.nowMs, level: this.level });
  }
}

const believed = new WeakMap<Link, number>();

function line(link: Link, lineBps: number): SendingSample {
  const before = believed.get(link) ?? 300_000;
  const wantedBps = link.allowedBps;
  const seeks = wantedBps > before;
  const availableBps = Math.min(lineBps, seeks ? Math.max(2 * before, before + 100_000) : before);
  const sentBps = Math.min(wantedBps, before);
  const excess = Math.max(0, sentBps - lineBps) / Math.max(1, sentBps);
  believed.set(link, availableBps);
  return { ...calm, availableBps, sentBps, lossShare: excess, resentShare: excess, roundTripMs: excess > 0 ? 240 : 40 };
}
