import { describe, expect, it } from 'vitest';
import { type TimerWorker, WorkerTimers } from '../src/timers.js';
import { Clock } from './support/clock.js';

class FakeWorker implements TimerWorker {
  onmessage: TimerWorker['onmessage'] = null;
  onerror: TimerWorker['onerror'] = null;
  running = true;
  readonly asked: number[] = [];
  #timer: unknown = null;

  constructor(readonly clock: Clock) {}

  postMessage(delayMs: number): void {
    this.asked.push(delayMs);
    this.clock.clearTimer(this.#timer);
    this.#timer = this.clock.setTimer(() => this.onmessage?.({ data: 0 }), delayMs);
  }

  terminate(): void {
    this.running = false;
    this.clock.clearTimer(this.#timer);
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
    workers[0]?.onmessage?.({ data: 0 });
    await clock.advance(200);
    expect(rang).toEqual([]);
  });

  it('tell the worker of nothing but an earlier time', async () => {
    const { all, clock, workers, rang, ring } = timers();
    all.set(ring('later'), 300);
    for (let time = 0; time < 20; time++) all.clear(all.set(ring('never'), 1_000));
    all.set(ring('first'), 99.5);
    expect(workers[0]?.asked).toEqual([300, 100]);
    await clock.advance(300);
    // The last is for the rest of the worker.
    expect(workers[0]?.asked).toEqual([300, 100, 200, 5_000]);
    expect(rang).toEqual(['first 100', 'later 300']);
  });

  it('that are due at once ring one by one, in the order of their times', async () => {
    const { all, clock, workers, rang, ring } = timers();
    all.set(() => {
      rang.push('one');
      queueMicrotask(() => rang.push('what follows from one'));
    }, 100);
    all.set(ring('two'), 100);
    all.set(ring('zero'), 50);
    clock.nowMs = 200;
    workers[0]?.onmessage?.({ data: 0 });
    expect(rang).toEqual(['zero 200']);
    await clock.advance(1);
    expect(rang).toEqual(['zero 200', 'one', 'what follows from one', 'two 200']);
  });

  it('are not rung by a worker that is early', async () => {
    const { all, clock, workers, rang, ring } = timers();
    all.set(ring('one'), 100);
    await clock.advance(60);
    workers[0]?.onmessage?.({ data: 0 });
    expect(rang).toEqual([]);
    await clock.advance(40);
    expect(rang).toEqual(['one 100']);
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
