/** What is needed of a `Worker`. */
export interface TimerWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: Event) => void) | null;
  postMessage(message: readonly [id: number, delayMs: number | null]): void;
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
 * Timers that a hidden page does not slow down: they run in a worker, which lives while there are any. Where workers are
 * refused, they are the page's own.
 */
export class WorkerTimers {
  readonly #source: TimerSource;
  readonly #timers = new Map<number, Timer>();
  #worker: TimerWorker | null = null;
  #refused = false;
  #lastId = 0;
  #idle: number | null = null;

  constructor(source: TimerSource) {
    this.#source = source;
  }

  set(run: () => void, delayMs: number): number {
    if (this.#idle !== null) this.clear(this.#idle);
    return this.#add(run, delayMs);
  }

  clear(id: number): void {
    const timer = this.#timers.get(id);
    if (timer === undefined) return;
    this.#timers.delete(id);
    if (id === this.#idle) this.#idle = null;
    if (this.#worker !== null) this.#worker.postMessage([id, null]);
    else this.#source.clearTimeout(timer.own);
    this.#rest();
  }

  #add(run: () => void, delayMs: number): number {
    const id = ++this.#lastId;
    const timer: Timer = { run, atMs: this.#source.now() + delayMs, own: null };
    this.#timers.set(id, timer);
    const worker = this.#start();
    if (worker !== null) worker.postMessage([id, delayMs]);
    else this.#setOwn(id, timer);
    return id;
  }

  #setOwn(id: number, timer: Timer): void {
    timer.own = this.#source.setTimeout(() => this.#ring(id), Math.max(0, timer.atMs - this.#source.now()));
  }

  #ring(id: number): void {
    const timer = this.#timers.get(id);
    // Cleared while its message was under way.
    if (timer === undefined) return;
    this.#timers.delete(id);
    if (id === this.#idle) this.#idle = null;
    try {
      timer.run();
    } finally {
      this.#rest();
    }
  }

  #start(): TimerWorker | null {
    if (this.#worker !== null || this.#refused) return this.#worker;
    try {
      const worker = this.#source.start();
      worker.onmessage = ({ data }) => this.#ring(Number(data));
      // A content policy that allows no such worker is told here, after the fact.
      worker.onerror = () => this.#giveUp();
      this.#worker = worker;
    } catch {
      this.#refused = true;
    }
    return this.#worker;
  }

  #giveUp(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#refused = true;
    for (const [id, timer] of this.#timers) this.#setOwn(id, timer);
  }

  #rest(): void {
    if (this.#timers.size > 0 || this.#worker === null) return;
    this.#idle = this.#add(() => {
      if (this.#timers.size > 0) return;
      this.#worker?.terminate();
      this.#worker = null;
    }, idleMs);
  }
}

const source =
  'let t={};onmessage=({data:[i,d]})=>{clearTimeout(t[i]);delete t[i];' +
  'if(d!==null)t[i]=setTimeout(()=>{delete t[i];postMessage(i)},d)}';

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
