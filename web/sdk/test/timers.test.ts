import { describe, expect, it } from 'vitest';
import { type TimerWorker, WorkerTimers } from '../src/timers.js';
import { Clock } from './support/clock.js';

class FakeWorker implements TimerWorker {
  onmessage: TimerWorker['onmessage'] = null;
  onerror: TimerWorker['onerror'] = null;
  running = true;
  readonly #timers = new Map<number, unknown>();

  constructor(readonly clock: Clock) {}

  postMessage([id, delayMs]: readonly [number, number | null]): void {
    this.clock.clearTimer(this.#timers.get(id));
    if (delayMs === null) return;
    this.#timers.set(
      id,
      this.clock.setTimer(() => this.onmessage?.({ data: id }), delayMs),
    );
  }

  terminate(): void {
    this.running = false;
    for (const timer of this.#timers.values()) this.clock.clearTimer(timer);
  }
}

function timers(start?: () => TimerWorker) {
  const clock = new Clock();
  const workers: FakeWorker[] = [];
  const own: number[] = [];
  const all = new WorkerTimers({
    now: () => clock.nowMs,
    start:
      start ??
      (() => {
        const worker = new FakeWorker(clock);
        workers.push(worker);
        return worker;
      }),
    setTimeout: (run, delayMs) => {
      own.push(delayMs);
      return clock.setTimer(run, delayMs);
    },
    clearTimeout: (timer) => clock.clearTimer(timer),
  });
  const rang: string[] = [];
  return { all, clock, workers, own, rang, ring: (name: string) => () => rang.push(`${name} ${clock.nowMs}`) };
}

describe('timers in a worker', () => {
  it('ring in time, from one worker', async () => {
    const { all, clock, workers, own, rang, ring } = timers();
    all.set(ring('late'), 200);
    all.set(ring('early'), 100);
    await clock.advance(300);
    expect(rang).toEqual(['early 100', 'late 200']);
    expect([workers.length, own]).toEqual([1, []]);
  });

  it('do not ring once they are cleared, even when the worker has rung them already', async () => {
    const { all, clock, workers, rang, ring } = timers();
    const cleared = all.set(ring('cleared'), 100);
    all.clear(cleared);
    all.clear(cleared);
    workers[0]?.onmessage?.({ data: cleared });
    await clock.advance(200);
    expect(rang).toEqual([]);
  });

  it('let the worker go when nobody needs it any more, and start another when somebody does', async () => {
    const { all, clock, workers, rang, ring } = timers();
    all.set(ring('first'), 100);
    await clock.advance(1_000);
    expect(workers.map((worker) => worker.running)).toEqual([true]);
    const second = all.set(ring('second'), 60_000);
    await clock.advance(30_000);
    expect(workers.map((worker) => worker.running)).toEqual([true]);
    all.clear(second);
    await clock.advance(30_000);
    expect([workers.map((worker) => worker.running), clock.pending]).toEqual([[false], 0]);
    all.set(ring('third'), 100);
    await clock.advance(100);
    expect([rang, workers.length]).toEqual([['first 100', 'third 61100'], 2]);
  });

  it('are the page’s own where workers are refused', async () => {
    const { all, clock, own, rang, ring } = timers(() => {
      throw new DOMException('', 'SecurityError');
    });
    all.set(ring('one'), 100);
    all.clear(all.set(ring('cleared'), 150));
    await clock.advance(200);
    expect([rang, own, clock.pending]).toEqual([['one 100'], [100, 150], 0]);
  });

  it('become the page’s own when the worker is refused after its start', async () => {
    const { all, clock, workers, own, rang, ring } = timers();
    all.set(ring('one'), 100);
    await clock.advance(40);
    workers[0]?.onerror?.(new Event('error'));
    all.set(ring('two'), 100);
    await clock.advance(200);
    expect([rang, own, workers.length]).toEqual([['one 100', 'two 140'], [60, 100], 1]);
  });

  it('go on after one that throws', async () => {
    const { all, clock, rang, ring } = timers();
    all.set(() => {
      throw new Error('a bug');
    }, 50);
    all.set(ring('next'), 100);
    await expect(clock.advance(50)).rejects.toThrow('a bug');
    await clock.advance(100);
    expect(rang).toEqual(['next 100']);
  });
});
