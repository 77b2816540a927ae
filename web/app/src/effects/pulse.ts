/**
 * Calls back at an even pace, also while the page is hidden, where the page's own timers slow down. Where the work takes
 * longer than its share, it is done less often: half of the time is left to the page.
 */
export function pulse(intervalMs: number, work: () => void): () => void {
  const worker = new Worker(new URL('./pulseWorker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = () => {
    const startedMs = performance.now();
    work();
    const tookMs = performance.now() - startedMs;
    worker.postMessage(Math.max(intervalMs - tookMs, tookMs));
  };
  worker.postMessage(0);
  return () => worker.terminate();
}
