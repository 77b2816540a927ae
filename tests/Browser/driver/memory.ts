import type { Person } from './person';

export interface Memory {
  heapBytes: number;
  nodes: number;
  listeners: number;
}

/** What the page holds in memory, after everything that can be collected has been. Chromium only. */
export async function memory({ page }: Person): Promise<Memory> {
  const devtools = await page.createCDPSession();
  await devtools.send('Performance.enable');
  for (let pass = 0; pass < 3; pass++) await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  await devtools.detach();
  const metric = (name: string) => metrics.find((entry) => entry.name === name)?.value ?? 0;
  return { heapBytes: metric('JSHeapUsedSize'), nodes: metric('Nodes'), listeners: metric('JSEventListeners') };
}
