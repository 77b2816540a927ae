/** Calls back at an even pace, also while the page is hidden, where the page's own timers slow down. */
export function pulse(intervalMs: number, beat: () => void): () => void {
  const worker = new Worker(new URL('./pulseWorker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = beat;
  worker.postMessage(intervalMs);
  return () => worker.terminate();
}
