/** What is needed of a `Worker`. */
export interface TimerWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: Event) => void) | null;
  /** Asks for one message after so long, instead of the one that was asked for before. */
  postMessage(delayMs: number): void;
  terminate(): void;
}

/** What timers are made of. */
export interface TimerSource {
  now(): number;
  /** Throws where workers are refused. */
  start(): TimerWorker;
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

interface Timer {
  readonly run: () => void;
  readonly atMs: number;
  /** The page's own timer, where there is no worker. */
  own: unknown;
}

/** A worker that nobody needs any more ends after this long; starting one for each request would cost more than it. */
const idleMs = 5_000;

/**
 * Timers that a hidden page does not slow down: a worker wakes the page for the earliest, and lives while there are any.
 * It is told of nothing but an earlier time: most timers are cleared or set anew before they ring, and messages cost both
 * sides more than a wake-up in vain now and then. Where workers are refused, the timers are the page's own.
 */
export class WorkerTimers {
  readonly #source: TimerSource;
  readonly #timers = new Map<number, Timer>();
  #worker: TimerWorker | null = null;
  /** When the worker wakes the page. */
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #refused = false;
  #lastId = 0;

  constructor(source: TimerSource) {
    this.#source = source;
  }

  set(run: () => void, delayMs: number): number {
    const id = ++this.#lastId;
    const timer: Timer = { run, atMs: this.#source.now() + delayMs, own: null };
    this.#timers.set(id, timer);
    if (this.#start()) this.#wakeBy(timer.atMs);
    else this.#setOwn(id, timer);
    return id;
  }

  clear(id: number): void {
    this.#source.clearTimeout(this.#timers.get(id)?.own);
    this.#timers.delete(id);
  }

  #wakeBy(atMs: number): void {
    if (atMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    // Whole milliseconds: a fraction would be cut off, and the page woken too early.
    this.#worker?.postMessage(Math.max(0, Math.ceil(atMs - this.#source.now())));
  }

  /** Rings the earliest, if it is time; whatever else is due has a turn of its own, as every timer has. */
  #wake(): void {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    const [first] = [...this.#timers].sort(([, one], [, other]) => one.atMs - other.atMs);
    if (first === undefined) {
      // For so long there was none, or what there was has been cleared.
      this.#end();
      return;
    }
    const nowMs = this.#source.now();
    try {
      if (first[1].atMs <= nowMs) this.#ring(first[0]);
    } finally {
      const times = [...this.#timers.values()].map(({ atMs }) => atMs);
      this.#wakeBy(times.length > 0 ? Math.min(...times) : nowMs + idleMs);
    }
  }

  #setOwn(id: number, timer: Timer): void {
    timer.own = this.#source.setTimeout(() => this.#ring(id), Math.max(0, timer.atMs - this.#source.now()));
  }

  #ring(id: number): void {
    const timer = this.#timers.get(id);
    this.#timers.delete(id);
    timer?.run();
  }

  #start(): boolean {
    if (this.#worker !== null || this.#refused) return !this.#refused;
    try {
      const worker = this.#source.start();
      worker.onmessage = () => this.#wake();
      // A content policy that allows no such worker is told here, after the fact.
      worker.onerror = () => {
        this.#end();
        this.#refused = true;
        for (const [id, timer] of this.#timers) this.#setOwn(id, timer);
      };
      this.#worker = worker;
    } catch {
      this.#refused = true;
    }
    return !this.#refused;
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
  }
}

const source = 'let t;onmessage=({data})=>{clearTimeout(t);t=setTimeout(postMessage,data,0)}';

let shared: WorkerTimers | null = null;

/** The timers of this page: one worker, however many clients there are. */
export function pageTimers(): WorkerTimers {
  shared ??= new WorkerTimers({
    now: () => performance.now(),
    start: startWorker,
    setTimeout: (run, delayMs) => setTimeout(run, delayMs),
    clearTimeout: (timer) => clearTimeout(timer as number),
  });
  return shared;
}

function startWorker(): TimerWorker {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url) as unknown as TimerWorker;
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    URL.revokeObjectURL(url);
    terminate();
  };
  return worker;
}
