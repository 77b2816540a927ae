import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeCall } from '../testing/fakeCall';
import { openCall } from '../testing/openCall';
import { playTune } from './tunes';

interface Note {
  hz: number;
  fromS: number;
  toS: number;
}

/** Takes down the notes that are given to it; the clock is the test's. */
class Recorder {
  static readonly all: Recorder[] = [];
  readonly notes: Note[] = [];
  readonly destination = {};
  readonly #madeAtMs = Date.now();
  closed = false;

  constructor() {
    Recorder.all.push(this);
  }

  get currentTime(): number {
    return (Date.now() - this.#madeAtMs) / 1000;
  }

  async resume(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true;
  }
}

class Oscillator {
  #fromS = 0;

  constructor(
    private readonly recorder: Recorder,
    private readonly options: { frequency: number },
  ) {}

  connect<T>(node: T): T {
    return node;
  }

  start(fromS: number): void {
    this.#fromS = fromS;
  }

  stop(toS: number): void {
    this.recorder.notes.push({ hz: this.options.frequency, fromS: this.#fromS, toS });
  }
}

class Gain {
  static readonly loudest: number[] = [];
  readonly gain = {
    setValueAtTime: () => {},
    exponentialRampToValueAtTime: (volume: number) => Gain.loudest.push(volume),
  };

  connect<T>(node: T): T {
    return node;
  }
}

/** Whether the person has touched the page yet. */
const touched = (hasBeenActive: boolean) =>
  Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive }, configurable: true });
/** The notes without their quieter octaves, which sound with them. */
const heard = () => Recorder.all.flatMap(({ notes }) => notes.filter((_, index) => index % 2 === 0));

describe('a tune', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Recorder.all.length = 0;
    Gain.loudest.length = 0;
    vi.stubGlobal('AudioContext', Recorder);
    vi.stubGlobal('OscillatorNode', Oscillator);
    vi.stubGlobal('GainNode', Gain);
    touched(true);
  });

  afterEach(() => {
    Reflect.deleteProperty(navigator, 'userActivation');
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('begins at once, each note with an octave above it', () => {
    const stop = playTune('ringback');
    expect(Recorder.all).toHaveLength(1);
    expect(Recorder.all[0]?.notes).toEqual([
      { hz: 440, fromS: 0, toS: 0.9 },
      { hz: 880, fromS: 0, toS: 0.9 },
      { hz: 554.37, fromS: 0.28, toS: 0.28 + 0.9 },
      { hz: 1108.74, fromS: 0.28, toS: 0.28 + 0.9 },
    ]);
    stop();
  });

  it('is louder when it asks for somebody than while one waits', () => {
    playTune('ringtone')();
    const ringtone = Math.max(...Gain.loudest);
    Gain.loudest.length = 0;
    playTune('ringback')();
    expect(ringtone).toBeGreaterThan(2 * Math.max(...Gain.loudest));
  });

  it.each([
    ['ringtone', 6, 3],
    ['ringback', 2, 3.4],
  ] as const)('goes round and round: %s', (name, notes, roundS) => {
    const stop = playTune(name);
    expect(heard()).toHaveLength(notes);
    vi.advanceTimersByTime(20 * roundS * 1000);
    expect(heard()).toHaveLength(21 * notes);
    expect(heard().at(-notes)?.fromS).toBeCloseTo(20 * roundS);
    stop();
  });

  it('knocks twice, not more', () => {
    const stop = playTune('knock');
    vi.advanceTimersByTime(60_000);
    expect(heard().map(({ fromS }) => fromS)).toEqual([0, 0.2, 2, 2.2]);
    stop();
  });

  it('falls silent when it is stopped, the note that sounds too, and begins no more', () => {
    const stop = playTune('ringtone');
    vi.advanceTimersByTime(3000);
    expect(Recorder.all[0]?.closed).toBe(false);
    stop();
    expect(Recorder.all[0]?.closed).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(heard()).toHaveLength(12);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['pointerdown', 'keydown'])('waits for a gesture where the browser wants one: %s', (gesture) => {
    touched(false);
    const stop = playTune('ringtone');
    vi.advanceTimersByTime(60_000);
    expect(Recorder.all).toHaveLength(0);
    dispatchEvent(new Event(gesture));
    dispatchEvent(new Event('pointerdown'));
    dispatchEvent(new Event('keydown'));
    expect(Recorder.all).toHaveLength(1);
    expect(heard()).toHaveLength(6);
    stop();
    expect(Recorder.all[0]?.closed).toBe(true);
  });

  it('does not begin with a gesture after it was stopped', () => {
    touched(false);
    playTune('ringtone')();
    dispatchEvent(new Event('pointerdown'));
    dispatchEvent(new Event('keydown'));
    expect(Recorder.all).toHaveLength(0);
  });

  it.each([
    ['is answered', (call: FakeCall) => call.go('CONNECTING')],
    ['is declined', (call: FakeCall) => call.end('declined')],
    ['is cancelled', (call: FakeCall) => call.hangUp()],
  ])('sounds while a call rings, until it %s', (_, goesOn) => {
    const call = new FakeCall();
    openCall(call);
    expect(Recorder.all).toHaveLength(0);
    act(() => call.go('RINGING'));
    expect(heard().map(({ hz }) => hz)).toEqual([440, 554.37]);
    act(() => goesOn(call));
    expect(Recorder.all.map(({ closed }) => closed)).toEqual([true]);
    vi.advanceTimersByTime(60_000);
    expect(heard()).toHaveLength(2);
  });

  it('is left out where a browser has no sound', () => {
    vi.stubGlobal('AudioContext', undefined);
    expect(playTune('ringtone')).not.toThrow();
  });
});
